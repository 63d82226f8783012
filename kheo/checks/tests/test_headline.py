"""What pages may say of an indicator at a place: by the valid ways of audit.md 7, computed and never added."""

import random
from typing import Any

import pytest
from django.utils import translation

from kheo.checks import bound, headline, testing, totals
from kheo.checks.models import Book, Found, Phase
from kheo.checks.standing import standings, words
from kheo.core import clock
from kheo.core.actor import Role
from kheo.places.models import Place
from kheo.results.models import Result
from kheo.results.sums import Figures
from kheo.results.testing import METRES, work


@pytest.fixture
def works(city: Any, person: Any) -> dict[str, Any]:
    """A work in each of two wards."""
    return {
        "here": work(city.area, person(Role.HEAD, city.area), site=city.road),
        "there": work(city.other_area, person(Role.HEAD, city.other_area), site=city.other_road),
    }


def claims(which: Any, n: int = 8, **more: Any) -> dict[Result, list[int]]:
    """``n`` results of five places of 80 m each."""
    return {testing.result(which, 400, indicator=METRES, **more): [80] * 5 for _ in range(n)}


def at(place: Place, checked: int = 0, reported: int = 100_000) -> headline.Headline | None:
    """The headline of metres at a place whose pages say so much already."""
    figures = {METRES: Figures(reported=reported, checked=checked)}
    return headline.many(place, clock.today().year, figures).get(METRES)


def ends(book: Book, phase: str = Phase.CLOSED) -> None:
    Book.objects.filter(pk=book.pk).update(phase=phase)


def test_a_book_of_the_place_and_what_was_counted_outside_it(city: Any, works: dict[str, Any]) -> None:
    book = testing.book(city.ward, claims(works["here"], 16), whole=False)
    testing.checked(book, 30)
    book.refresh_from_db()
    inside = Result.objects.filter(units__book=book).first()
    Result.objects.filter(pk=inside.pk).update(checked=400, standing="right")  # says the bound already
    counted = testing.result(works["here"], 700, indicator=METRES, checked=650, standing="right")
    testing.checked(testing.book(city.area, {counted: [400, 300]}, phase=Phase.CLOSED), [400, 250])
    testing.result(works["here"], 9_000, indicator=METRES, checked=9_000, standing="right")  # an officer had somebody look
    half = testing.result(works["here"], 500, indicator=METRES, checked=500, standing="right")  # of a round one piece, of a review the rest
    testing.checked(testing.book(city.area, {half: [250, 250]}, phase=Phase.CLOSED, whole=False), 1)
    found = at(city.ward, checked=10_550)
    assert found and found.at_least == book.at_least + 650 and (found.checks, found.right, found.provisional) == (30, 30, True)
    assert found.book == book


def test_no_headline_without_a_draw_that_says_enough(city: Any, works: dict[str, Any]) -> None:
    few = testing.book(city.ward, claims(works["here"]), whole=False)
    testing.checked(few, 19)
    whole = testing.book(city.ward, claims(works["here"], 5))
    testing.checked(whole, 25)
    for kind in ("lasting", "review"):
        testing.checked(testing.book(city.ward, claims(works["here"]), whole=False, kind=kind), 25)
    testing.book(city.ward, claims(works["here"]), phase=Phase.FROZEN)
    assert at(city.ward) is None and at(city.other_ward) is None
    with translation.override("en"):
        assert "95" not in words(standings([few])[few.pk], "m")


def test_visits_that_never_were_make_no_twenty_checks(city: Any, works: dict[str, Any]) -> None:
    book = testing.book(city.ward, claims(works["here"]), whole=False)
    testing.checked(book, [80] * 19 + [None] * 6)
    assert at(city.ward) is None
    testing.checked(book, [80] * 20 + [None] * 6)
    assert at(city.ward).checks == 20


def test_a_ward_is_read_out_of_a_closed_draw_of_the_city(city: Any, works: dict[str, Any]) -> None:
    book = testing.book(city.city, claims(works["here"], 10) | claims(works["there"], 10), whole=False, planned=70)
    testing.checked(book, 70)
    assert at(city.ward) is None  # until it closes, its places are sealed
    ends(book)
    found = at(city.ward)
    units = list(book.units.select_related("result").order_by("rank"))
    mine = {u.key for u in units if u.result.initiative_id == works["here"].pk}
    folded = [(u.key, u.counted) for u in units if u.closed_at]
    part = totals.restrict({u.key: u.claim for u in units}, folded, mine)
    assert found and found.at_least == bound.at_least(*part, book.confidence) and found.checks == len(part[1])
    assert found.at_least < 4_000 and not found.provisional
    assert at(city.city).at_least == Book.objects.get(pk=book.pk).at_least


def test_wards_are_taken_together_and_never_added(city: Any, works: dict[str, Any], django_assert_num_queries: Any) -> None:
    books = [
        testing.book(city.ward, claims(works["here"], 12), whole=False),
        testing.book(city.other_ward, claims(works["there"], 12), whole=False),
    ]
    for book in books:
        testing.checked(book, 30)
    with django_assert_num_queries(5):
        found = at(city.city)
    books = [Book.objects.get(pk=b.pk) for b in books]
    one = totals.Together({str(b.pk): dict(b.units.values_list("key", "claim")) for b in books}, books[0].confidence)
    prefix = {str(b.pk): [(u.key, u.counted) for u in b.units.order_by("rank")[:30]] for b in books}
    assert found and found.at_least == one.now(prefix) != sum(b.at_least for b in books)
    assert found.checks == 60 and found.book is None and len(found.books) == 2


def test_what_is_said_of_this_moment_holds_and_is_near_the_best_of_all_moments() -> None:
    rng = random.Random(7)
    books = {key: {f"{key}{i:02d}": rng.randint(60, 100) for i in range(60)} for key in "ab"}
    prefix = {key: [(name, claim) for name, claim in list(units.items())[:25]] for key, units in books.items()}
    steps = [(key, *check) for pair in zip(*([(k, c) for c in p] for k, p in prefix.items()), strict=True) for key, check in pair]
    now, best = totals.Together(books).now(prefix), totals.together(books, steps)
    claimed = sum(map(sum, (u.values() for u in books.values())))
    assert sum(c for p in prefix.values() for _n, c in p) <= now <= claimed
    assert abs(now - best) <= 0.01 * claimed


def test_a_later_draw_takes_the_place_of_an_earlier_one_whatever_it_says(city: Any, works: dict[str, Any]) -> None:
    first = testing.book(city.ward, claims(works["here"], 12), whole=False)
    testing.checked(first, 30)
    ends(first)
    good = at(city.ward).at_least
    second = testing.book(city.ward, claims(works["here"], 12), whole=False, turn=2, frozen_at=clock.now())
    testing.checked(second, [80] * 15 + [0] * 15)
    bad = at(city.ward)
    assert bad.at_least < good and bad.book == second
    ends(second, Phase.ABANDONED)
    assert at(city.ward) is None


def test_a_bound_is_never_less_than_what_was_counted_nor_more_than_the_book_allows(city: Any, works: dict[str, Any]) -> None:
    rng = random.Random(3)
    book = testing.book(city.ward, claims(works["here"], 12), whole=False)
    testing.checked(book, [rng.choice((80, 80, 80, 0, 40, 120, None)) for _ in range(45)])
    units = [u for u in book.units.all() if u.closed_at]
    found, missing = sum(u.counted for u in units), sum(u.claim - u.counted for u in units)
    assert found <= at(city.ward).at_least <= book.claimed - missing
    assert {u.outcome for u in units} == {Found.RIGHT, Found.SHORT, Found.UNVISITED}


def test_homes_get_no_headline(city: Any, person: Any) -> None:
    homes = work(city.area, person(Role.HEAD, city.area), kit="poor-house")
    results = {testing.result(homes, 1): [1] for _ in range(70)}
    book = testing.book(city.ward, results, whole=False)
    testing.checked(book, 30)
    assert headline.many(city.ward, clock.today().year, {book.indicator: Figures(reported=70)}) == {}
