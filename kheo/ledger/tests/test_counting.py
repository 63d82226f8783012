"""Two people count the money, blind; a difference from the book is said in public."""

import json

import pytest

from kheo.core.actor import Actor, Role
from kheo.core.rules import Invalid, Refused
from kheo.ledger import actions
from kheo.ledger.models import CashCount, CashEntry, Posting, latest_counts
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(actor, city):
    """A steward of the road, who keeps no book."""
    return actor(Role.CHECKER, city.ward)


def test_two_equal_counts_stand_beside_the_book(signed_in, client, city, work, give, post):
    give(120_000)
    head, checker = signed_in(Role.HEAD, city.area), signed_in(Role.CHECKER, city.ward)
    assert post(head, "count", work.slug, cash="120.000").status_code == 302
    page = checker.get(f"/initiatives/{work.slug}/count/", headers={"accept-language": "en"}).text
    assert "One has counted" in page and "120,000" not in page.split("<main")[1].split("</form>")[0]
    said = post(checker, "count", work.slug, notes_100000="1", notes_10000="2", follow=True)
    assert "it is what the book says" in said.text
    made = CashCount.objects.get()
    assert (made.state, made.cash, made.book, made.difference) == ("counted", 120_000, 120_000, 0)
    assert not CashEntry.objects.exists()
    clear = json.loads(bytes(Entry.objects.get(verb="ledger.cash-counted").leaf))["clear"]
    assert (clear["cash"], clear["book"], clear["difference"]) == (120_000, 120_000, 0)


def test_before_both_have_counted_no_number_is_in_the_log_or_shown(keeper, work, signed_in, city):
    actions.count_cash(keeper, work, cash=123_457)
    logged = b"".join(bytes(part) for e in Entry.objects.all() for part in (e.leaf, e.facts, e.private) if part)
    assert b"123457" not in logged
    for role, at in ((Role.CHECKER, city.ward), (Role.OFFICER, city.ward)):
        for page in ("count", "book"):
            text = signed_in(role, at).get(f"/initiatives/{work.slug}/{page}/").text
            assert "123457" not in text and "123.457" not in text


def test_what_differs_from_the_book_is_said_and_nothing_is_booked(keeper, second, work, give, client):
    give(100_000)
    actions.count_cash(keeper, work, cash=60_000, bank=30_000)
    actions.count_cash(second, work, cash=60_000, bank=30_000)
    (made,) = latest_counts(work)
    assert (made.difference, made.missing) == (-10_000, 10_000) and Posting.objects.count() == 1
    assert json.loads(bytes(Entry.objects.get(verb="ledger.cash-counted").leaf))["clear"]["difference"] == -10_000
    page = client.get(f"/initiatives/{work.slug}/book/", headers={"accept-language": "en"}).text
    assert "60,000" in page and "10,000 ₫ less than the 100,000 ₫ of the book" in page


def test_unequal_counts_are_forgotten_and_counted_again(keeper, second, work):
    actions.count_cash(keeper, work, cash=5)
    actions.count_cash(second, work, cash=6)
    assert CashCount.objects.get().state == "unequal" and not CashEntry.objects.exists() and latest_counts(work) == []
    actions.count_cash(keeper, work, cash=6)
    actions.count_cash(second, work, cash=6)
    assert latest_counts(work)[0].cash == 6


def test_one_person_is_never_both(keeper, work):
    for cash in (5, 7, 7):
        actions.count_cash(keeper, work, cash=cash)
    assert CashCount.objects.get().state == "open" and CashEntry.objects.get().cash == 7


def test_a_household_of_the_area_counts_with_its_card_and_leaves_no_trace(keeper, city, work):
    neighbour = Actor("household:77", household=city.area.path)
    with pytest.raises(Refused):
        actions.count_cash(neighbour, work, cash=5)  # who keeps the book comes first
    actions.count_cash(keeper, work, cash=5)
    with pytest.raises(Refused):
        actions.count_cash(Actor("household:78", household=city.other_area.path), work, cash=5)
    with pytest.raises(Refused):
        actions.count_cash(Actor("device:x"), work, cash=5)
    made = actions.count_cash(neighbour, work, cash=5)
    assert made.state == "counted" and Entry.objects.get(verb="ledger.cash-counted").not_before is not None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "zero if there is none"),
        ({"cash": "-5"}, "zero or more"),
        ({"cash": "five"}, "zero or more"),
        ({"cash": "90.000", "notes_100000": "1"}, "add up to"),
    ],
)
def test_a_count_that_cannot_be_is_refused_and_kept(signed_in, city, work, post, data, words):
    page = post(signed_in(Role.HEAD, city.area), "count", work.slug, **data)
    assert page.status_code == 200 and words in page.text and not CashCount.objects.exists()


def test_an_empty_box_can_be_counted_and_no_action_takes_less(keeper, work):
    assert actions.count_cash(keeper, work, cash=0).state == "open"
    for cash in (-1, 1.5, True, None):
        with pytest.raises(Invalid):
            actions.count_cash(keeper, work, cash=cash)


@pytest.mark.django_db(transaction=True)
def test_two_who_count_at_once_make_one_count(keeper, second, work, together):
    actions.count_cash(keeper, work, cash=5)  # opened, so that the second may
    people = [keeper, second]
    assert together(lambda i: actions.count_cash(people[i], work, cash=5), n=2) == ["done", "done"]
    assert CashCount.objects.filter(state="counted").count() == 1
