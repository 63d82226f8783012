"""A small city that every room's tests share: two wards with areas and sites, people with roles, photos, browsers."""

import io
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings as hypothesis_settings

from kheo.core.actor import Actor, Role
from kheo.testing import data_folder

if TYPE_CHECKING:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from playwright.sync_api import Page

    from kheo.people.models import User
    from kheo.places.models import Place

_numbers = itertools.count(1)

hypothesis_settings.register_profile("kheo", deadline=None)  # a busy machine is no fault of the code
hypothesis_settings.load_profile("kheo")


@pytest.fixture(autouse=True)
def _own_data(settings: Any) -> Iterator[None]:
    """Each test has its own data folder: media, keys, the log's state."""
    from django.core.cache import caches
    from django.utils import translation

    from kheo.openlog import guard

    folder = data_folder() / f"test-{os.getpid()}-{next(_numbers)}"
    (folder / "media").mkdir(parents=True)
    settings.KHEO_DATA, settings.MEDIA_ROOT = folder, folder / "media"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow hashes are Django's to test
    for alias in ("default", "pieces"):
        caches[alias].clear()
    guard.forget()
    translation.deactivate()  # whatever language the test before answered in
    yield
    shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Slow ones first, so that at the end no process waits for another's.

    The PostgreSQL round asks what the database answers: tests that use none have said all they can on SQLite.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    if not os.environ.get("KHEO_DATABASE_URL"):
        return

    def uses_database(item: pytest.Item) -> bool:
        if item.get_closest_marker("words"):
            return False
        fixtures = set(getattr(item, "fixturenames", ()))
        return item.get_closest_marker("django_db") is not None or bool(fixtures & {"db", "transactional_db", "databases"})

    left_out = [item for item in items if not uses_database(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if uses_database(item)]


@dataclass(frozen=True)
class City:
    """Cần Thơ in small. ``ward`` is where things happen; the ``other_`` places are where a role of ``ward`` must not reach."""

    city: "Place"
    ward: "Place"
    area: "Place"
    area2: "Place"
    road: "Place"
    canal: "Place"
    other_ward: "Place"
    other_area: "Place"
    other_area2: "Place"
    other_road: "Place"


def _box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}


def _line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(p) for p in points]}


def _place(
    parent: "Place | None", rank: int, kind: str, name: str, slug: str, geometry: dict[str, Any] | None = None, **more: Any
) -> "Place":
    from kheo.core.folding import fold
    from kheo.places.models import Place

    place = Place(parent=parent, rank=rank, kind=kind, name=name, slug=slug, folded=fold(name), sort=fold(name), geometry=geometry, **more)
    if geometry:
        points = geometry["coordinates"][0] if geometry["type"] == "Polygon" else geometry["coordinates"]
        lons, lats = [p[0] for p in points], [p[1] for p in points]
        place.west, place.south, place.east, place.north = min(lons), min(lats), max(lons), max(lats)
        place.lon, place.lat = (place.west + place.east) / 2, (place.south + place.north) / 2
    place.save()
    place.path = f"{(parent.path if parent else None) or '/'}{place.pk}/"
    place.save(update_fields=["path"])
    return place


@pytest.fixture
def city(db: None) -> City:
    """The small city, with rectangles for boundaries. Areas have 240, 120, 180 and 60 households."""
    top = _place(None, 0, "thanh-pho", "Cần Thơ", "can-tho", _box(105.20, 9.20, 106.30, 10.40), households=600)
    ward = _place(top, 1, "phuong", "Ninh Kiều", "ninh-kieu", _box(105.76, 10.02, 105.80, 10.06), households=360, code="31135")
    other = _place(top, 1, "xa", "Thuận Hưng", "thuan-hung", _box(105.50, 10.20, 105.56, 10.26), households=240, code="31217")
    area = _place(ward, 2, "khu-vuc", "Khu vực 3", "ninh-kieu-khu-vuc-3", households=240)
    area2 = _place(ward, 2, "khu-vuc", "Khu vực 4", "ninh-kieu-khu-vuc-4", households=120)
    other_area = _place(other, 2, "ap", "Tân Thạnh", "thuan-hung-tan-thanh", households=180)
    other_area2 = _place(other, 2, "ap", "Tân Phước", "thuan-hung-tan-phuoc", households=60)
    road = _place(area, 3, "alley", "47", "hem-47", _line((105.780, 10.034), (105.782, 10.036)), length_m=310)
    canal = _place(area, 3, "canal", "Mương Củi", "muong-cui", _line((105.775, 10.030), (105.778, 10.030)), length_m=328)
    other_road = _place(other_area, 3, "road", "Tân Thạnh 2", "duong-tan-thanh-2", _line((105.52, 10.22), (105.52, 10.23)), length_m=1106)
    return City(top, ward, area, area2, road, canal, other, other_area, other_area2, other_road)


@pytest.fixture
def person(db: None) -> "Callable[..., User]":
    """``person(Role.HEAD, at=city.area, name="ông Sáu")``: an account, with a role there (or none) since a year ago. Made once each."""
    from kheo.core import clock
    from kheo.people.models import Assignment, User

    made: dict[Any, User] = {}

    def make(role: Role | None = None, at: "Place | None" = None, name: str = "") -> User:
        key = (role, at and at.pk, name)
        if key not in made:
            word = f"{role or 'resident'}-{next(_numbers)}"
            user = User.objects.create_user(word, f"{word}@example.org", name=name or word)
            if role:
                assert at is not None, "a role is held at a place"
                Assignment.objects.create(user=user, role=role.value, place=at, since=clock.today() - timedelta(days=365))
            made[key] = user
        return made[key]

    return make


@pytest.fixture
def actor(person: "Callable[..., User]") -> Callable[..., Actor]:
    """``actor(Role.HEAD, city.area)``: the actor of such a person; ``actor()``: a signed-in resident without a role."""
    from kheo.people.actor import actor_of

    def make(role: Role | None = None, at: "Place | None" = None, name: str = "") -> Actor:
        return actor_of(person(role, at, name))

    return make


@pytest.fixture
def nameless() -> Callable[[str], Actor]:
    """``nameless("phone")``: somebody without an account, the same for the same word."""

    def make(word: str = "phone") -> Actor:
        return Actor(key=f"device:{word}")

    return make


@pytest.fixture
def signed_in(person: "Callable[..., User]") -> "Callable[..., Client]":
    """``signed_in(Role.HEAD, city.area)``: a test client with that person's session."""
    from django.test import Client

    def make(role: Role | None = None, at: "Place | None" = None, name: str = "") -> Client:
        client = Client()
        client.force_login(person(role, at, name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


@pytest.fixture
def photo_upload() -> "Callable[..., SimpleUploadedFile]":
    """``photo_upload(gps=True)``: a small real JPEG as a form would send it, no two the same; ``gps``: with a position in it."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    def make(width: int = 64, height: int = 48, *, gps: bool = False, name: str = "photo.jpg") -> SimpleUploadedFile:
        n = next(_numbers)
        image = Image.effect_noise((width, height), 40).convert("RGB")
        image.putpixel((0, 0), (n % 256, n // 256 % 256, 7))
        exif = Image.Exif()
        if gps:
            exif[0x0132] = "2026:03:04 10:11:12"
            exif.get_ifd(0x8825).update({1: "N", 2: (10.0, 2.0, 6.0), 3: "E", 4: (105.0, 46.0, 51.0)})
        out = io.BytesIO()
        image.save(out, "JPEG", quality=92, exif=exif)
        return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")

    return make


# ── browsers ──


def _chromium() -> str | None:
    named = os.environ.get("KHEO_CHROMIUM")
    return named or next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium by its path; without a sandbox when we are root."""
    path = _chromium()
    if not path:
        pytest.skip("no Chromium here (apt-get install chromium)")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return {**browser_type_launch_args, "executable_path": path, "args": ["--no-sandbox"] if os.geteuid() == 0 else []}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A phone of 390 px that reads English; ``page.set_viewport_size`` makes it a desk."""
    return {**browser_context_args, "viewport": {"width": 390, "height": 844}, "locale": "en"}


@pytest.fixture
def page_as(page: "Page", live_server: Any, person: "Callable[..., User]") -> "Callable[..., Page]":
    """``page_as(Role.HEAD, city.area)``: the browser's page with that person's session (live server at ``live_server.url``)."""
    from django.conf import settings
    from django.test import Client

    def make(role: Role | None = None, at: "Place | None" = None, name: str = "") -> "Page":
        client = Client()
        client.force_login(person(role, at, name), backend="django.contrib.auth.backends.ModelBackend")
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        return page

    return make


@pytest.fixture
def axe() -> "Callable[..., None]":
    """``axe(page)``: fail with the names of what a person with a disability would stumble over (WCAG 2.2 AA).

    ``colours=True``: only whether what is written stands out, for a page that was looked at whole in other colours.
    """
    from axe_playwright_python.sync_playwright import Axe

    def check(page: "Page", *, colours: bool = False) -> None:
        tags = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        only = {"type": "rule", "values": ["color-contrast"]} if colours else tags
        found = Axe().run(page, options={"runOnly": only, "resultTypes": ["violations"]}).response["violations"]
        lines = [f"{v['id']}: {v['help']}: {[n['target'] for n in v['nodes'][:3]]}" for v in found]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check


@pytest.fixture
def picture_folder() -> Path:
    """Where a test may leave pictures of pages for people to look at (never kept in the repository)."""
    folder = Path("test-results")
    folder.mkdir(exist_ok=True)
    return folder
