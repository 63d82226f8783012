"""Rounds of checks as everybody sees them: the number with what it rests on, and nothing that is still sealed."""

import re
import uuid
from typing import Any

import pytest
from django.core import signing
from django.core.cache import caches
from django.test import Client

from kheo.checks import headline, testing
from kheo.checks.actions import close_unit
from kheo.checks.models import Book, Phase, Visit, VisitState, Volunteer
from kheo.core import clock
from kheo.core.actor import Role
from kheo.people import household_door
from kheo.people.households import CardBatch, HouseholdCard
from kheo.results.testing import LAMPS, METRES, photo, work
from kheo.site.pages import lasting

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


def test_while_the_first_place_is_open_a_round_does_not_say_that_nobody_counted(road: Any, city: Any, client: Client) -> None:
    book = drawn(road, city)
    for unit in book.units.filter(rank__in=range(1, 4)):
        testing.closed_unit(unit, 80)
    text = read(client, book.get_absolute_url())
    assert "6,400 m reported; drawn, places counted: 3, the first in the order not yet" in text and "nobody has counted" not in text


def test_what_is_counted_whole_is_exact(road: Any, city: Any, client: Client) -> None:
    result = testing.result(road, 11, indicator=LAMPS)
    book = testing.book(city.area, {result: [1] * 11})
    testing.checked(book, [1] * 10)
    assert "11 lamps reported; checked 10, right 10" in read(client, book.get_absolute_url())
    testing.checked(book, [1] * 11)
    Book.objects.update(phase=Phase.CLOSED)
    text = read(client, book.get_absolute_url())
    assert "add it up" in text and "kheo draw" not in text
    assert "11 of 11 lamps counted on site, every place" in text and "95 %" not in text and "At least" not in text


def test_before_the_draw_and_after_it_was_given_up(road: Any, city: Any, client: Client) -> None:
    book = drawn(road, city, phase=Phase.FROZEN)
    assert "6,400 m reported, not yet drawn" in read(client, "/rounds/")
    Book.objects.update(phase=Phase.ABANDONED, abandoned_reason="Mưa bão, không đi được.")
    text = read(client, book.get_absolute_url())
    assert "this round was given up, so it shows 0" in text and "Mưa bão, không đi được." in text
    assert "at least 0 m" in text and "at least 6" not in text
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


def renewed(do: Any) -> None:
    """What an act would: pages are kept until somebody acts."""
    do()
    caches["pieces"].clear()


def tallied(road: Any, city: Any, quantity: int) -> None:
    """What the areas' sums would say of the results."""
    from kheo.results.models import Result
    from kheo.results.tallies import add, counts_of

    add(*((r, counts_of(r)) for r in Result.objects.all()))
    assert sum(r.quantity for r in Result.objects.all()) == quantity


def test_a_places_bar_shows_the_bound_and_what_another_round_has_counted_whole(road: Any, city: Any, client: Client) -> None:
    book = drawn(road, city)
    counted = testing.result(road, 500, indicator=METRES, checked=450, standing="right")
    testing.checked(testing.book(city.area, {counted: [250, 250]}, phase=Phase.CLOSED), [250, 200])
    tallied(road, city, 6_900)
    testing.checked(book, 19)
    ward = city.ward.get_absolute_url()
    assert "450 m checked on site" in read(client, ward) and "drawn by lot" not in read(client, ward)
    renewed(lambda: testing.checked(book, 40))
    book.refresh_from_db()
    page = client.get(ward, headers=EN).text
    assert f"At least {(book.at_least + 450) // 100 / 10} km (95 % sure)" in page
    assert f'href="{book.get_absolute_url()}"' in page and "40 places drawn by lot and counted, 40 right" in page and "provisional" in page
    sure = headline.of(METRES, city.ward, clock.today().year)
    assert sure and sure.at_least == book.at_least + 450
    assert "95 %" in client.get("/", headers=EN).text  # of the city: one ward's book is its only draw


def test_a_number_that_may_still_be_drawn_is_shown_to_nobody_but_those_who_lead(
    road: Any, city: Any, client: Client, signed_in: Any
) -> None:
    result = testing.result(road, 731, indicator=METRES, site=city.road, note="731 m, cả hai bên")
    open_one = testing.result(road, 555, indicator=METRES)
    book = testing.book(city.ward, {result: [100] * 7 + [31]}, phase=Phase.FROZEN)
    address = road.get_absolute_url()
    shown = client.get(address, headers=EN).text
    assert "731" not in read(client, address) and "The number opens after the check" in shown and "555 m" in shown
    assert "731 m" in read(signed_in(Role.HEAD, city.area), address) and "731 m" in read(signed_in(Role.OFFICER, city.ward), address)
    from kheo.board import dossier

    rows = str(dossier.facts(road)[0]["results"])
    assert "731" not in rows and "555" in rows
    renewed(lambda: Book.objects.filter(pk=book.pk).update(phase=Phase.CLOSED))
    assert "731 m" in read(client, address) and "731" in str(dossier.facts(road)[0]["results"])
    assert open_one.quantity == 555


def test_a_household_that_saw_otherwise_is_not_told_the_number_either(road: Any, city: Any) -> None:
    batch, household = CardBatch.objects.create(place=city.area, count=1), Client()
    card = HouseholdCard.objects.create(batch=batch, place=city.area, number=1, slot="a", code_hash="b")
    household.cookies[household_door.COOKIE] = signing.TimestampSigner(salt=household_door.SALT).sign(str(card.pk))
    result = testing.result(road, 731, indicator=METRES, site=city.road)
    address = f"/results/{result.pk}/otherwise/"
    assert "731 m" in read(household, address)
    testing.book(city.ward, {result: [731]})
    assert "731" not in read(household, address)


def test_followers_read_no_number_that_may_still_be_drawn(road: Any, city: Any, client: Client) -> None:
    result = testing.result(road, 731, indicator=METRES, site=city.road)
    client.post(f"/places/{city.area.slug}/follow/")
    assert "731 m" in read(client, "/mine/")
    testing.book(city.ward, {result: [731]})
    assert "731" not in read(client, "/mine/")


def test_the_works_page_says_what_still_works_and_what_was_put_right(road: Any, city: Any, client: Client) -> None:
    lamps = testing.result(road, 10, indicator="rural-lighting.burning")
    book = testing.book(city.ward, {lamps: [1] * 10}, kind="lasting", months=6)
    units = testing.checked(book, [1] * 8 + [0, None])
    units[8].put_right_on = clock.today()
    units[8].save()
    text = read(client, road.get_absolute_url())
    assert "After 6 months: 8 of 9 places still work" in text and "nobody could visit: 1" in text and "put right on" in text
    assert "8 of 9" not in read(client, city.ward.get_absolute_url())  # what lasts changes no number of what was done


def test_a_completed_work_says_when_somebody_looks_again(road: Any, client: Client) -> None:
    assert "Does it still work?" not in read(client, road.get_absolute_url())
    road.completed_at = clock.now()
    road.save()
    month = lasting.months_after(clock.today(), 6)
    renewed(lambda: None)
    assert f"Somebody looks again in {month:%m/%Y}: After six months, how many lamps still burn?" in read(client, road.get_absolute_url())


def test_a_miss_stays_and_beside_it_stands_when_it_was_put_right(
    road: Any, city: Any, client: Client, signed_in: Any, photo_upload: Any
) -> None:
    book = drawn(road, city)
    units = testing.checked(book, [80, 40, 80])
    address = f"{book.get_absolute_url()}1/put-right/"
    head, stranger = signed_in(Role.HEAD, city.area), signed_in(Role.HEAD, city.area2)
    assert address in head.get(book.get_absolute_url()).text and address not in client.get(book.get_absolute_url()).text
    assert stranger.get(address).status_code == 403
    assert head.get(f"{book.get_absolute_url()}0/put-right/").status_code == 403  # nothing was missing there
    assert head.get(f"{book.get_absolute_url()}9/put-right/").status_code == 404  # sealed
    form = {"act_id": uuid.uuid4(), "on": str(clock.today())}
    unsent = head.post(address, form, headers=EN)
    assert unsent.status_code == 200 and 'role="alert"' in unsent.text
    assert head.post(address, form | {"photo": photo_upload()}).status_code == 302
    assert head.post(address, form | {"photo": photo_upload()}).status_code == 302  # sent twice, done once
    units[1].refresh_from_db()
    assert units[1].reading == 40 and units[1].put_right_on == clock.today() and units[1].put_right_photo.public
    text = read(client, book.get_absolute_url())
    assert "less than reported put right on" in text and "checked 3, right 2" in text
    assert head.get(address).status_code == 403
    assert "put right on" in read(client, road.get_absolute_url())


def test_whoever_goes_to_count_does_not_see_the_work(road: Any, city: Any, person: Any) -> None:
    book = drawn(road, city)
    checker = person(Role.CHECKER, city.ward)
    going = Volunteer.objects.create(user=checker, home=city.area2, joined_at=clock.now())
    visit = Visit.objects.create(
        unit=book.units.first(), volunteer=going, seat=1, code="a" * 32, offered_at=clock.now(), answer_by=clock.now()
    )
    client = Client()
    client.force_login(checker, backend="django.contrib.auth.backends.ModelBackend")
    assert road.title in read(client, road.get_absolute_url())  # asked only: the place was not told
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.ACCEPTED)
    blind = read(client, road.get_absolute_url())
    assert road.title not in blind and "You are not told what was reported" in blind


def test_a_closed_check_shows_at_once_on_kept_pages(road: Any, city: Any, client: Client) -> None:
    book = drawn(road, city)
    tallied(road, city, 6_400)
    testing.checked(book, 19)
    assert "95 %" not in read(client, city.ward.get_absolute_url())
    last = book.units.get(rank=19)
    for seat in (1, 2):
        columns = {"code": f"{seat}" * 32, "state": VisitState.DONE, "reading": 80}
        Visit.objects.create(unit=last, seat=seat, offered_at=clock.now(), answer_by=clock.now(), **columns)
    Visit.objects.filter(unit=last, seat=1).update(photo=photo())
    close_unit(last)
    assert "20 places drawn by lot and counted, 20 right" in read(client, city.ward.get_absolute_url())
    assert "20 places checked, 20 right" in read(client, road.get_absolute_url())
    text = read(client, f"{book.get_absolute_url()}?page=2")
    assert "photo 1" in text and "photo 2" not in text and "being entered" in text  # what the checker saw, and the receipt


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("phase", [Phase.SEEDED, Phase.CLOSED, Phase.ABANDONED])
def test_a_round_whose_draw_was_never_says_that_it_is_not_yet_drawn(phase: str, whole: bool, road: Any, city: Any, client: Client) -> None:
    """Also where it shows 0, nobody could visit, or too few were counted for a number; what the picture says aloud too."""
    book = drawn(road, city, n=60 if whole else 80)
    testing.checked(book, [None] * 24 + [80] * 3)
    Book.objects.filter(pk=book.pk).update(phase=phase, at_least=0, abandoned_reason="Hết hạn" if phase == Phase.ABANDONED else "")
    for address in (book.get_absolute_url(), "/rounds/"):
        page = client.get(address, headers=EN).text.partition("<main")[2]
        assert "not yet drawn" not in page and 'class="bar-reported"' in page


def test_before_its_draw_a_round_says_so(road: Any, city: Any, client: Client) -> None:
    book = drawn(road, city, phase=Phase.FIXED)
    page = client.get(book.get_absolute_url(), headers=EN).text.partition("<main")[2]
    assert ' reported, not yet drawn for a check."' in page


def test_the_board_corrects_readings_on_a_page_of_its_own(road: Any, city: Any, client: Client, signed_in: Any) -> None:
    book = drawn(road, city)
    testing.checked(book, [40] * 3)
    address, board = book.get_absolute_url(), signed_in(Role.CITY_BOARD, city.city)
    page = board.get(address, headers=EN).text
    assert (
        "/reread/" not in page and "?mend=1#tickets" in page and "?only=short&amp;mend=1#tickets" in board.get(f"{address}?only=short").text
    )
    testing.checked(book, [40] * 16)
    assert 'href="?mend=1&amp;page=2#tickets"' in board.get(f"{address}?mend=1").text
    mending = board.get(f"{address}?mend=1&page=2", headers=EN).text
    assert mending.count("/reread/") == 1 and "?mend=1#tickets" not in mending
    assert "mend=1" not in client.get(address).text and "/reread/" not in client.get(f"{address}?mend=1").text
