"""Raising a need, through the form: nameless on a cheap phone, signed in, and with everything that can go wrong."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid
from kheo.needs import actions
from kheo.needs.models import Backing, Category, Need, State
from kheo.openlog import sequencer
from kheo.openlog.models import Entry
from kheo.people import limits

pytestmark = pytest.mark.django_db


def send(client: Client, place: Any, **values: Any) -> Any:
    data = {"act_id": str(uuid4()), "category": "light", "text": "Hẻm 47 tối, cần 4 cái đèn", **values}
    return client.post(f"{reverse('needs:raise')}?place={place.slug}", {k: v for k, v in data.items() if v is not None})


def test_nameless_is_held_and_gets_a_stub(client: Client, city: Any, photo_upload: Callable[..., Any]) -> None:
    page = client.get(f"{reverse('needs:raise')}?place={city.area.slug}")
    assert page.status_code == 200
    assert "không cần tên" in page.content.decode()
    response = send(client, city.area, site=city.road.pk, photo=photo_upload(gps=True))
    need = Need.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("needs:stub", args=[need.code])
    assert (need.state, need.nameless, need.site, need.place) == (State.HELD, True, city.road, city.area)
    assert need.answer_by == clock.today() + timedelta(days=15)
    assert not need.photo.public
    stub = client.get(response["Location"])
    text = stub.content.decode()
    assert need.code in text
    assert "<svg" in text
    assert "4 cái đèn" in text
    assert stub["X-Robots-Tag"] == "noindex"
    assert not re.search(r"\sstyle=|<script(?![^>]*\ssrc=)", text)
    assert client.get(need.photo.url).status_code == 403


def test_nameless_leaves_no_trace_of_the_device(client: Client, city: Any) -> None:
    for _n in range(2):
        send(client, city.area)
    device = client.cookies["kheo_device"].value.split(":")[0]
    first, second = Entry.objects.filter(verb="need.received")
    for entry in (first, second):
        assert entry.place == city.ward.slug  # neither area, category nor day
        assert entry.facts is None
        assert b"clear" not in bytes(entry.leaf)
        assert device.encode() not in bytes(entry.private)
        assert "4 cái đèn".encode() in bytes(entry.private)  # committed: the ward can't deny having received it
    assert json.loads(bytes(first.private))["actor"] != json.loads(bytes(second.private))["actor"]
    for row in (*Need.objects.values(), *Backing.objects.values()):
        assert device not in str(row)


def test_held_is_seen_by_nobody_else(client: Client, city: Any) -> None:
    send(client, city.area)
    need = Need.objects.get()
    stranger = Client()
    assert not Need.objects.public().exists()
    for address in (f"{reverse('needs:raise')}?place={city.area.slug}", f"{reverse('needs:near')}?place={city.area.slug}&category=light"):
        content = stranger.get(address).content.decode()
        assert "4 cái đèn" not in content
        assert need.code not in content
    assert stranger.get(reverse("needs:back", args=[need.code])).status_code == 403
    assert need.public_text == ""


def test_signed_in_is_public_at_once(signed_in: Callable[..., Client], city: Any, photo_upload: Callable[..., Any]) -> None:
    send(signed_in(), city.area, photo=photo_upload())
    need = Need.objects.get()
    assert need.state == State.OPEN
    assert need.photo.public
    entry = Entry.objects.get(verb="need.raised")
    assert entry.place == city.area.slug
    assert need.code.encode() in bytes(entry.facts)
    assert "đèn".encode() not in bytes(entry.facts)
    assert need.photo.original_sha256.encode() in bytes(entry.private)
    assert b"user:" not in bytes(entry.private)  # raised without a name all the same
    actions.raise_need(Actor("user:7", 7), city.area, category="road", text="Cầu hư", nameless=False)
    assert b"user:7" in bytes(Entry.objects.filter(verb="need.raised").last().private)


def test_sent_twice_is_raised_once(client: Client, city: Any, photo_upload: Callable[..., Any]) -> None:
    act_id, answers = str(uuid4()), []
    for _n in range(8):  # more often than the limit allows: a repeat does not count
        answers.append(send(client, city.area, act_id=act_id, photo=photo_upload())["Location"])
    assert Need.objects.count() == 1
    assert len(set(answers)) == 1


def test_first_act_sent_twice_before_any_cookie_came_back(city: Any) -> None:
    act_id = str(uuid4())
    assert send(Client(), city.area, act_id=act_id)["Location"] == send(Client(), city.area, act_id=act_id)["Location"]
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"category": "gossip"}, "category"),
        ({"category": None}, "category"),
        ({"text": ""}, "text"),
        ({"text": " a "}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"site": "999999"}, "site"),
        ({"lon": "abc", "lat": "10"}, "lon"),
        ({"lon": "nan", "lat": "10"}, "lon"),
        ({"act_id": "no-uuid"}, "act_id"),
    ],
)
def test_what_is_wrong_is_marked_and_the_rest_is_kept(client: Client, city: Any, values: dict[str, Any], field: str) -> None:
    response = send(client, city.area, **({"text": "Đường ngập nước"} | values))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    if "text" not in values:
        assert "Đường ngập nước" in response.content.decode()
    assert not Need.objects.exists()
    assert not Entry.objects.exists()


def test_site_of_another_area_is_refused(client: Client, city: Any) -> None:
    assert "site" in send(client, city.area, site=city.other_road.pk).context["form"].errors
    with pytest.raises(Invalid) as refused:
        actions.raise_need(Actor("device:a"), city.area, category="light", text="Tối quá", site=city.other_road)
    assert refused.value.field == "site"


@pytest.mark.parametrize(("lon", "lat"), [("0", "0"), ("106.9", "10.8"), ("105.78", "-10"), ("1e9", "10")])
def test_position_outside_the_city_is_refused_in_words(client: Client, city: Any, lon: str, lat: str) -> None:
    response = send(client, city.area, site=city.road.pk, lon=lon, lat=lat)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()
    assert not Need.objects.exists()


def test_pin_snaps_to_the_site(client: Client, city: Any) -> None:
    """Somebody stood 300 m beside the alley: the need lies on the alley."""
    send(client, city.area, site=city.road.pk, lon="105.7835", lat="10.0335")
    need = Need.objects.get()
    assert (need.lon, need.lat) != (105.7835, 10.0335)
    assert need.lon - 105.780 == pytest.approx(need.lat - 10.034, abs=1e-5)  # the alley runs north-east from there
    assert 105.780 <= need.lon <= 105.782


def test_pin_is_dropped_without_a_site_and_defaults_to_it(client: Client, city: Any) -> None:
    send(client, city.area, lon="105.7811", lat="10.0351")
    need = Need.objects.get()
    assert (need.lon, need.lat) == (None, None)
    send(client, city.area, site=city.road.pk)
    need = Need.objects.latest("id")
    assert (need.lon, need.lat) == (city.road.lon, city.road.lat)


def test_neighbour_in_hardship_has_neither_pin_nor_photo(client: Client, city: Any, photo_upload: Callable[..., Any]) -> None:
    response = send(client, city.area, category="help", photo=photo_upload())
    assert "photo" in response.context["form"].errors
    send(client, city.area, category="help", site=city.road.pk, lon="105.7811", lat="10.0351")
    need = Need.objects.get()
    assert (need.site, need.lon, need.lat, need.photo) == (None, None, None, None)


@pytest.mark.parametrize("content", [b"not a photo", b"", b"<svg onload='alert(1)'/>"])
def test_bad_photo_keeps_what_was_typed(client: Client, city: Any, content: bytes) -> None:
    response = send(client, city.area, photo=SimpleUploadedFile("a.jpg", content), site=city.road.pk)
    text = response.content.decode()
    assert response.status_code == 422
    assert response.context["form"].errors["photo"]
    assert "vẫn còn" in text
    assert "4 cái đèn" in text
    assert f'value="{city.road.pk}" selected' in text
    assert re.search(r'value="light"[^>]* checked', text)
    assert not Need.objects.exists()


def test_oversized_photo(client: Client, city: Any, photo_upload: Callable[..., Any], settings: Any) -> None:
    settings.KHEO_PHOTO_MAX_BYTES = 500
    assert "photo" in send(client, city.area, photo=photo_upload()).context["form"].errors


def test_one_phone_a_few_a_day(client: Client, signed_in: Callable[..., Client], city: Any) -> None:
    for _n in range(5):
        assert send(client, city.area).status_code == 302
    refused = send(client, city.area)
    assert refused.status_code == 429
    assert refused["Retry-After"]
    assert Need.objects.count() == 5
    assert send(Client(), city.area).status_code == 302  # a neighbour behind the same address
    known = signed_in()
    for _n in range(7):
        assert send(known, city.area).status_code == 302


def test_refused_photos_do_not_use_up_the_days_needs(client: Client, city: Any) -> None:
    for _n in range(6):
        assert send(client, city.area, photo=SimpleUploadedFile("a.jpg", b"broken")).status_code == 422
    assert send(client, city.area).status_code == 302


def test_choosing_where(client: Client, city: Any) -> None:
    wards = client.get(reverse("needs:raise")).content.decode()
    assert city.ward.slug in wards
    areas = client.get(f"{reverse('needs:raise')}?place={city.ward.slug}").content.decode()
    assert city.area.slug in areas
    assert city.other_area.slug not in areas
    assert "whole=1" in areas
    whole = client.post(
        f"{reverse('needs:raise')}?place={city.ward.slug}&whole=1", {"act_id": str(uuid4()), "category": "waste", "text": "Rác"}
    )
    assert whole.status_code == 302
    assert Need.objects.get().place == city.ward
    assert client.get(f"{reverse('needs:raise')}?place=nowhere").status_code == 404
    found = client.get(f"{reverse('needs:raise')}?q=khu vuc 3").content.decode()
    assert f"place={city.area.slug}" in found
    road = client.get(f"{reverse('needs:raise')}?place={city.road.slug}").content.decode()
    assert f'value="{city.road.pk}" selected' in road


def test_me_too_is_offered_before_raising_again(client: Client, signed_in: Callable[..., Client], city: Any) -> None:
    send(signed_in(), city.area, text="Đèn hư trước chợ")
    send(signed_in(), city.area, text="Rác chất đống", category="waste")
    page = client.get(f"{reverse('needs:raise')}?place={city.area.slug}").content.decode()
    assert "Đèn hư trước chợ" in page
    near = client.get(f"{reverse('needs:near')}?place={city.area.slug}&category=light").content.decode()
    assert "Đèn hư trước chợ" in near
    assert "Rác chất đống" not in near
    assert "Đèn hư trước chợ" not in client.get(f"{reverse('needs:raise')}?place={city.area2.slug}").content.decode()


def test_six_pictures() -> None:
    assert len(Category.choices) == 6
    assert all(Category(value).icon for value in Category.values)


@pytest.mark.parametrize("language", ["vi", "en", "id"])
def test_speaks_three_languages(client: Client, city: Any, language: str) -> None:
    page = client.get(f"{reverse('needs:raise')}?place={city.area.slug}", headers={"accept-language": language})
    words = {"vi": "Báo việc cần làm", "en": "Raise a need", "id": "Sampaikan kebutuhan"}
    assert words[language] in page.content.decode()


def test_a_held_needs_code_is_long_and_guessing_it_ends(client: Client, city: Any) -> None:
    send(client, city.area)
    need = Need.objects.get()
    assert len(need.code) == 10 and need.spelt in client.get(reverse("needs:stub", args=[need.code])).content.decode()
    for n in range(limits.MISSES):
        assert Client().get(reverse("needs:stub", args=[f"x{n}"])).status_code == 404
    assert Client().get(reverse("needs:stub", args=[need.code])).status_code == 429
    assert Client().get(reverse("needs:stub", args=[need.code]), REMOTE_ADDR="10.9.9.9").status_code == 200


def test_without_a_name_the_log_tells_it_with_the_others_of_its_hour(client: Client, signed_in: Callable[..., Client], city: Any) -> None:
    send(client, city.area)
    opened = actions.raise_need(Actor("user:7", 7), city.area, category="road", text="Cầu hư", nameless=False)
    for who in (Client(), signed_in()):
        who.post(reverse("needs:back", args=[opened.code]), {"act_id": str(uuid4())})
    sequencer.drain()
    waiting = [(e.verb, e.not_before is not None) for e in Entry.objects.filter(index=None).order_by("id")]
    assert waiting == [("need.received", True), ("need.backed", True)]
    assert list(Entry.objects.exclude(index=None).order_by("id").values_list("verb", flat=True)) == ["need.raised", "need.backed"]


def test_one_act_id_on_two_needs_is_two_acts(client: Client, city: Any) -> None:
    first, second = (actions.raise_need(Actor("user:7", 7), city.area, category="road", text=f"Cầu hư {n}") for n in "12")
    act_id = str(uuid4())
    assert send(client, city.area, act_id=act_id).status_code == 302
    for need in (first, first, second):
        assert client.post(reverse("needs:back", args=[need.code]), {"act_id": act_id}).status_code == 302
        need.refresh_from_db()
        assert need.backers == 1
    assert send(client, city.area2, act_id=act_id).status_code == 302
    assert Need.objects.count() == 4
