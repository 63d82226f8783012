"""Receiving, spending, taking back: through the forms of who keeps the book."""

import json
import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Invalid, Refused
from kheo.initiatives.models import State
from kheo.ledger import actions
from kheo.ledger.models import Giver, Leg, Posting, Round
from kheo.ledger.sums import Sums, by_source, received_today, sums_of
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db
VND = {"unit": "VND", "amount": "50.000", "source": "source:households"}


def sums(work, unit="VND"):
    return sums_of([work])[work.pk].get(unit)


def test_a_receipt_has_a_number_and_the_page_shows_the_days_total(signed_in, city, work, post):
    client = signed_in(Role.HEAD, city.area)
    post(client, "receive", work.slug, **VND)
    page = post(client, "receive", work.slug, **VND | {"amount": "70000"}, follow=True)
    assert "Receipt number 2" in page.text and "120,000" in page.text
    assert [p.number for p in Posting.objects.all()] == [1, 2]
    assert sums(work) == Sums(120_000, 0, 120_000)
    clear = json.loads(bytes(Entry.objects.filter(verb="ledger.received").first().leaf))["clear"]
    assert clear["legs"] == [
        {"account": "source:households", "amount": -50_000, "unit": "VND"},
        {"account": "hand", "amount": 50_000, "unit": "VND"},
    ]
    assert (clear["number"], clear["initiative"]) == (1, work.slug)


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "1e3", "five", "", "50.00", "5.0000", "1" * 19, "１２", "50,000.5"])
def test_an_amount_that_is_not_a_whole_number_above_zero_is_refused_and_kept(signed_in, city, work, post, amount):
    response = post(signed_in(Role.HEAD, city.area), "receive", work.slug, **VND | {"amount": amount, "what": "cement bags"})
    assert response.status_code == 200 and "cement bags" in response.text
    assert ("whole number above zero" if amount else "required") in response.text
    assert not Posting.objects.exists()


@pytest.mark.parametrize(("unit", "most"), [("VND", 10**12), ("kg", 10**7), ("labour-day", 10**5)])
def test_an_absurd_amount_is_refused(signed_in, city, work, post, unit, most):
    client = signed_in(Role.HEAD, city.area)
    response = post(client, "receive", work.slug, **VND | {"unit": unit, "amount": most + 1})
    assert "look at the zeros" in response.text and not Posting.objects.exists()
    assert post(client, "receive", work.slug, **VND | {"unit": unit, "amount": most}).status_code == 302


@pytest.mark.parametrize("change", [{"unit": "EUR"}, {"unit": ""}, {"source": "hand"}, {"source": "spent"}, {"pledge": "nosuchcode"}])
def test_an_unknown_unit_source_or_promise_is_refused(signed_in, city, work, post, change):
    assert post(signed_in(Role.HEAD, city.area), "receive", work.slug, **VND | change).status_code == 200
    assert not Posting.objects.exists()


def test_actions_take_nothing_but_integers_and_sources(keeper, work):
    for amount in (True, 1.0, "5", None, 0, -1):
        with pytest.raises(Invalid):
            actions.receive(keeper, work, unit="VND", amount=amount)
    with pytest.raises(Invalid):
        actions.receive(keeper, work, unit="VND", amount=5, source="hand")
    with pytest.raises(Invalid):
        actions.receive(keeper, work, unit="VND", amount=5, booked_on=clock.today() + timedelta(days=1))


def test_the_same_receipt_sent_twice_is_one(signed_in, city, work, post):
    client, act = signed_in(Role.HEAD, city.area), uuid.uuid4()
    for _ in range(2):
        assert post(client, "receive", work.slug, act_id=act, **VND).status_code == 302
    assert Posting.objects.count() == Entry.objects.filter(verb="ledger.received").count() == 1


def test_spending_needs_a_paper_and_never_more_than_is_in_hand(signed_in, city, work, give, post, photo_upload):
    client = signed_in(Role.HEAD, city.area)
    give(100_000)
    spend = {"unit": "VND", "amount": "60.000", "what": "30 lamps"}
    assert "photo of the supplier" in post(client, "spend", work.slug, **spend).text
    assert post(client, "spend", work.slug, **spend, paper=photo_upload()).status_code == 302
    assert sums(work) == Sums(100_000, 60_000, 40_000)
    response = post(client, "spend", work.slug, **spend, paper=photo_upload())
    assert response.status_code == 200 and "Only 40,000 đồng is in hand" in response.text
    assert sums(work) == Sums(100_000, 60_000, 40_000)
    paper = Posting.objects.get(kind="spending").paper
    assert paper.public and paper.place == city.area


def test_no_money_goes_out_without_a_paper_whoever_asks(keeper, work, give):
    give(100)
    with pytest.raises(Invalid) as refused:
        actions.spend(keeper, work, unit="VND", amount=60, what="wire", paper=None)
    assert refused.value.field == "paper"


def test_the_paper_of_a_home_that_is_kept_secret_never_becomes_public(keeper, work, give, photo_upload):
    from kheo.evidence import photos

    type(work).objects.update(kit="poor-house")
    give(100_000)
    bill = actions.spend(keeper, work, unit="VND", amount=60, what="roof", paper=photos.store(photo_upload()))
    assert not bill.paper.public
    logged = Entry.objects.get(verb="ledger.spent")
    assert work.slug.encode() not in bytes(logged.leaf) + bytes(logged.facts or b"")


def test_units_are_never_blended(keeper, work, give):
    give(100_000)
    give(50, unit="kg", source="source:businesses", what="cement")
    with pytest.raises(Invalid) as refused:
        actions.spend(keeper, work, unit="labour-day", amount=1, what="digging", paper=None)
    assert refused.value.field == "amount"
    actions.spend(keeper, work, unit="kg", amount=50, what="posts", paper=None)
    assert sums_of([work])[work.pk] == {"VND": Sums(100_000, 0, 100_000), "kg": Sums(50, 50, 0)}
    assert by_source(work) == {"VND": {"source:households": 100_000}, "kg": {"source:businesses": 50}}


def test_a_mistake_is_taken_back_once_in_the_open(signed_in, city, work, give, post):
    client, wrong = signed_in(Role.HEAD, city.area), give(2_000_000)
    assert "required" in post(client, "reverse", work.slug, wrong.number, reason=" ").text
    assert post(client, "reverse", work.slug, wrong.number, reason="200,000 was meant").status_code == 302
    back = Posting.objects.get(reverses=wrong)
    assert (back.number, back.reason, sums(work)) == (2, "200,000 was meant", Sums(0, 0, 0))
    again = post(client, "reverse", work.slug, wrong.number, reason="again")
    assert again.status_code == 403 and "taken back already" in again.text
    assert post(client, "reverse", work.slug, back.number, reason="again").status_code == 403
    assert received_today(work) == {}
    page = client.get(f"/initiatives/{work.slug}/book/", headers={"accept-language": "en"})
    assert "taken back by entry 2" in page.text and "200,000 was meant" in page.text


def test_what_was_spent_cannot_be_taken_back_from_under_it(signed_in, city, keeper, work, give, post, paper):
    gift = give(100)
    bill = actions.spend(keeper, work, unit="VND", amount=60, what="wire", paper=paper)
    client = signed_in(Role.HEAD, city.area)
    assert "Part of this has been spent" in post(client, "reverse", work.slug, gift.number, reason="wrong").text
    actions.reverse(keeper, bill, reason="returned to the shop")
    assert post(client, "reverse", work.slug, gift.number, reason="wrong").status_code == 302
    assert sums(work) == Sums(0, 0, 0)


@pytest.mark.parametrize(
    ("role", "at", "status"),
    [
        (Role.HEAD, "area", 302),
        (Role.HEAD, "area2", 403),
        (Role.OFFICER, "ward", 403),
        (Role.OFFICER, "other_ward", 403),
        (Role.ORGANISER, "area", 403),
        (Role.CHECKER, "area", 403),
        (Role.STEWARD, "area", 403),
        (Role.OPERATOR, "city", 403),
        (Role.CITY_BOARD, "city", 403),
        (None, None, 403),
    ],
)
def test_who_keeps_the_book(signed_in, city, work, give, post, photo_upload, role, at, status):
    client, gift = signed_in(role, getattr(city, at) if at else None), give(100_000)
    assert post(client, "receive", work.slug, **VND).status_code == status
    assert post(client, "spend", work.slug, unit="VND", amount="5", what="wire", paper=photo_upload()).status_code == status
    assert post(client, "reverse", work.slug, give(5).number, reason="wrong").status_code == status
    rows = {"taken_on": clock.today(), "sheet": photo_upload(), "amount_1": "5"}
    assert post(client, "round", work.slug, **rows).status_code == status
    if status == 403:
        assert client.get(f"/initiatives/{work.slug}/receive/").status_code == 403
        assert Posting.objects.count() == 2 and gift.number == 1


def test_the_organiser_keeps_the_book_too_and_the_nameless_do_not(client, signed_in, city, work, post):
    assert post(signed_in(Role.ORGANISER, city.other_ward, "cô Lan"), "receive", work.slug, **VND).status_code == 302
    assert post(client, "receive", work.slug, **VND).status_code == 403


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.RETURNED, State.CLOSED])
def test_nothing_is_booked_before_registration_or_after_the_end(keeper, work, state, paper):
    type(work).objects.update(state=state)
    for act in (
        lambda: actions.receive(keeper, work, unit="VND", amount=5),
        lambda: actions.spend(keeper, work, unit="VND", amount=5, what="x", paper=paper),
        lambda: actions.pledge(keeper, work, unit="VND", amount=5),
    ):
        with pytest.raises(Refused):
            act()


def test_a_round_books_every_row_with_a_receipt_each(signed_in, city, work, post, photo_upload):
    rows = {f"amount_{n}": f"{n}0.000" for n in range(1, 21)} | {"unit_20": "kg", "amount_20": "12", "what_20": "sand", "name_3": "ông Tư"}
    response = post(signed_in(Role.HEAD, city.area), "round", work.slug, taken_on=clock.today(), sheet=photo_upload(), follow=True, **rows)
    assert "Receipts 1 to 20" in response.text
    walk = Round.objects.get()
    assert walk.postings.count() == 20 and not walk.sheet.public and walk.sheet.place == city.area
    assert sums(work) == Sums(1_900_000, 0, 1_900_000) and sums(work, "kg") == Sums(12, 0, 12)
    assert Giver.objects.get().name == "ông Tư"
    logged = [bytes(e.leaf) + bytes(e.facts or b"") + bytes(e.private or b"") for e in Entry.objects.all()]
    assert len(logged) == 21 and not any("Tư".encode() in entry for entry in logged)


def test_blank_rows_are_left_out_and_an_empty_round_is_refused(signed_in, city, work, post, photo_upload):
    client, base = signed_in(Role.HEAD, city.area), {"taken_on": clock.today()}
    empty = post(client, "round", work.slug, sheet=photo_upload(), **base, **{f"amount_{n}": " " for n in range(1, 21)})
    assert empty.status_code == 200 and "at least one row" in empty.text
    assert post(client, "round", work.slug, sheet=photo_upload(), **base, amount_7="5.000").status_code == 302
    assert Posting.objects.count() == 1


def test_wrong_rows_are_named_and_nothing_is_booked(signed_in, city, work, post, photo_upload):
    rows = {"amount_1": "50.000", "amount_4": "minus", "name_9": "bà Ba", "amount_12": str(10**13)}
    client = signed_in(Role.HEAD, city.area)
    page = post(client, "round", work.slug, taken_on=clock.today(), sheet=photo_upload(), **rows)
    assert page.status_code == 200
    for words in ("Row 4:", "Row 9:", "50.000", "minus", "bà Ba"):
        assert words in page.text
    del rows["amount_4"], rows["name_9"]
    page = post(client, "round", work.slug, taken_on=clock.today(), sheet=photo_upload(), **rows)
    assert "Row 12:" in page.text and "50.000" in page.text
    folds = [(n, opened) for n, _last, opened, _rows in page.context["form"].folds()]
    assert folds == [(1, True), (6, False), (11, True), (16, False)], "what is wrong is never folded away"
    assert not Posting.objects.exists() and not Round.objects.exists() and not Entry.objects.exists()


def test_a_round_sent_twice_is_one(signed_in, city, work, post, photo_upload):
    client, act = signed_in(Role.HEAD, city.area), uuid.uuid4()
    for _ in range(2):
        sent = post(
            client, "round", work.slug, act_id=act, taken_on=clock.today(), sheet=photo_upload(), amount_1="5.000", amount_2="6.000"
        )
        assert sent.status_code == 302
    assert Posting.objects.count() == 2 and Round.objects.count() == 1


def test_a_round_holds_at_most_200_rows_and_needs_its_sheet(keeper, work, photo_upload):
    from kheo.evidence import photos

    rows = [{"unit": "VND", "amount": 1, "source": "source:households", "what": "", "name": ""}] * 201
    sheet = photos.store(photo_upload())
    for given_rows, given_sheet, field in ((rows, sheet, "rows"), ([], sheet, "rows"), (rows[:1], None, "sheet")):
        with pytest.raises(Invalid) as refused:
            actions.receive_round(keeper, work, rows=given_rows, sheet=given_sheet, taken_on=clock.today())
        assert refused.value.field == field


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(["receive", "spend", "reverse"]), st.integers(1, 100)), max_size=12))
def test_whatever_happens_the_book_balances_and_nothing_is_below_zero(work, keeper, paper, steps):
    from django.db import transaction

    with transaction.atomic():
        for act, amount in steps:
            try:
                if act == "receive":
                    actions.receive(keeper, work, unit="VND", amount=amount)
                elif act == "spend":
                    actions.spend(keeper, work, unit="VND", amount=amount, what="wire", paper=paper)
                elif postings := list(Posting.objects.filter(initiative=work)):
                    actions.reverse(keeper, postings[amount % len(postings)], reason="wrong")
            except (Invalid, Refused):
                pass
            found = sums(work) or Sums()
            assert found.in_hand == found.received - found.spent >= 0 and found.spent >= 0
        assert sum(leg.amount for leg in Leg.objects.all()) == 0
        numbers = list(Posting.objects.values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_two_spendings_at_once_never_overdraw(keeper, work, give, together, paper):
    give(100)
    assert together(lambda i: actions.spend(keeper, work, unit="VND", amount=60, what="wire", paper=paper)) == ["done", "refused"]
    assert sums(work) == Sums(100, 60, 40)


@pytest.mark.django_db(transaction=True)
def test_receipts_at_once_have_numbers_without_a_gap(keeper, work, together):
    assert together(lambda i: actions.receive(keeper, work, unit="VND", amount=i + 1), n=6) == ["done"] * 6
    assert sorted(Posting.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_same_entry_back_at_once_leave_one_reversal(keeper, work, give, together):
    gift = give(100)
    assert together(lambda i: actions.reverse(keeper, gift, reason="wrong")) == ["done", "refused"]
    assert sums(work) == Sums(0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_the_same_act_at_once_books_once(keeper, work, together):
    act = uuid.uuid4()
    assert together(lambda i: actions.receive(keeper, work, unit="VND", amount=5, act_id=act), n=3) == ["done"] * 3
    assert Posting.objects.count() == 1
