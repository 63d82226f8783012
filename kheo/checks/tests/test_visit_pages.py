"""The screens of who goes and counts: only their own, and blind to the claim, the rank and the other."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from kheo.checks import actions, testing
from kheo.checks.dispatching import dispatch
from kheo.checks.models import Unit, Visit, VisitState, Volunteer, volunteer_key
from kheo.checks.tests.conftest import count, visits
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.openlog.models import Entry
from kheo.people import household_door
from kheo.people.households import CardBatch, HouseholdCard
from kheo.results.testing import photo

pytestmark = pytest.mark.django_db
CLAIM = 7391  # a number that stands in no page by chance
LIT = "rural-lighting.lit-m"


@pytest.fixture
def line(city: Any, claim: Any) -> Unit:
    """A stretch of a road whose claim is 7391."""
    result = claim(CLAIM, LIT, site=city.road, note=f"đủ {CLAIM} m")
    result.initiative.title = f"Thắp sáng {CLAIM} m"
    result.initiative.save()
    unit = testing.book(city.city, {result: [CLAIM]}).units.get()
    Unit.objects.filter(pk=unit.pk).update(at={"line": [[105.7801, 10.0341], [105.7812, 10.0352]]})
    return unit


@pytest.fixture
def home(city: Any) -> Client:
    """The phone of a household of the area beside, signed in with its card."""
    batch = CardBatch.objects.create(place=city.area2, count=1)
    card = HouseholdCard.objects.create(batch=batch, place=city.area2, number=1, slot=uuid4().hex, code_hash=uuid4().hex)
    client = Client(headers={"accept-language": "en"})
    client.cookies[household_door.COOKIE] = signing.TimestampSigner(salt=household_door.SALT).sign(str(card.pk))
    return client


def send(client: Client, url: str, **values: Any) -> Any:
    return client.post(url, {"act_id": uuid4(), **values}, headers={"accept-language": "en"})


def text(response: Any) -> str:
    """The page without tokens and act ids, in which chance may write any number."""
    return testing.without_dice(response.content.decode() + str(response.headers))


def test_a_household_offers_says_yes_counts_and_learns_nothing_else(
    line: Unit, home: Client, city: Any, photo_upload: Any, actor: Any
) -> None:
    assert "count/" in home.get("/mine/").content.decode()
    assert send(home, reverse("checks:join-pool", args=[city.area2.slug])).status_code == 302
    actions.join_pool(actor(name="other"), city.area2)
    dispatch()
    visit = Visit.objects.get(volunteer__user=None)
    desk = text(home.get("/mine/"))
    assert visit.get_absolute_url() in desk
    page = home.get(visit.get_absolute_url())
    told = text(page)
    assert (
        city.ward.name in told
        and city.area.name not in told
        and city.road.name not in re.sub(r"<svg.*?</svg>", "", told, flags=re.S).split("<main")[1]
    )
    _blind(told, line)
    assert send(home, reverse("checks:accept-visit", args=[visit.code])).status_code == 302
    visit.refresh_from_db()
    told = text(home.get(visit.get_absolute_url()))
    assert city.road.full_name in told and visit.nonce in told and "geo:10.03" in told
    _blind(told, line)
    answer = send(home, visit.get_absolute_url(), measured="70", photo=photo_upload(), nonce=visit.nonce)
    assert answer.status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.reading) == (VisitState.DONE, 70)
    _blind(text(home.get(visit.get_absolute_url())) + text(home.get("/mine/")), line)


def _blind(told: str, unit: Unit) -> None:
    assert str(CLAIM) not in told
    assert "7.391" not in told and "7,391" not in told
    assert unit.key not in told


def test_the_second_reader_finds_the_first_reading_nowhere(line: Unit, neighbours: list[Actor], signed_in: Any, client: Client) -> None:
    """Not on a page, not in what the log serves, not in a photo."""
    dispatch()
    first, second = visits(line)
    by = Volunteer.objects.get(pk=first.volunteer_id)
    who = next(a for a in neighbours if Volunteer.objects.of(a).filter(pk=by.pk).exists())
    first = actions.accept_visit(who, first)
    shot = photo()
    actions.read(who, first, measured=5813, photo=shot, nonce=first.nonce)
    shot.refresh_from_db()
    assert not shot.public and client.get(shot.url).status_code != 200
    served = b"".join(bytes(e.leaf) + bytes(e.facts or b"") for e in Entry.objects.all()).decode()
    assert line.key not in served
    read = testing.without_dice(served)
    assert "5813" not in read and str(CLAIM) not in read.replace('"quantity":7391', "")
    page = client.get(second.get_absolute_url())
    assert page.status_code == 403


def test_only_its_own_volunteer_opens_a_visit(line: Unit, neighbours: list[Actor], signed_in: Any, city: Any, home: Client) -> None:
    dispatch()
    visit = Visit.objects.exclude(volunteer__user=None).first()
    assert visit and visit.volunteer and visit.volunteer.user
    others = [Client(), home, signed_in(Role.CITY_BOARD, city.city), signed_in(Role.OFFICER, city.ward)]
    for name in ("visit", "accept-visit", "decline-visit", "unreached-visit"):
        for other in others:
            assert send(other, reverse(f"checks:{name}", args=[visit.code])).status_code == 403
    own = signed_in(name=visit.volunteer.user.name)
    assert own.get(visit.get_absolute_url()).status_code == 200
    assert send(own, reverse("checks:decline-visit", args=[visit.code])).status_code == 302
    assert "handed this back" in own.get(visit.get_absolute_url(), headers={"accept-language": "en"}).content.decode()


def test_sent_twice_counts_once_and_a_number_in_words_is_asked_again(
    line: Unit, signed_in: Any, actor: Any, city: Any, photo_upload: Any
) -> None:
    actions.join_pool(actor(name="a"), city.area2)
    dispatch()
    visit, phone = Visit.objects.get(), signed_in(name="a")
    assert (
        "say first that you will go"
        in send(phone, visit.get_absolute_url(), measured="7", photo=photo_upload(), nonce="x").content.decode()
    )
    send(phone, reverse("checks:accept-visit", args=[visit.code]))
    visit.refresh_from_db()
    assert "whole number" in send(phone, visit.get_absolute_url(), measured="bảy", photo=photo_upload(), nonce=visit.nonce).content.decode()
    assert "another visit" in send(phone, visit.get_absolute_url(), measured="7", photo=photo_upload(), nonce="K3M4NP").content.decode()
    once = {"act_id": uuid4(), "measured": "70", "nonce": visit.nonce}
    for _n in range(2):
        assert phone.post(visit.get_absolute_url(), {**once, "photo": photo_upload()}).status_code == 302
    assert Entry.objects.filter(verb="visit.read").count() == 1
    assert (
        "already counted" in send(phone, visit.get_absolute_url(), measured="9", photo=photo_upload(), nonce=visit.nonce).content.decode()
    )


def test_a_home_has_no_pin_and_waits_for_somebody_sworn(city: Any, claim: Any, actor: Any, signed_in: Any, photo_upload: Any) -> None:
    result = claim(1, "house-repair.houses")
    unit = testing.book(city.city, {result: [1]}).units.get()
    actions.join_pool(actor(name="a"), city.area2)
    actions.join_pool(Actor("household:b", household=city.area2.path), city.area2)
    dispatch()
    assert not unit.visits.exists()
    officer = signed_in(Role.OFFICER, city.ward)
    url = reverse("checks:swear-in", args=[city.ward.slug])
    page = officer.get(url).content.decode()
    volunteer = Volunteer.objects.get(user__isnull=False)
    assert f'value="{volunteer.pk}"' in page
    assert send(officer, url, volunteer=volunteer.pk, signed_on=clock.today().isoformat()).status_code == 302
    dispatch()
    visit = unit.visits.get()
    phone = signed_in(name="a")
    send(phone, reverse("checks:accept-visit", args=[visit.code]))
    told = phone.get(visit.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert visit.code[:6] in told and city.area.name not in told.split("<main")[1] and "geo:" not in told
    visit.refresh_from_db()
    assert send(phone, visit.get_absolute_url(), measured="1", nonce=visit.nonce).status_code == 302


def test_the_board_corrects_a_reading_by_form(book: Any, neighbours: list[Actor], signed_in: Any, city: Any) -> None:
    dispatch()
    unit = book.units.get()
    for visit in visits(unit):
        count(visit, neighbours, 10)
    url = reverse("checks:reread", args=[unit.pk])
    assert signed_in(Role.OFFICER, city.ward).get(url).status_code == 403
    assert send(signed_in(Role.CITY_BOARD, city.city), url, reading="3", why="Ghi nhầm").status_code == 302
    unit.refresh_from_db()
    assert unit.reading == 3


def test_the_board_reads_that_nobody_can_go(book: Any, signed_in: Any, city: Any) -> None:
    board = signed_in(Role.CITY_BOARD, city.city)
    assert "1 place waits" not in board.get("/desk/", headers={"accept-language": "en"}).content.decode()
    dispatch()
    assert "1 place waits" in board.get("/desk/", headers={"accept-language": "en"}).content.decode()


def test_where_one_of_many_is_counted_the_page_says_at_which_end_they_begin(line: Unit, home: Client, city: Any, actor: Any) -> None:
    Unit.objects.filter(pk=line.pk).update(at={"nth": 60})
    actions.join_pool(Actor("household:beside", household=city.area2.path), city.area2)
    dispatch()
    visit = visits(line)[0]
    actions.accept_visit(Actor("household:beside", household=city.area2.path), visit)
    Volunteer.objects.filter(pk=visit.volunteer_id).update(
        key=volunteer_key(Actor(f"household:{HouseholdCard.objects.get().slot}", household=city.area2.path))
    )
    page = home.get(visit.get_absolute_url()).text
    assert "Look at number 60" in page and "Number 1 is at the south-western end, marked with 1 on the drawing." in page
    assert ">10.034, 105.78</a>" in page and '<text class="start"' in page
    city.canal.__class__.objects.filter(pk=city.canal.pk).update(lon=105.7801, lat=10.0341, length_m=None)
    assert f"near {city.canal.full_name}, marked" in home.get(visit.get_absolute_url()).text
