"""Grants by their forms: offer, answer, instalments on conditions, what the giver is told, and the end."""

import json
import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kheo.checks.eligible import checkers_for
from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Refused
from kheo.grants import actions, rules
from kheo.grants.models import Grant, Instalment, ReportBack, State
from kheo.grants.tests.conftest import day, registered, sent
from kheo.grants.waiting import What, waiting_for
from kheo.ledger import actions as ledger
from kheo.ledger import units
from kheo.ledger.models import Leg, Posting
from kheo.ledger.sums import by_source, sums_of
from kheo.openlog.models import Entry
from kheo.people.actor import actor_of
from kheo.people.models import Assignment, Organisation
from kheo.results import actions as results
from kheo.results.models import Result


def _leaf(verb: str) -> Any:
    return json.loads(bytes(Entry.objects.filter(verb=verb).latest("id").leaf))


def test_a_grant_goes_all_the_way(city: Any, work: Any, grant: Grant, browsers: dict[str, Any], actor: Any, photo_upload: Any) -> None:
    assert (grant.amount, grant.state, grant.by_ward) == (20_000_000, State.ACCEPTED, False)
    assert _leaf("grant.offered")["clear"]["amount"] == 20_000_000
    head, sponsor, here = browsers["head"], browsers["sponsor"], f"/grants/{grant.pk}/"
    assert head.post(f"{here}instalments/1/receive/", sent(booked_on=day(0))).status_code == 302
    posting = Posting.objects.get()
    assert posting.giver.name == "Công ty Đèn Sáng" and posting.giver.named_in_public and posting.giver.user_id is None
    assert by_source(work) == {"VND": {"source:businesses": 15_000_000}}
    assert head.post(f"{here}instalments/2/receive/", sent(booked_on=day(0))).status_code == 403  # its condition is open
    assert sponsor.post(f"{here}instalments/2/send/", sent(met="no", waived="")).status_code == 200  # the reason is missing
    assert sponsor.post(f"{here}instalments/2/send/", sent(met="no", waived="Mưa bão, đèn lắp trễ.")).status_code == 302
    assert head.post(f"{here}instalments/2/receive/", sent(booked_on=day(0))).status_code == 302
    assert sums_of([work])[work.pk]["VND"].in_hand == 20_000_000
    from kheo.evidence import photos

    results.report_result(
        actor(Role.HEAD, city.area), work, indicator="rural-lighting.lamps", quantity=28, day=clock.today(), site=city.road,
        photos=[photos.store(photo_upload())],
    )  # fmt: skip
    Result.objects.update(checked=25)
    assert head.post(f"{here}report/", sent(note="Hẻm sáng rồi.")).status_code == 302
    told = grant.reports.get()
    assert told.figures == {"rural-lighting.lamps": {"target": 30, "reported": 28, "checked": 25}}
    assert told.book == {"VND": {"received": 20_000_000, "spent": 0, "in_hand": 20_000_000}}
    assert _leaf("grant.reported-back")["clear"]["figures"] == told.figures
    Result.objects.update(checked=28)  # what was told stays as it was told
    told.refresh_from_db()
    assert told.figures["rural-lighting.lamps"]["checked"] == 25
    assert sponsor.post(f"{here}close/", sent(reason="Xong.")).status_code == 302
    page = browsers["resident"].get(here, headers={"accept-language": "en"}).content.decode()
    for words in ("Công ty Đèn Sáng", "20,000,000", "Mưa bão", "Hẻm sáng rồi.", "Chỉ mua đèn"):
        assert words in page
    assert "chị Hoa" not in page


def test_labour_is_done_and_never_left_in_what_a_giver_is_told(city: Any, grant: Grant, actor: Any, client: Any) -> None:
    head = actor(Role.HEAD, city.area)
    ledger.receive(head, grant.initiative, unit="labour-day", amount=46)
    actions.report_back(head, grant)
    page = client.get(grant.get_absolute_url(), headers={"accept-language": "en"}).text
    assert re.search(r'<dl class="inout"><div><dt>Labour done</dt><dd>46 labour-days</dd></div></dl>', page)


def test_an_offer_alone_puts_no_name_on_a_page(work: Any, offer: Grant, browsers: dict[str, Any], client: Any) -> None:
    for who in (client, browsers["resident"]):
        assert who.get(f"/grants/{offer.pk}/").status_code == 404
        assert "Đèn Sáng" not in who.get(work.get_absolute_url()).content.decode()
    leaf = Entry.objects.get(verb="grant.offered")
    assert b"den-sang" not in bytes(leaf.leaf) + bytes(leaf.facts or b"")
    assert browsers["head"].post(f"/grants/{offer.pk}/decline/", sent()).status_code == 302
    assert client.get(f"/grants/{offer.pk}/").status_code == 404
    assert browsers["head"].post(f"/grants/{offer.pk}/accept/", sent()).status_code == 403


def test_once_accepted_it_stands_on_the_works_page(work: Any, grant: Grant, client: Any) -> None:
    page = client.get(work.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "Công ty Đèn Sáng" in page and f"/grants/{grant.pk}/" in page


def test_the_two_sides_are_never_one_person(city: Any, work: Any, company: Any, person: Any, browsers: dict[str, Any]) -> None:
    Assignment.objects.create(
        user=person(Role.HEAD, city.area), role=Role.ORGANISER, place=city.ward, organisation=company, since=clock.today()
    )
    answer = browsers["head"].get(f"/initiatives/{work.slug}/grants/offer/", headers={"accept-language": "en"})
    assert answer.status_code == 403 and "Somebody else must act for the giver" in answer.content.decode()


def test_the_board_is_told_where_it_offers(city: Any, work: Any, signed_in: Any) -> None:
    board = signed_in(Role.CITY_BOARD, city.city)
    answer = board.get(f"/initiatives/{work.slug}/grants/offer/", headers={"accept-language": "en"})
    assert answer.status_code == 403 and "The city board offers here" in answer.text and "Add an organisation" in answer.text
    Organisation.objects.create(slug="quy", name="Quỹ thành phố", kind="office", place=city.city)
    assert board.get(f"/initiatives/{work.slug}/grants/offer/").status_code == 200


@pytest.mark.parametrize("who", ["head", "officer", "resident"])
def test_nobody_else_takes_or_sends(offer: Grant, browsers: dict[str, Any], who: str) -> None:
    """The officer may send for the company that her ward wrote down, but not answer; the head the other way round."""
    assert (browsers[who].post(f"/grants/{offer.pk}/accept/", sent()).status_code == 302) == (who == "head")
    Grant.objects.update(state=State.ACCEPTED, accepted_at=clock.now())
    assert (browsers[who].post(f"/grants/{offer.pk}/instalments/1/send/", sent()).status_code == 302) == (who == "officer")


def test_an_officer_writes_down_what_a_company_says_on_paper(work: Any, company: Any, browsers: dict[str, Any]) -> None:
    data = sent(giver=company.pk, unit="bag", amount_1="40", due_on_1=day(5), committed_on=day(0))
    assert browsers["officer"].post(f"/initiatives/{work.slug}/grants/offer/", data).status_code == 302
    made = Grant.objects.get()
    assert made.by_ward and (made.unit, made.amount) == ("bag", 40)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount_1": ""}, "amount_1"),
        ({"amount_1": "0"}, "amount_1"),
        ({"due_on_1": ""}, "due_on_1"),
        ({"due_on_1": day(-1)}, "due_on_1"),
        ({"committed_on": day(1)}, "committed_on"),
        ({"condition_3": "Nếu xong"}, "amount_3"),
        ({"report_by": day(-5)}, "report_by"),
        ({"amount_1": "999999999999999"}, "amount_1"),
    ],
)
def test_mistakes_are_named_where_they_are(work: Any, company: Any, browsers: dict[str, Any], wrong: dict[str, str], field: str) -> None:
    data = sent(giver=company.pk, unit="VND", amount_1="5000000", due_on_1=day(5), committed_on=day(0))
    answer = browsers["sponsor"].post(f"/initiatives/{work.slug}/grants/offer/", data | wrong)
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert not Grant.objects.exists()


def test_every_unit_can_be_chosen(work: Any, browsers: dict[str, Any]) -> None:
    page = browsers["sponsor"].get(f"/initiatives/{work.slug}/grants/offer/").content.decode()
    assert all(f'name="unit" value="{key}"' in page for key in units.all_units())


def test_an_organisation_that_one_does_not_act_for_cannot_be_chosen(city: Any, work: Any, browsers: dict[str, Any]) -> None:
    from kheo.people.models import Organisation

    other = Organisation.objects.create(slug="khac", name="Công ty khác", kind="business", place=city.ward)
    data = sent(giver=other.pk, unit="VND", amount_1="5000000", due_on_1=day(5), committed_on=day(0))
    answer = browsers["sponsor"].post(f"/initiatives/{work.slug}/grants/offer/", data)
    assert "giver" in answer.context["form"].errors


def test_a_receipt_taken_back_opens_the_instalment_again(city: Any, grant: Grant, browsers: dict[str, Any], actor: Any) -> None:
    url = f"/grants/{grant.pk}/instalments/1/receive/"
    form = sent(booked_on=day(0))
    assert [browsers["head"].post(url, form).status_code for _ in range(2)] == [302, 302]  # sent twice, booked once
    assert Posting.objects.count() == 1
    assert browsers["head"].post(url, sent(booked_on=day(0))).status_code == 403
    ledger.reverse(actor(Role.HEAD, city.area), Posting.objects.get(), reason="Chưa tới.")
    assert grant.received == 0
    assert browsers["head"].post(url, sent(booked_on=day(0))).status_code == 302
    assert Grant.objects.get().received == 15_000_000


def test_the_desk_says_what_waits(city: Any, grant: Grant, actor: Any, sponsor: Any, browsers: dict[str, Any]) -> None:
    head, giver = actor(Role.HEAD, city.area), actor_of(sponsor)
    assert [(w.what, w.instalment.number) for w in waiting_for(giver) if w.instalment] == [(What.SEND, 1)]
    assert [w.what for w in waiting_for(head)] == [What.RECEIVE]
    actions.send_instalment(giver, grant.instalments.get(number=1))
    assert list(waiting_for(giver)) == []
    assert [w.what for w in waiting_for(head)] == [What.RECEIVE]
    Grant.objects.update(report_by=clock.today())
    assert [w.what for w in waiting_for(head)] == [What.REPORT, What.RECEIVE]
    page = browsers["head"].get("/desk/", headers={"accept-language": "en"}).content.decode()
    assert f"/grants/{grant.pk}/" in page
    actions.report_back(head, grant)
    assert [w.what for w in waiting_for(head)] == [What.RECEIVE]
    ReportBack.objects.update(at=clock.now() - timedelta(days=60))
    assert [w.what for w in waiting_for(head)] == [What.RECEIVE], "told sixty days before"
    ReportBack.objects.update(at=clock.now() - timedelta(days=61))
    assert [w.what for w in waiting_for(head)] == [What.REPORT, What.RECEIVE]


def test_who_gives_does_not_check(city: Any, work: Any, offer: Grant, sponsor: Any, actor: Any, person: Any, photo_upload: Any) -> None:
    from kheo.evidence import photos

    result = results.report_result(
        actor(Role.HEAD, city.area), work, indicator="rural-lighting.lamps", quantity=28, day=clock.today(), site=city.road,
        photos=[photos.store(photo_upload())],
    )  # fmt: skip
    checker = person(Role.CHECKER, city.ward)
    Assignment.objects.create(user=sponsor, role=Role.CHECKER, place=city.ward, since=clock.today())
    assert list(checkers_for(result)) == [checker]


def test_at_homes_neither_giver_nor_conditions_are_public(city: Any, actor: Any, company: Any, giving: Any, browsers: Any) -> None:
    home = registered(city, actor, kit="house-repair", targets={"house-repair.houses": 1})
    made = actions.offer_grant(
        giving, home, giver=company, unit="VND", instalments=[{"amount": 9_000_000, "due_on": clock.today(), "condition": "Mái tôn"}],
        conditions="Nhà bà Sáu cuối hẻm",
    )  # fmt: skip
    head = actor(Role.HEAD, city.area)
    made = actions.accept_grant(head, made)
    actions.send_instalment(giving, made.instalments.get())
    actions.receive_instalment(head, made.instalments.get())
    actions.report_back(head, made)
    for page in (made.get_absolute_url(), home.get_absolute_url(), f"/initiatives/{home.slug}/book/"):
        text = browsers["resident"].get(page).content.decode()
        assert "Đèn Sáng" not in text and "bà Sáu" not in text and "Mái tôn" not in text, page
    assert "Công ty Đèn Sáng" in browsers["head"].get(made.get_absolute_url()).content.decode()
    for entry in Entry.objects.filter(verb__startswith="grant."):
        served = bytes(entry.leaf) + bytes(entry.facts or b"")
        assert b"den-sang" not in served and home.slug.encode() not in served, entry.verb
    assert made.reports.get().figures == {}  # one house: too few to show


@pytest.mark.django_db(transaction=True)
def test_an_instalment_received_on_two_phones_at_once_is_booked_once(grant: Grant, actor: Any, city: Any) -> None:
    head, part = actor(Role.HEAD, city.area), grant.instalments.get(number=1)
    ready, said = threading.Barrier(2), []

    def receive() -> None:
        try:
            ready.wait()
            actions.receive_instalment(head, Instalment.objects.get(pk=part.pk))
            said.append("done")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    phones = [threading.Thread(target=receive) for _ in range(2)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    assert sorted(said) == ["done", "refused"] and Posting.objects.count() == 1
    assert Grant.objects.get().received == 15_000_000


class Instalments(RuleBasedStateMachine):
    """Whatever both sides do in whatever order: never more comes than was committed, and the book says the same."""

    world: Any = None

    def __init__(self) -> None:
        super().__init__()
        work, company, giving, keeping = self.world
        self.giving, self.keeping, self.work = giving, keeping, work
        self.company = company
        self.before = sums_of([work])[work.pk]
        self.grant: Grant | None = None

    @precondition(lambda self: self.grant is None)
    @rule(parts=st.lists(st.tuples(st.integers(1, 10**9), st.booleans()), min_size=1, max_size=6))
    def offer(self, parts: Any) -> None:
        rows = [{"amount": n, "due_on": clock.today(), "condition": "Xong móng" if c else ""} for n, c in parts]
        self.grant = actions.offer_grant(self.giving, self.work, giver=self.company, unit="VND", instalments=rows)
        actions.accept_grant(self.keeping, self.grant)
        assert self.grant.amount == sum(n for n, _c in parts)

    @precondition(lambda self: self.grant is not None)
    @rule(n=st.integers(1, 6), what=st.sampled_from(("send", "waive", "receive", "receive", "take back", "close")))
    def act(self, n: int, what: str) -> None:
        assert self.grant is not None
        part = Instalment.objects.filter(grant=self.grant, number=n).first()
        if part is None:
            return
        before = part.received
        try:
            if what in ("send", "waive"):
                actions.send_instalment(self.giving, part, waived="Trễ" if what == "waive" and part.condition else "")
            elif what == "receive":
                may = rules.may_receive_instalment(self.keeping, part)
                actions.receive_instalment(self.keeping, part)
                assert may and not before
            elif what == "take back" and part.posting:
                ledger.reverse(self.keeping, part.posting, reason="Nhầm")
            elif what == "close" and n == 6:
                actions.close_grant(self.keeping, self.grant, reason="Xong")
        except Refused:
            pass

    @invariant()
    def never_more_than_committed(self) -> None:
        if self.grant is None:
            return
        grant = Grant.objects.get(pk=self.grant.pk)
        booked = Leg.objects.filter(initiative=self.work, account="hand", unit="VND").aggregate(n=Sum("amount"))["n"] or 0
        earlier = self.before["VND"].in_hand if "VND" in self.before else 0
        assert 0 <= grant.received <= grant.amount
        assert booked - earlier == grant.received
        assert sum(i.amount for i in Instalment.objects.outstanding().filter(grant=grant)) == (
            grant.amount - grant.received if grant.state == State.ACCEPTED else 0
        )


@pytest.mark.slow
def test_never_more_than_was_committed(city: Any, work: Any, company: Any, giving: Any, actor: Any) -> None:
    machine = type("Machine", (Instalments,), {"world": (work, company, giving, actor(Role.HEAD, city.area))})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))
    )
