"""Who looked at a photo that is not public: in the log, once an hour, and never by name outside its sealed part."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from kheo.core import clock
from kheo.core.actor import Role
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.openlog import guard
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 5, 10, tzinfo=UTC)


@pytest.fixture
def sheet(photo_upload: Callable[..., Any], city: Any, settings: Any) -> Photo:
    """The photo of a meeting's sheet: kept, not public."""
    settings.KHEO_DEMO = True
    photo = photos.store(photo_upload())
    photos.keep(photo, city.area)
    return photo


def looks() -> list[Entry]:
    return list(Entry.objects.filter(verb="evidence.looked").order_by("id"))


def see(client: Client, address: str) -> int:
    response = client.get(address)
    if response.status_code == 200:
        b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response.status_code


def test_a_look_is_logged_once_an_hour_for_each_person(signed_in: Callable[..., Client], person: Any, city: Any, sheet: Photo) -> None:
    head, officer = signed_in(Role.HEAD, city.area), signed_in(Role.OFFICER, city.ward)
    with clock.at(NOON):
        assert [see(head, sheet.url), see(head, sheet.small_url), see(head, sheet.url)] == [200] * 3
        assert len(looks()) == 1
        assert see(officer, sheet.url) == 200
        assert len(looks()) == 2
    with clock.at(NOON + timedelta(hours=1)):
        assert see(head, sheet.url) == 200
    assert len(looks()) == 3
    first = looks()[0]
    who = f"user:{person(Role.HEAD, city.area).pk}"
    assert first.place == city.area.slug
    assert who.encode() in bytes(first.private)
    assert sheet.original_sha256.encode() in bytes(first.private)
    served = bytes(first.leaf) + bytes(first.facts or b"")
    assert not any(told in served for told in (who.encode(), sheet.sha256.encode(), sheet.original_sha256.encode()))
    assert bytes(first.facts or b"{}") == b"{}"


def test_two_photos_are_two_looks(signed_in: Callable[..., Client], city: Any, sheet: Photo, photo_upload: Callable[..., Any]) -> None:
    other = photos.store(photo_upload())
    photos.keep(other, city.area)
    officer = signed_in(Role.OFFICER, city.ward)
    with clock.at(NOON):
        assert [see(officer, sheet.url), see(officer, other.url)] == [200, 200]
    assert len(looks()) == 2


def test_public_photos_and_refusals_are_not_logged(signed_in: Callable[..., Client], client: Client, city: Any, sheet: Photo) -> None:
    assert see(client, sheet.url) == 403
    assert see(signed_in(Role.OFFICER, city.other_ward), sheet.url) == 403
    photos.publish(sheet, city.area)
    assert see(signed_in(Role.OFFICER, city.ward), sheet.url) == 200
    assert looks() == []


def test_what_can_not_be_logged_is_not_shown(
    signed_in: Callable[..., Client], city: Any, sheet: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed() -> None:
        raise guard.LogReadOnly("restored from yesterday")

    monkeypatch.setattr(guard, "require_writable", closed)
    assert see(signed_in(Role.OFFICER, city.ward), sheet.url) in (403, 503)
    assert looks() == []
