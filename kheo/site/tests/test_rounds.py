"""Rounds of checks as everybody sees them: the number with what it rests on, and nothing that is still sealed."""

import re
from typing import Any

import pytest
from django.test import Client

from kheo.checks import testing
from kheo.checks.models import Book, Phase
from kheo.core.actor import Role
from kheo.results.testing import LAMPS, METRES, work

EN = {"accept-language": "en"}


@pytest.fixture
def road(city: Any, person: Any) -> Any:
    """A work that lit roads."""
    return work(city.area, person(Role.HEAD, city.area), title="Đường sáng", site=city.road)


def drawn(road: Any, city: Any, n: int = 80, each: int = 80, **more: Any) -> Book:
    """A book of ``n`` places of ``each`` metres, ten to a result, sixty of them to be visited."""
    results = [testing.result(road, 10 * each, indicator=METRES, site=city.road) for _ in range(n // 10)]
    return testing.book(city.ward, {r: [each] * 10 for r in results}, **more)


def read(client: Client, address: str) -> str:
    """A page's words without its tags."""
    page = client.get(address, headers=EN)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2]))


def test_a_round_shows_its_number_and_what_it_rests_on(road: Any, city: Any, client: Client) -> None:
    book = drawn(road, city)
    readings: list[int | None] = [80] * 30
    readings[7], readings[20] = 40, None
    testing.checked(book, readings)
    book.refresh_from_db()
    text = read(client, book.get_absolute_url())
    assert f"6,400 m reported; checked 29 places, 28 right; at least {book.at_least:,} m (95 %)" in text
    assert "provisional" in text and "1 place had less than reported · 1 place nobody could visit: counts as 0" in text
    assert "Nobody went yet 30" in text and "Two checkers counted the same 29 of 29" in text
    assert "30 checks" in text and book.root in text and book.seed in text
    assert "80 m reported · 40 m counted" in text and "kheo draw" not in text
    page = client.get(book.get_absolute_url(), headers=EN).text
    assert 'class="course-line"' in page and page.count('<th scope="col" class="n">') == 3


def test_sealed_units_are_not_on_the_page(road: Any, city: Any, client: Client) -> None:
    book = drawn(road, city)
    testing.checked(book, 5)
    pages = [client.get(a, headers=EN).text for a in (book.get_absolute_url(), f"{book.get_absolute_url()}?only=short", "/rounds/")]
    hidden = [u.key for u in book.units.filter(closed_at=None)]
    assert len(hidden) == 75
    assert not any(key in page for key in hidden for page in pages)
    assert pages[0].count('class="ticket"') == 5


def test_under_twenty_checks_there_is_no_percentage(road: Any, city: Any, client: Client) -> None:
    book = drawn(road, city)
    testing.checked(book, 19)
    text = read(client, book.get_absolute_url())
    assert "6,400 m reported; checked 19, right 19" in text and "95 %" not in text and "At least how much" not in text
    testing.checked(book, 20)
    assert "checked 20 places, 20 right; at least" in read(client, book.get_absolute_url())


def test_the_bound_counts_what_has_no_gap_before_it(road: Any, city: Any, client: Client) -> None:
    book = drawn(road, city)
    testing.checked(book, 25)
    units = list(book.units.order_by("rank"))
    for unit in units[26:30]:
        testing.closed_unit(unit, 80)
    text = read(client, book.get_absolute_url())
    assert "checked 25 places, 25 right" in text and "Counted further on: they count once their turn comes 4" in text


def test_what_is_counted_whole_is_exact(road: Any, city: Any, client: Client) -> None:
    result = testing.result(road, 11, indicator=LAMPS)
    book = testing.book(city.area, {result: [1] * 11})
    testing.checked(book, [1] * 10)
    assert "11 lamps reported; checked 10, right 10" in read(client, book.get_absolute_url())
    testing.checked(book, [1] * 11)
    Book.objects.update(phase=Phase.CLOSED)
    text = read(client, book.get_absolute_url())
    assert "11 of 11 lamps counted on site, every place" in text and "95 %" not in text and "At least" not in text


def test_before_the_draw_and_after_it_was_given_up(road: Any, city: Any, client: Client) -> None:
    book = drawn(road, city, phase=Phase.FROZEN)
    assert "6,400 m reported, not yet drawn" in read(client, "/rounds/")
    Book.objects.update(phase=Phase.ABANDONED, abandoned_reason="Mưa bão, không đi được.")
    text = read(client, book.get_absolute_url())
    assert "this round was given up, so it shows 0" in text and "Mưa bão, không đi được." in text
    assert "At least 0 m (95 % sure)" in client.get(book.get_absolute_url(), headers=EN).text


def test_a_review_has_no_page(road: Any, city: Any, client: Client) -> None:
    book = drawn(road, city, kind="review")
    assert client.get(book.get_absolute_url()).status_code == 404
    assert "6,400" not in read(client, "/rounds/")


def test_homes_are_neither_named_nor_counted_out(city: Any, person: Any, client: Client) -> None:
    homes = work(city.area, person(Role.HEAD, city.area), kit="poor-house", title="Nhà bà Tư")
    result = testing.result(homes, 3)
    book = testing.book(city.ward, {result: [1] * 3})
    testing.checked(book, [1, 1, 0])
    text = read(client, book.get_absolute_url())
    assert "Too few to show without showing a household." in text
    assert "Nhà bà Tư" not in text and "3" not in text.partition("Count it again")[0].partition("Too few")[2].partition("How do")[0]
    more = testing.book(city.ward, {testing.result(homes, 8): [1] * 8})
    testing.checked(more, [1] * 7 + [0])
    text = read(client, more.get_absolute_url())
    assert "less than reported" in text and "Nhà bà Tư" not in text and city.area.full_name not in text
    assert not re.search(r'href="/initiatives/work-', client.get(more.get_absolute_url()).text.partition("<main")[2])


def test_the_list_asks_the_same_however_many_there_are(road: Any, city: Any, client: Client, django_assert_max_num_queries: Any) -> None:
    testing.checked(drawn(road, city), 25)
    with django_assert_max_num_queries(20) as one:
        client.get("/rounds/")
    for _ in range(3):
        testing.checked(drawn(road, city), 21)
    with django_assert_max_num_queries(len(one)):
        assert client.get("/rounds/").text.count("<article") == 4
    with django_assert_max_num_queries(32):
        client.get(Book.objects.latest("pk").get_absolute_url())


@pytest.mark.parametrize("language", ["vi", "en", "id"])
def test_why_one_may_believe_it_stands_on_the_site(client: Client, db: None, language: str) -> None:
    page = client.get("/rounds/how/", headers={"accept-language": language})
    assert page.status_code == 200 and page.text.count('<li class="card">') == 5
    assert client.get("/rounds/", headers={"accept-language": language}).status_code == 200
