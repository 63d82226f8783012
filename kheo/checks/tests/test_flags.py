"""From two like photos to what a person decides of them; and that nobody else learns of it, neither before nor after."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from kheo.checks import actions, flagging, rules, testing
from kheo.checks.models import Because, Decision, Flag, Noticed, Wanted
from kheo.checks.reasons import reason
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import Refused
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.evidence.tests import scenes
from kheo.initiatives.models import Initiative
from kheo.openlog.models import Entry
from kheo.people.models import User
from kheo.results.models import Result
from kheo.results.testing import photo as row

pytestmark = pytest.mark.django_db


def stored(city: Any, picture: Image.Image) -> Photo:
    out = BytesIO()
    picture.save(out, "JPEG", quality=90)
    photo = photos.store(SimpleUploadedFile("photo.jpg", out.getvalue()))
    photos.publish(photo, city.area)
    return photo


@pytest.fixture
def twice(city: Any, claim: Any) -> Flag:
    """One photo, and the same one mirrored, cut and saved again, in two works' reports."""
    first, second = claim(site=city.road), claim()
    whole = scenes.site(1)
    first.photos.add(stored(city, whole), stored(city, scenes.site(2)))
    second.photos.add(stored(city, scenes.ATTACKS["mirrored, cut, saved again"](whole)), stored(city, scenes.site(3)))
    assert flagging.look() == 1 and flagging.look() == 0
    return Flag.objects.get()


def decide(client: Client, flag: Flag, decision: str, words: str = "Xin anh chị coi lại ảnh này.") -> Any:
    return client.post(f"/look/{flag.pk}/", {"act_id": str(uuid4()), "decision": decision, "words": words})


def test_from_two_like_photos_to_somebody_who_goes(twice: Flag, city: Any, signed_in: Any) -> None:
    assert (twice.kind, twice.result, twice.other) == (Noticed.PICTURE, *Result.objects.order_by("-pk")[:2])
    assert not Entry.objects.exists()
    board = signed_in(Role.CITY_BOARD, city.city)
    assert f"/look/{twice.pk}/" in board.get("/desk/").content.decode()
    page = board.get(f"/look/{twice.pk}/").content.decode()
    assert all(photo.small_url in page for photo in (twice.photo, twice.other_photo))
    assert decide(board, twice, "count").status_code == 302
    twice.refresh_from_db()
    wanted = Wanted.objects.get()
    assert (twice.decision, twice.wanted, wanted.result, wanted.because) == (Decision.COUNT, wanted, twice.result, Because.FLAG)
    entry = Entry.objects.get()
    assert (entry.verb, entry.place, entry.facts in (None, b"{}")) == ("check.flag-decided", city.city.slug, True)
    assert f"/look/{twice.pk}/" not in board.get("/desk/").content.decode()
    assert board.get(f"/look/{twice.pk}/").status_code == 200
    assert decide(board, twice, "nothing").status_code == 403 and Entry.objects.count() == 1


@pytest.mark.parametrize("decision", ["nothing", "correct"])
def test_only_whoever_is_asked_to_correct_reads_of_it(decision: str, twice: Flag, city: Any, signed_in: Any) -> None:
    reporter = Client()
    reporter.force_login(twice.result.reported_by, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/results/{twice.result_id}/correct/"
    assert address not in reporter.get("/desk/").content.decode()
    decide(signed_in(Role.CITY_BOARD, city.city), twice, decision)
    page = reporter.get("/desk/").content.decode()
    assert (address in page and "coi lại ảnh" in page) is (decision == "correct")
    assert reporter.get(f"/look/{twice.pk}/").status_code == 403
    assert not Wanted.objects.exists()
    for who in (Client(), signed_in(Role.HEAD, city.area), signed_in(Role.OFFICER, city.ward)):
        assert who.get(f"/look/{twice.pk}/").status_code == 403
        for where in ("/desk/", twice.result.initiative.get_absolute_url(), "/log/"):
            page = who.get(where, follow=True).content.decode()
            assert "/look/" not in page and "coi lại ảnh" not in page


def test_the_queue_is_the_rules_twin(twice: Flag, city: Any, actor: Any) -> None:
    people = [actor(role, place) for role in Role for place in (city.city, city.ward, city.area, city.other_ward)]
    people += [Actor("device:x"), Actor("household:1", household=city.area.path)]
    own, theirs = (r.reported_by for r in (twice.result, twice.other))
    board = actor(Role.CITY_BOARD, city.city)
    people += [Actor(board.key, user.pk, "", board.grants) for user in (own, theirs)]
    office = actor(Role.OFFICER, city.ward)
    people.append(Actor(board.key, board.user_id, "", (*board.grants, *office.grants)))
    for who in people:
        assert (twice in Flag.objects.waiting_for(who)) is bool(rules.may_decide_flag(who, twice)), who
    assert rules.may_decide_flag(board, twice) and not rules.may_decide_flag(people[-1], twice)
    with pytest.raises(Refused):
        actions.decide_flag(office, twice, decision="nothing", words="Không sao.")


def test_who_gave_to_either_work_leaves_it_to_another_of_the_board_while_there_is_one(
    twice: Flag, city: Any, actor: Any, signed_in: Any
) -> None:
    board, second = (actor(Role.CITY_BOARD, city.city, name=name) for name in ("Cô Thu", "Anh Quang"))

    def may() -> list[bool]:
        found = [bool(rules.may_decide_flag(who, twice)) for who in (board, second)]
        assert found == [twice in Flag.objects.waiting_for(who) for who in (board, second)]
        return found

    assert may() == [True, True]
    testing.gave(User.objects.get(pk=board.user_id), twice.other.initiative, "pledged")
    assert may() == [False, True]
    testing.gave(User.objects.get(pk=second.user_id), twice.result.initiative, "granted")
    assert may() == [True, True]  # nobody else is left
    page = signed_in(Role.CITY_BOARD, city.city, name="Cô Thu").get(f"/look/{twice.pk}/", headers={"accept-language": "en"}).text
    assert "You gave to this work, and nobody else of the board is left" in page
    assert actions.decide_flag(board, twice, decision="nothing", words="Không sao.").by_giver
    assert json.loads(Entry.objects.get(verb="check.flag-decided").private)["gave"] is True
    said = signed_in(Role.CITY_BOARD, city.city, name="Anh Quang").get(f"/look/{twice.pk}/", headers={"accept-language": "en"}).text
    assert "Looked at by somebody who gave to this work: nobody else of the board was left." in said


def test_going_back_to_one_site_and_one_photo_for_two_counts_are_honest(city: Any, claim: Any) -> None:
    first, later = claim(site=city.road), claim(site=city.road)
    Result.objects.filter(pk=first.pk).update(day=clock.today() - timedelta(days=20))
    first.photos.add(stored(city, scenes.site(4)))
    later.photos.add(stored(city, scenes.site(4, 1, away=0.1)))
    beside = testing.result(later.initiative, 30, indicator="rural-lighting.lit-m")
    beside.photos.add(stored(city, scenes.ATTACKS["saved again (JPEG 50)"](scenes.site(4, 1, away=0.1))))
    assert flagging.look() == 0


def told(city: Any, result: Result, **columns: Any) -> Photo:
    """A photo's row without a file, as its phone told of it."""
    photo = row()
    Photo.objects.filter(pk=photo.pk).update(place=city.area, **columns)
    result.photos.add(photo)
    return photo


def kinds() -> list[str]:
    return sorted(Flag.objects.values_list("kind", flat=True))


def test_time_and_position_are_noticed_and_their_absence_never(city: Any, claim: Any) -> None:
    now, site = clock.now(), city.road
    from kheo.places.geometry import snap

    at = snap(site, 105.78, 10.03)
    assert at is not None
    here, far = {"taken_lon": at.lon, "taken_lat": at.lat}, {"taken_lon": at.lon + 0.3, "taken_lat": at.lat}
    honest = claim(site=site)
    told(city, honest)
    told(city, honest, taken_at=now - timedelta(hours=20), **here)
    assert flagging.look() == 0
    told(city, claim(site=site), taken_at=now - timedelta(days=40))
    assert flagging.look() == 1 and kinds() == ["delay"]
    long_ago = claim(site=site)
    Result.objects.filter(pk=long_ago.pk).update(day=clock.today() - timedelta(days=40))
    told(city, long_ago, taken_at=now - timedelta(days=40))  # of the day reported, but sent only now
    assert flagging.look() == 1 and kinds() == ["delay", "delay"]
    with translation.override("en"):
        assert "it was sent on" in reason(Flag.objects.latest("pk"))[0] and "it was sent on" not in reason(Flag.objects.earliest("pk"))[0]
    told(city, honest, taken_at=now - timedelta(hours=19, minutes=50), **far)  # 33 km in ten minutes, and 33 km away
    assert flagging.look() == 2 and kinds() == ["delay", "delay", "outside", "travel"]
    assert Flag.objects.get(kind="travel").facts["minutes"] == 10
    assert Flag.objects.get(kind="outside").facts["metres"] > 30_000


def test_what_a_kit_finds_little_is_noticed_but_not_while_it_is_sealed(city: Any, claim: Any) -> None:
    few, usual = claim(quantity=1, indicator="canal.cleared-m"), claim(quantity=100, indicator="canal.cleared-m")
    book = testing.book(city.city, {few: [1]})
    assert flagging.look() == 0
    book.units.update(closed_at=clock.now(), reading=0, outcome="short")
    assert flagging.look() == 1 and Flag.objects.get().result == few and usual.pk


def test_what_was_spent_is_held_against_what_it_cost_elsewhere(city: Any, claim: Any) -> None:
    for amount, expected in ((20_000_000, 0), (900_000_000, 1)):
        result = claim(quantity=10)
        head = Actor(f"user:{result.reported_by_id}", result.reported_by_id)
        spend(result.initiative, head, amount)
        Initiative.objects.filter(pk=result.initiative_id).update(state="completed", completed_at=clock.now())
        before = Flag.objects.count()
        flagging.look()
        assert Flag.objects.count() - before == expected, kinds()


def spend(initiative: Initiative, head: Actor, amount: int) -> None:
    from kheo.ledger.balances import add

    add(initiative, "VND", {"source:households": -amount, "hand": amount})  # type: ignore[dict-item]
    add(initiative, "VND", {"hand": -amount, "spent": amount})  # type: ignore[dict-item]


def test_what_was_nothing_is_forgotten(twice: Flag, city: Any, actor: Any, settings: Any) -> None:
    actions.decide_flag(actor(Role.CITY_BOARD, city.city), twice, decision="nothing", words="Hai khúc mương khác nhau.")
    assert flagging.forget() == 0
    settings.KHEO_DEMO = True
    with clock.at(timezone.now() + flagging.FORGET + timedelta(days=1)):
        assert flagging.forget() == 1 and flagging.forget() == 0
        twice.refresh_from_db()
        assert (twice.words, twice.facts, twice.photo, twice.other) == ("", {}, None, None)
        assert flagging.look() == 0
