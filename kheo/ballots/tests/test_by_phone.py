"""By phone, only where the law of the matter lets it, and never two codes for one household."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from kheo.ballots import actions, codes, rules
from kheo.ballots.models import Ballot, PhoneCode, State, Taken
from kheo.ballots.tests.conftest import DAY
from kheo.core.actor import Actor, Role
from kheo.core.rules import Invalid, Refused
from kheo.meetings import actions as meetings
from kheo.openlog.models import Entry
from kheo.people import actions as cards
from kheo.people.households import HouseholdCard

pytestmark = pytest.mark.django_db
EVENING = {"opens_at": "2026-12-05T18:15", "closes_at": "2026-12-05T19:15"}


@pytest.fixture
def matter(vote: Any, city: Any, actor: Any) -> Any:
    """Item 6 of article 15: the only one that may be voted by phone."""
    vote.late = 108
    head, when = actor(Role.HEAD, city.area2), DAY.replace(day=5, hour=18)
    with vote.at(0):
        meeting = meetings.call_meeting(head, city.area2, starts_at=when, where="Nhà văn hóa", matters=[("Giờ yên tĩnh", "other", [])])
    return meeting.matters.get()


@pytest.fixture
def ballot(vote: Any, city: Any, matter: Any) -> Ballot:
    vote.call(city.area2, "", matter, online="on", **EVENING)
    vote.print(10)
    vote.ballot.refresh_from_db()
    return vote.ballot


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act came to, or was refused with, when all begin at the same moment, each in its own connection."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=20)
            return act()
        except (Refused, Invalid) as e:
            return e
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def household(city: Any, slot: int) -> Actor:
    return Actor(key=f"household:{slot}", household=city.area2.path)


def test_money_is_never_voted_by_phone(vote: Any, city: Any, actor: Any) -> None:
    head = actor(Role.HEAD, city.area2)
    with vote.at(0):
        meeting = meetings.call_meeting(
            head, city.area2, starts_at=DAY.replace(day=5, hour=18), where="Nhà", matters=[("Góp đèn", "contributions", [])]
        )
        with pytest.raises(Invalid, match="law does not let this be voted by phone"):
            actions.call_ballot(
                head,
                city.area2,
                title="Góp",
                method="yes-no",
                opens_at=DAY.replace(day=5, hour=18, minute=15),
                closes_at=DAY.replace(day=5, hour=19),
                online=True,
                matter=meeting.matters.get(),
            )


def test_one_code_for_a_household_and_no_row_that_says_which(vote: Any, city: Any, ballot: Ballot) -> None:
    assert set(vote.codes) == {""}, "the printed slips are blank: every code goes through a card"
    assert PhoneCode.objects.count() == ballot.slips == 120
    with vote.at(107):
        taken = actions.take_code(household(city, 1), ballot)
        with pytest.raises(Refused, match="has taken its code already"):
            actions.take_code(household(city, 1), ballot)
        other = actions.take_code(household(city, 2), ballot)
    assert taken.code != other.code
    assert PhoneCode.objects.count() == 118
    kept = "".join(str(vars(row)) for row in Taken.objects.all())
    kept += "".join(str(bytes(e.leaf)) + str(bytes(e.private or b"")) for e in Entry.objects.all())
    assert taken.code not in kept
    assert "household" not in "".join(str(bytes(e.private or b"")) for e in Entry.objects.filter(verb="ballot.taken"))


@pytest.mark.django_db(transaction=True)
def test_two_phones_of_one_household_at_once_get_one_code_and_one_vote(vote: Any, city: Any, ballot: Ballot) -> None:
    def take() -> Taken:
        with vote.at(107):
            return actions.take_code(household(city, 1), ballot, act_id=uuid4())

    found = at_once(take, take, take)
    assert sorted(type(f).__name__ for f in found) == ["Refused", "Refused", "Taken"]
    assert (Taken.objects.count(), PhoneCode.objects.count()) == (1, 119)
    code = next(f.code for f in found if isinstance(f, Taken))

    def cast(choice: str) -> Ballot:
        with vote.at(107):
            return actions.vote(Actor("device:x"), ballot, code=code, choice=choice)

    found = at_once(lambda: cast("1"), lambda: cast("2"))
    assert sorted(type(f).__name__ for f in found) == ["Ballot", "Invalid"]
    assert ballot.entries.count() == 1


def test_only_households_that_live_here_take_a_code(vote: Any, city: Any, ballot: Ballot) -> None:
    with vote.at(107):
        for who in (Actor(key="device:x"), Actor(key="household:9", household=city.area.path)):
            assert not rules.may_take_code(who, ballot)
    with vote.at(106):
        assert "not begun" in str(rules.may_vote(Actor(key="device:x"), ballot).reason)
    with vote.at(109):
        assert "over" in str(rules.may_vote(Actor(key="device:x"), ballot).reason)


def test_a_card_shut_and_printed_anew_while_the_vote_goes_on_is_no_second_household(
    vote: Any, city: Any, ballot: Ballot, actor: Any
) -> None:
    """Shut without another, then print for the free number: a new slot, and so a second code for one home."""
    officer = actor(Role.OFFICER, city.ward)
    with vote.at(1):
        batch = cards.print_cards(officer, city.area2)

    def of(number: int) -> Actor:
        slot = HouseholdCard.objects.valid().get(place=city.area2, number=number).slot
        return Actor(key=f"household:{slot}", household=city.area2.path)

    with vote.at(107):
        first = of(1)
        actions.take_code(first, ballot)
        cards.replace_card(officer, city.area2, number=1, again=False)
        cards.print_cards(officer, city.area2)
        assert of(1) != first
        with pytest.raises(Refused):
            actions.take_code(of(1), ballot)
        cards.replace_card(officer, city.area2, number=2)  # a lost card: the same household, which has not taken its code
        actions.take_code(of(2), ballot)
        with pytest.raises(Refused):
            actions.take_code(of(2), ballot)
    assert Taken.objects.count() == 2 and batch.count == 120


def test_the_order_in_which_phones_voted_is_not_kept(vote: Any, city: Any, ballot: Ballot) -> None:
    """The acts of voting know their moments: slips in the same order would join each of these to a choice."""
    with vote.at(107):
        cast = [actions.take_code(household(city, n), ballot).code for n in range(12)]
        for code in cast:
            actions.vote(Actor(key="device:x"), ballot, code=code, choice="1")
    assert sorted(cast) == sorted(ballot.entries.values_list("code", flat=True))
    assert list(ballot.entries.order_by("pk").values_list("code", flat=True)) != cast, "one time in 479,001,600"


def test_phone_and_paper_are_counted_together(vote: Any, city: Any, ballot: Ballot) -> None:
    with vote.at(107):
        phone, paper = (actions.take_code(household(city, n), ballot).code for n in (1, 2))
        anybody = Client(headers={"accept-language": "en"})
        assert vote.post(anybody, "vote", {"code": phone, "choice": "1"}).status_code == 302
        assert b"voted already" in vote.post(anybody, "vote", {"code": phone, "choice": "2"}).content
        unborn = PhoneCode.objects.first().code
        assert b"There is no such code" in vote.post(anybody, "vote", {"code": unborn, "choice": "2"}).content
    vote.open(0)
    vote.count([(paper, {"choice": "2"})])
    assert vote.ballot.state == State.PUBLISHED
    assert vote.ballot.handed_out == 2
    assert vote.ballot.result == {"counted": 2, "totals": [1, 1, 0], "holds": True}


def test_an_answer_that_was_lost_is_given_again_to_the_same_form_only(vote: Any, city: Any, ballot: Ballot) -> None:
    form = uuid4()
    with vote.at(107):
        first = actions.take_code(household(city, 1), ballot, act_id=form)
        again = actions.take_code(household(city, 1), ballot, act_id=form)
        assert again.pk == first.pk and Taken.objects.count() == 1
        assert codes.unseal(again.sealed, form) == first.code
        assert first.code not in str(vars(again)) and codes.unseal(again.sealed, uuid4()) != first.code
        with pytest.raises(Refused):
            actions.take_code(household(city, 1), ballot, act_id=uuid4())
    vote.open(0)
    assert Taken.objects.get().sealed == ""
