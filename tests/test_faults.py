"""Bad input and faults, through every form that there is: refused with words, nothing half done, nothing acknowledged is lost."""

import io
import re
import threading
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from kheo.core.actor import Role
from kheo.evidence.models import Photo
from kheo.needs.models import Need
from kheo.openlog import guard, sequencer
from kheo.openlog.models import Entry
from tests.acts import ACTS, Do, World, sent
from tests.neighbour import words_of

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
BY_NAME = {do.name: do for do in ACTS}


@pytest.fixture
def world(city: Any, actor: Any, person: Any, photo_upload: Any) -> World:
    return World(city, actor, person, photo_upload)


@pytest.fixture
def allowed(world: World) -> Callable[[Do, Any], Client]:
    """``allowed(do, thing)``: the browser of somebody who may do this."""
    city = world.city
    roles = [
        (Role.HEAD, city.area),
        (Role.OFFICER, city.ward),
        (Role.CHECKER, city.ward),
        (Role.OPERATOR, city.city),
        (Role.CITY_BOARD, city.city),
    ]

    def find(do: Do, thing: Any) -> Client:
        for role, place in roles:
            if do.rule(world.actor(role, place), thing):
                client = Client(headers=EN)
                client.force_login(world.person(role, place), backend="django.contrib.auth.backends.ModelBackend")
                return client
        raise AssertionError(f"nobody may {do.name}")

    return find


def ids(do: Any) -> str:
    return do.name.replace(" ", "-") if isinstance(do, Do) else str(do)


# ── the same act twice ──

#: Their answer bears codes of which no copy is kept: a repeat says so instead of answering the same.
SHOWN_ONCE = {"print household cards", "replace a household card", "print voting slips"}


def rows() -> dict[str, int]:
    """How much there is of everything that the city keeps."""
    from django.apps import apps

    kept = [m for a in apps.get_app_configs() if a.name.startswith("kheo.") for m in a.get_models()]
    return {m._meta.label: m._base_manager.count() for m in kept}


@pytest.mark.parametrize("do", ACTS, ids=ids)
def test_sent_twice_every_form_acts_once_and_answers_the_same(do: Do, world: World, allowed: Any) -> None:
    thing = do.thing(world)
    client, data = allowed(do, thing), sent(do, world, thing)

    def send() -> Any:
        again = {
            k: SimpleUploadedFile(v.name, bytes(v.file.getvalue()), v.content_type) if hasattr(v, "read") else v for k, v in data.items()
        }
        return client.post(do.url(thing), again)

    before = Entry.objects.count()
    first = send()
    entries, kept = Entry.objects.count(), rows()
    assert entries > before
    second = send()
    assert rows() == kept
    if do.name in SHOWN_ONCE:
        assert first["Content-Type"] == "application/pdf" and second.get("Content-Type") != "application/pdf"
        return
    assert (second.status_code, second.get("Location")) == (first.status_code, first.get("Location")), words_of(second.text)


# ── photos ──


def _png(side: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    return out.getvalue()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("a.txt", "a")
    return out.getvalue()


def _jpeg() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((640, 480), 50).convert("RGB").save(out, "JPEG")
    return out.getvalue()


BROKEN: dict[str, Callable[[], tuple[str, bytes]]] = {
    "cut": lambda: ("photo.jpg", _jpeg()[:2000]),
    "disguised-page": lambda: ("photo.jpg", b"<!doctype html><script>alert(1)</script>"),
    "disguised-drawing": lambda: ("photo.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "disguised-archive": lambda: ("photo.jpg", _zip()),
    "bomb": lambda: ("photo.png", _png(12_000)),
    "oversized": lambda: ("photo.jpg", _jpeg() + b"\0" * 13_000_000),
}
WITH_PHOTO = [
    (BY_NAME["raise a need"], "photo"),
    (BY_NAME["count households"], "sheet"),
    (BY_NAME["enter a count"], "sheet"),
    (BY_NAME["take a round"], "sheet"),
    (BY_NAME["spend"], "paper"),
    (BY_NAME["report a result"], "photos"),
    (BY_NAME["correct a result"], "photos"),
    (BY_NAME["record a check"], "photo"),
]


@pytest.mark.words
@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize(("do", "field"), WITH_PHOTO, ids=ids)
def test_a_broken_photo_is_refused_and_what_was_typed_is_kept(do: Do, field: str, fault: str, world: World, allowed: Any) -> None:
    thing = do.thing(world)
    name, content = BROKEN[fault]()
    data = sent(do, world, thing) | {field: SimpleUploadedFile(name, content, content_type="image/jpeg")}
    entries, stored = Entry.objects.count(), Photo.objects.count()
    answer = allowed(do, thing).post(do.url(thing), data)
    assert answer.status_code in (200, 422)
    assert (Entry.objects.count(), Photo.objects.count()) == (entries, stored)
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert str(form.errors[field][0]) in words_of(answer.text)
    for typed in (v for k, v in data.items() if isinstance(v, str) and len(v) > 3 and k != "act_id"):
        assert typed in answer.text, f"{typed} is lost"


def test_where_a_photo_was_taken_is_in_no_public_copy(world: World, photo_upload: Any) -> None:
    """From the nameless form to what a stranger downloads."""
    upload = photo_upload(gps=True, width=1200, height=900)
    raw = upload.read()
    upload.seek(0)
    assert b"2026:03:04" in raw and len(Image.open(io.BytesIO(raw)).getexif().get_ifd(0x8825)) == 4  # the test would notice
    do = BY_NAME["raise a need"]
    resident, head = Client(headers=EN), Client(headers=EN)
    resident.post(do.url(world.city.area), sent(do, world, world.city.area) | {"photo": upload})
    need = Need.objects.get()
    head.force_login(world.person(Role.HEAD, world.city.area), backend="django.contrib.auth.backends.ModelBackend")
    assert resident.get(need.photo.url).status_code == resident.get(need.photo.small_url).status_code == 403
    assert head.post(f"/needs/{need.code}/release/", {"act_id": str(uuid.uuid4())}).status_code == 302
    page = resident.get(need.get_absolute_url()).text
    assert need.photo.url in page
    for address in (need.photo.url, need.photo.small_url):
        copy = b"".join(resident.get(address).streaming_content)  # type: ignore[arg-type]
        picture = Image.open(io.BytesIO(copy))
        assert picture.format == "WEBP" and not picture.getexif() and not {"exif", "xmp"} & picture.info.keys()
        assert not any(trace in copy for trace in (b"Exif", b"EXIF", b"XMP", b"GPS", b"2026:03:04"))
    told = b"".join(bytes(f) for f in Entry.objects.exclude(facts=None).values_list("facts", flat=True))
    for trace in ("10.035", "105.780"):  # 10°2′6″, 105°46′51″
        assert trace not in page and trace.encode() not in told


# ── numbers and positions ──

NUMBERS = [
    (BY_NAME["count households"], "present"),
    (BY_NAME["enter a count"], "agree"),
    (BY_NAME["enter a count"], "against"),
    (BY_NAME["enter a count"], "other"),
    (BY_NAME["draft a work"], "target:alley-bell.collections"),
    (BY_NAME["edit a work"], "target:rural-lighting.lamps"),
    (BY_NAME["pledge"], "amount"),
    (BY_NAME["take a contribution"], "amount"),
    (BY_NAME["take a round"], "amount_1"),
    (BY_NAME["spend"], "amount"),
    (BY_NAME["report a result"], "quantity"),
    (BY_NAME["correct a result"], "quantity"),
    (BY_NAME["record a check"], "measured"),
    (BY_NAME["set an area's households"], "households"),
    (BY_NAME["add an area or site"], "households"),
]
NOTHING_IS_AN_ANSWER = {"present", "agree", "against", "other", "measured"}  # nobody came, nobody agreed, there is nothing
ABSURD = ["-1", "-0.5", "1.5", "1,5", "1e3", "0x10", "NaN", "Infinity", "mười", "5; DROP TABLE", "9" * 16, "9" * 400, "0"]


@pytest.mark.words
@pytest.mark.parametrize(("do", "field"), NUMBERS, ids=ids)
def test_a_number_that_can_not_be_is_refused_by_every_form(do: Do, field: str, world: World, allowed: Any) -> None:
    thing = do.thing(world)
    client, data = allowed(do, thing), sent(do, world, thing)
    entries = Entry.objects.count()
    # A correction to zero is a withdrawal that is said; it keeps its place.
    possible = {"0"} if field in NOTHING_IS_AN_ANSWER or do.name == "correct a result" else set()
    for text in ABSURD:
        if text in possible:
            continue
        fresh = {k: world.upload() if hasattr(v, "read") else v for k, v in data.items()}
        answer = client.post(do.url(thing), fresh | {field: text, "act_id": str(uuid.uuid4())})
        assert answer.status_code in (200, 422), f"{text!r}: {answer.status_code}"
        assert Entry.objects.count() == entries, f"{text!r} was taken"
        assert answer.context["form"].errors, text


@pytest.mark.parametrize(("lon", "lat"), [("0", "0"), ("105.78", "21.03"), ("1e308", "10.03"), ("NaN", "10.03"), ("Infinity", "-Infinity")])
def test_a_pin_outside_the_city_is_refused(lon: str, lat: str, world: World, client: Client) -> None:
    do = BY_NAME["raise a need"]
    answer = client.post(do.url(world.city.area), sent(do, world, world.city.area) | {"lon": lon, "lat": lat})
    assert answer.status_code == 422 and not Need.objects.exists()
    assert "Đường tối" in answer.text


@pytest.mark.parametrize("where", [[0, 0], [105.78, 21.03], [1e308, 10], [105.78], ["a", "b"], []])
def test_a_drawing_outside_the_city_is_refused(where: list[Any], world: World, allowed: Any) -> None:
    import json

    for name, more in (("report a result", {}), ("add an area or site", {"kind": "alley", "name": "9", "households": ""})):
        do = BY_NAME[name]
        thing = do.thing(world)
        before = Entry.objects.count()
        drawing = json.dumps({"type": "LineString", "coordinates": [where, where]})
        answer = allowed(do, thing).post(do.url(thing), sent(do, world, thing) | more | {"geometry": drawing})
        assert answer.status_code in (200, 422) and Entry.objects.count() == before, name
        assert "geometry" in answer.context["form"].errors, answer.context["form"].errors


def test_an_indicator_of_another_kit_or_of_none_is_refused(world: World, allowed: Any) -> None:
    do = BY_NAME["report a result"]
    thing = do.thing(world)
    before = Entry.objects.count()
    for key in ("alley-bell.collections", "rural-lighting.moons", "lamps", ""):
        answer = allowed(do, thing).post(do.url(thing), sent(do, world, thing) | {"indicator": key})
        assert answer.status_code == 200 and "indicator" in answer.context["form"].errors, key
    do = BY_NAME["draft a work"]
    fresh = sent(do, world, world.city.area) | {"target:rural-lighting.lamps": 5, "target:alley-bell.collections": ""}
    assert "form" in allowed(do, world.city.area).post(do.url(world.city.area), fresh).context
    assert Entry.objects.count() == before


# ── two people at one thing at once ──


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each in a thread of its own, started together; what each returned."""
    barrier, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(n: int) -> None:
        try:
            barrier.wait()
            found[n] = acts[n]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["register a work", "count households", "release a need", "complete a work"])
def test_of_two_people_at_once_one_acts_and_the_other_reads_why_not(name: str, world: World) -> None:
    do, city = BY_NAME[name], world.city
    thing = do.thing(world)
    clients, data = [], [sent(do, world, thing) for _ in range(2)]
    role, place = (Role.HEAD, city.area) if name == "count households" else (Role.OFFICER, city.ward)
    for who in ("one", "two"):
        clients.append(Client(headers=EN))
        clients[-1].force_login(world.person(role, place, who), backend="django.contrib.auth.backends.ModelBackend")
    before = Entry.objects.count()
    answers = at_once(*(lambda n=n: clients[n].post(do.url(thing), data[n]) for n in range(2)))
    assert sorted(a.status_code for a in answers)[0] in (200, 302) and {a.status_code for a in answers} <= {200, 302, 403}
    loser = [a for a in answers if a.status_code != 302]
    assert len(loser) == 1 and len(words_of(loser[0].text)) > 20
    verbs = list(Entry.objects.values_list("verb", flat=True).order_by("id"))[before:]
    assert len(verbs) == len(set(verbs)), verbs


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["record a check", "take a contribution", "report a result", "back a need"])
def test_one_press_that_arrives_twice_at_once_acts_once(name: str, world: World) -> None:
    do, city = BY_NAME[name], world.city
    thing = do.thing(world)
    role, place = (Role.CHECKER, city.ward) if name == "record a check" else (Role.HEAD, city.area)
    data = sent(do, world, thing)
    before = Entry.objects.count()

    def send() -> Any:
        client, fresh = Client(headers=EN), {k: SimpleUploadedFile("p.jpg", _jpeg()) if hasattr(v, "read") else v for k, v in data.items()}
        client.force_login(world.person(role, place), backend="django.contrib.auth.backends.ModelBackend")
        return lambda: client.post(do.url(thing), fresh)

    answers = at_once(send(), send(), send())
    assert [a.status_code for a in answers] == [302] * 3, [words_of(a.text)[:300] for a in answers if a.status_code != 302]
    assert Entry.objects.count() == before + 1


# ── a log that must not grow ──


def test_when_the_database_is_from_yesterday_people_read_on_and_are_told_why_they_can_not_write(world: World, client: Client) -> None:
    need = world.need()
    sequencer.drain()
    guard.halt("restored from yesterday")
    do = BY_NAME["raise a need"]
    before = rows()
    answer = client.post(do.url(world.city.area), sent(do, world, world.city.area), headers=EN)
    assert answer.status_code == 422
    assert re.search(r"read|write|later", words_of(answer.text))
    assert rows() == before
    assert client.get(need.get_absolute_url()).status_code == 200
