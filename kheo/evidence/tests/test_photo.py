"""Photos going out: to whom, and so that they can't execute."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kheo.core.actor import Role
from kheo.evidence import photos
from kheo.evidence.models import Photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(photo_upload: Callable[..., Any]) -> Photo:
    return photos.store(photo_upload(gps=True))


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_public_photo_for_everybody(client: Client, city: Any, photo: Photo) -> None:
    photos.publish(photo, city.area)
    for address, small in ((photo.url, False), (photo.small_url, True)):
        response = client.get(address)
        assert response.status_code == 200
        assert body(response) == photos.path_of(photo.sha256, small=small).read_bytes()
        assert response["Content-Type"] == "image/webp"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["Content-Disposition"].startswith("inline")
        assert response["Cache-Control"] == "public, max-age=300"


def test_original_is_never_served(client: Client, city: Any, photo: Photo) -> None:
    photos.publish(photo, city.area)
    for address in (
        f"/photos/{photo.original_sha256}.webp",
        f"/originals/{photo.original_sha256[:2]}/{photo.original_sha256[2:]}",
        f"/media/originals/{photo.original_sha256[:2]}/{photo.original_sha256[2:]}",
        f"/photos/../originals/{photo.original_sha256[:2]}/{photo.original_sha256[2:]}",
        "/photos/%2e%2e/keys/secret_key.webp",
    ):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("own", [True, False])
def test_sheet_of_names_only_for_those_who_work_with_it(
    signed_in: Callable[..., Client], city: Any, photo: Photo, role: Role, own: bool
) -> None:
    photos.keep(photo, city.area)
    client = signed_in(role, (city.ward if own else city.other_ward) if role else None)
    response = client.get(photo.url)
    if own and role in (Role.OFFICER, Role.HEAD):
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"
        body(response)
    else:
        assert response.status_code == 403


def test_not_public_not_for_the_nameless(client: Client, city: Any, photo: Photo) -> None:
    assert client.get(photo.url).status_code == 403  # at no place yet
    photos.keep(photo, city.area)
    assert client.get(photo.url).status_code == 403


def test_hidden_photo_for_nobody(client: Client, signed_in: Callable[..., Client], city: Any, photo: Photo) -> None:
    photos.publish(photo, city.area)
    photo.hidden_at, photo.hidden_reason = timezone.now(), "A face"
    photo.save()
    assert client.get(photo.url).status_code == 403
    assert client.get(photo.small_url).status_code == 403
    assert signed_in(Role.OFFICER, city.ward).get(photo.url).status_code == 403


def test_unknown_photo_and_wrong_method(client: Client, city: Any, photo: Photo) -> None:
    photos.publish(photo, city.area)
    assert client.get(f"/photos/{'0' * 64}.webp").status_code == 404
    assert client.get(f"/photos/{photo.sha256.upper()}.webp").status_code == 404
    assert client.post(photo.url).status_code == 405
    photos.path_of(photo.sha256).unlink()
    assert client.get(photo.url).status_code == 404


@pytest.mark.parametrize("what", ["hide", "unhide"])
@pytest.mark.parametrize("label", ["ledger.posting", "evidence.hideable", "people.user", "nowhere", "a.b.c"])
def test_what_cannot_be_hidden_this_way_is_not_there(client: Client, what: str, label: str) -> None:
    assert client.get(f"/{what}/{label}/{'9' * 45}/").status_code == 404


def test_a_public_photo_is_asked_for_again_soon_and_not_sent_twice(
    client: Client, signed_in: Callable[..., Client], city: Any, photo: Photo
) -> None:
    photos.publish(photo, city.area)
    tags = set()
    for address in (photo.url, photo.small_url):
        first = client.get(address)
        tags.add(first["ETag"])
        body(first)
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again["Cache-Control"], again.content) == (304, "public, max-age=300", b"")
    assert len(tags) == 2
    photo.hidden_at = timezone.now()
    photo.save()
    assert client.get(photo.url, headers={"if-none-match": tags.pop()}).status_code == 403
