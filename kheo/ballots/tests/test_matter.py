"""A matter of a meeting decided by secret slips: the tallies are those of the ballot, judged by the law of the day."""

import copy
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kheo.ballots.models import Ballot
from kheo.ballots.tests.conftest import DAY
from kheo.ballots.tests.test_recount import entries, replay
from kheo.core.actor import Role
from kheo.core.rules import Refused
from kheo.evidence import photos
from kheo.meetings import actions as meetings
from kheo.meetings.models import Decision, Method, Tally
from kheo.meetings.testing import CODE, SECOND, choose, decide
from kheo.openlog import database, sequencer
from kheo.openlog.verify import Wrong

pytestmark = pytest.mark.django_db
EVENING = {"opens_at": "2026-12-05T18:15", "closes_at": "2026-12-05T19:15"}


@pytest.fixture
def matter(vote: Any, city: Any, actor: Any) -> Any:
    head, when = actor(Role.HEAD, city.area2), DAY.replace(day=5, hour=18)
    vote.late = 108
    with vote.at(0):
        meeting = meetings.call_meeting(head, city.area2, starts_at=when, where="Nhà văn hóa", matters=[("Góp đèn", "contributions", [])])
    return meeting.matters.get()


def come(vote: Any, matter: Any, actor: Any, city: Any, present: int) -> None:
    head = actor(Role.HEAD, city.area2)
    with vote.at(106):
        meeting = meetings.count_households(head, matter.meeting, present=present, sheet=photos.store(vote.upload()))
        choose(head, meeting, Method.SECRET)


def slips(vote: Any, agree: int, against: int) -> list[tuple[str, dict[str, Any]]]:
    answers = ["1"] * agree + ["2"] * against
    return [(code, {"choice": answer}) for code, answer in zip(vote.codes, answers, strict=False)]


def test_the_result_becomes_the_decision_in_the_same_act(vote: Any, city: Any, actor: Any, matter: Any) -> None:
    vote.call(city.area2, "", matter, **EVENING)
    vote.print(120)
    come(vote, matter, actor, city, present=90)
    vote.open(90)
    vote.count(slips(vote, 85, 4))
    decision = Decision.objects.get(matter=matter)
    assert (decision.agree, decision.against, decision.other) == (85, 4, 0)
    assert (decision.needed, decision.base, decision.passed) == (80, 120, True)
    assert decision.recorded_by_id == vote.ballot.opened_by_id
    assert Tally.objects.filter(matter=matter, agree=85).count() == 2
    sequencer.drain()
    assert "1 secret votes recounted, 89 codes found among their commitments." in database.verify_database().audited


def test_the_database_holds_one_box_for_a_matter(vote: Any, city: Any, matter: Any) -> None:
    vote.call(city.area2, "", matter, **EVENING)
    second = copy.copy(vote.ballot)
    second.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()
    Ballot.objects.update(state="cancelled")
    second.save()


def test_where_nobody_was_counted_yet_the_result_waits(vote: Any, city: Any, actor: Any, matter: Any) -> None:
    vote.call(city.area2, "", matter, **EVENING)
    vote.print(5)
    vote.open(5)
    vote.count(slips(vote, 2, 1))
    assert not Decision.objects.exists()
    with vote.at(110):
        assert b"Count the households first" in vote.post(vote.head, "decide").content
    come(vote, matter, actor, city, present=90)
    with vote.at(110):
        assert vote.post(vote.head, "decide").status_code == 302
    assert Decision.objects.get().passed is False


def test_nobody_decides_by_hand_what_a_secret_vote_decides(vote: Any, city: Any, actor: Any, matter: Any) -> None:
    head = actor(Role.HEAD, city.area2)
    vote.call(city.area2, "", matter, **EVENING)
    vote.print(120)
    come(vote, matter, actor, city, present=90)
    with vote.at(107):
        meetings.open_second_count(head, matter.meeting, code=CODE)
        for who, code in ((head, ""), (SECOND, CODE)):
            with pytest.raises(Refused, match="A secret vote decides this matter"):
                meetings.enter_tally(who, matter, agree=90, against=0, code=code)
    vote.open(90)
    vote.count(slips(vote, 10, 79))
    assert Decision.objects.get(matter=matter).agree == 10


def test_a_log_that_decided_by_hand_before_the_result_is_named(vote: Any, city: Any, actor: Any, matter: Any) -> None:
    vote.call(city.area2, "", matter, **EVENING)
    vote.print(120)
    come(vote, matter, actor, city, present=90)
    vote.open(90)
    vote.count(slips(vote, 10, 79))
    sequencer.drain()
    whole = entries()
    forged = copy.deepcopy(next(e for e in whole if e["verb"] == "meeting.decided"))
    forged["clear"] |= {"agree": 90, "against": 0}
    before = next(i for i, e in enumerate(whole) if e["verb"] == "ballot.published")
    with pytest.raises(Wrong, match="decided by hand while its secret vote"):
        replay([*whole[:before], forged, *whole[before:]])


def test_a_cancelled_vote_leaves_the_matter_to_hands(vote: Any, city: Any, actor: Any, matter: Any) -> None:
    vote.call(city.area2, "", matter, **EVENING)
    with vote.at(1):
        vote.post(vote.head, "cancel", {"reason": "Sai giờ"})
    come(vote, matter, actor, city, present=90)
    with vote.at(107):
        assert decide(actor(Role.HEAD, city.area2), matter, agree=85, against=5).passed


def test_one_ballot_for_a_matter_and_only_ways_the_law_knows(vote: Any, city: Any, matter: Any) -> None:
    vote.call(city.area2, "", matter, **EVENING)
    with vote.at(0):
        assert b"a secret vote on this matter already" in vote.head.get(f"/ballots/new/?matter={matter.pk}").content
    with vote.at(1):
        vote.post(vote.head, "cancel", {"reason": "Sai giờ"})
        page = vote.head.get(f"/ballots/new/?matter={matter.pk}").content.decode()
    assert 'name="online"' not in page, "contributions are never voted by phone"
    with vote.at(1):
        answer = vote.head.post(f"/ballots/new/?matter={matter.pk}", {"online": "on", "title": "x", **EVENING})
    assert answer.status_code != 500
    assert not Ballot.objects.filter(online=True).exists()
    assert timezone.is_aware(DAY)
