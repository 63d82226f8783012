"""What a stranger may try: code in pages, cookies, uploads that run, names at the door, too many acts, the demo's doors."""

import re
import stat
import subprocess
import sys
import uuid
from collections import Counter
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.evidence.models import Photo
from kheo.needs.actions import raise_need
from kheo.needs.models import Need
from kheo.openlog.models import Entry
from kheo.people import actions as cards
from kheo.people.limits import LIMITS, Limit
from tests.acts import ACTS, World, sent
from tests.walk import NOT_PAGES, form_pages, furnish, names, people, walk

pytestmark = pytest.mark.django_db
BY_NAME = {do.name: do for do in ACTS}
POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'", "connect-src 'self'",
    "manifest-src 'self'", "worker-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
}  # fmt: skip


@pytest.fixture
def world(city: Any, actor: Any, person: Any, photo_upload: Any) -> World:
    return World(city, actor, person, photo_upload)


class Reader(HTMLParser):
    """Collects what could run, or bring in, something that isn't a file of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[Any] = []
        self.script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            code = name in ("style", "srcdoc") or name.startswith("on") or "javascript:" in (value or "").lower()
            if code or (name in ("src", "formaction") and not (value or "").startswith("/")):
                self.wrong.append((tag, name, value))
        file = dict(attrs).get("src" if tag == "script" else "href") or ""
        if tag in ("style", "iframe", "object", "embed", "base") or (tag in ("script", "link") and not file.startswith("/static/")):
            self.wrong.append((tag, attrs))
        self.script = tag == "script"

    def handle_data(self, data: str) -> None:
        if self.script and data.strip():
            self.wrong.append(("script", data))

    def handle_endtag(self, tag: str) -> None:
        self.script = False


def sealed(address: str, answer: Any) -> None:
    """Fail where the answer could run anything that isn't a file of ours."""
    assert answer.status_code < 500, address
    policy = {"default-src 'none'", "sandbox"} if address.startswith("/photos/") else POLICY
    assert set(answer["Content-Security-Policy"].split("; ")) == policy, address
    assert answer["X-Content-Type-Options"] == "nosniff", address
    assert answer["Referrer-Policy"] == "same-origin", address
    if answer.streaming or "html" not in answer["Content-Type"]:
        return
    reader = Reader()
    reader.feed(answer.content.decode())
    assert not reader.wrong, f"{address}: {reader.wrong}"


@pytest.mark.slow
@pytest.mark.words
def test_no_page_and_no_form_can_run_what_is_not_ours(world: World) -> None:
    more, seen = furnish(world), set()
    clients, opened = {}, {}
    for _name, user in people(world):
        client = clients[user] = Client()
        if user:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        opened[user] = Counter[str]()
        seen |= walk(client, ["/", "/desk/", "/log/", "/sign-in/", "/sign-out/", *more], sealed, seen=opened[user])
    for name, address, user in form_pages(world):
        client = clients[user]
        seen |= walk(client, [address], sealed, seen=opened[user])
        sealed(name, client.post(address, {"act_id": str(uuid.uuid4())}))  # with errors on it
    home = Client()
    (_number, code), *_others = cards.replace_card(world.officer, world.city.area2, number=1).codes
    seen |= walk(home, [f"/h/{code}/"], sealed)
    home.post(f"/h/{code}/", {"pin": "204060", "again": "204060"})
    seen |= walk(home, ["/mine/", *more], sealed, per_route=2)
    for token in ("a" * 16, "x"):
        seen |= walk(Client(), [f"/card/{token}/"], sealed)
    asked = Client()
    asked.post("/account/code/", {"email": "nobody@example.org"})
    seen |= walk(asked, ["/account/code/", "/account/code/confirm/"], sealed)
    assert names() - NOT_PAGES - seen == set(), "pages that nobody looked at"


def test_refusals_are_sealed_too(world: World, settings: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    sealed("404", client.get("/nowhere/"))
    sealed("403", client.get(f"/meetings/new/?place={world.city.area.slug}"))
    sealed("forged", client.post("/needs/new/?place=" + world.city.area.slug, {"text": "x"}))
    settings.KHEO_BODY_MAX_BYTES = 10
    large = client.post("/sign-in/", {"code": "x" * 100})
    assert large.status_code == 413
    sealed("413", large)


# ── what people write ──


def test_what_people_write_never_becomes_part_of_the_page(world: World) -> None:
    bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 }}{% now %}"
    do = BY_NAME["raise a need"]
    user = world.person(Role.OFFICER, world.city.ward)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    done = client.post(do.url(world.city.area), sent(do, world, world.city.area) | {"text": bad})
    need = Need.objects.get(text=bad)
    client.post(
        f"/needs/{need.code}/answer/", {"act_id": str(uuid.uuid4()), "text": bad, "due_on": (clock.today() + timedelta(days=3)).isoformat()}
    )
    for address in (done["Location"], need.get_absolute_url(), "/needs/", "/", world.city.area.get_absolute_url(), "/search/?q=" + bad):
        answer = client.get(address)
        sealed(address, answer)
        assert "<img src=x" not in answer.text and "<script>alert" not in answer.text, address
    assert "&lt;script&gt;alert(1)" in client.get(need.get_absolute_url()).text


# ── cookies and the door ──


def test_cookies_are_not_for_scripts_nor_for_other_sites(world: World, signed_in: Any, client: Client, settings: Any) -> None:
    do = BY_NAME["raise a need"]
    client.get("/sign-in/")
    client.post(do.url(world.city.area), sent(do, world, world.city.area))
    client.post("/language/", {"language": "en", "next": "/"})
    from kheo.people import actions

    card = actions.hand_over_card(world.officer, world.person(Role.HEAD, world.city.area2))
    client.post(f"/card/{card.token}/", {"pin": card.pin})
    cookies = {name: morsel for name, morsel in client.cookies.items() if morsel.value}
    assert {"csrftoken", "kheo_device", "kheo_language", "sessionid"} <= set(cookies)
    for name, morsel in cookies.items():
        assert morsel["httponly"] and morsel["samesite"] == "Lax", name


def test_on_https_cookies_and_address_stay_on_https(tmp_path: Path) -> None:
    look = "from django.conf import settings as s\n"
    look += "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SECURE, s.SECURE_HSTS_SECONDS)"
    assert _kheo(tmp_path, look, KHEO_URL="https://kheo.example").split() == ["True"] * 4 + ["31536000"]
    assert _kheo(tmp_path, look, KHEO_URL="http://127.0.0.1:8000").split() == ["False"] * 4 + ["0"]


def _kheo(data: Path, code: str, **environment: str) -> str:
    import os

    base = {k: v for k, v in os.environ.items() if not k.startswith("KHEO_")} | {"DJANGO_SETTINGS_MODULE": "kheo.settings"}
    command = [sys.executable, "-c", "import django; django.setup()\n" + code]
    done = subprocess.run(command, env=base | {"KHEO_DATA": str(data)} | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_door_answers_the_same_whoever_knocks(world: World, settings: Any) -> None:
    """Known, unknown, closed: one answer, by code and by card; and no more queries for one than for another."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    closed = world.person(Role.HEAD, world.city.area2)
    closed.is_active = False
    closed.save()
    answers = []
    for email in (world.person(Role.HEAD, world.city.area).email, "nobody@example.org", closed.email):
        client = Client()
        sent_to = client.post("/account/code/", {"email": email})
        page = client.get(sent_to["Location"]).text.replace(email, "")
        answers.append((sent_to.status_code, sent_to["Location"], re.sub(r'value="[^"]{64}"', "", page), sorted(client.cookies)))
    assert answers[0] == answers[1] == answers[2]


# ── nameless acts ──


def test_a_phone_has_its_day_a_place_its_hour_and_an_address_only_a_ceiling(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    do, area = BY_NAME["raise a need"], world.city.area
    monkeypatch.setitem(LIMITS, "need", Limit(device=2, place=4, address=6))

    def raise_from(client: Client, place: Any, address: str) -> int:
        return client.post(do.url(place), sent(do, world, place), REMOTE_ADDR=address).status_code

    phone = Client()
    assert [raise_from(phone, area, f"10.0.0.{n}") for n in range(3)] == [302, 302, 429]  # another address doesn't help
    assert [raise_from(Client(), area, "10.0.0.9") for _ in range(3)] == [302, 302, 429]  # nor do new cookies, at one place
    assert raise_from(Client(), world.city.area2, "10.0.0.9") == 302  # neighbours behind one address go on
    assert Need.objects.count() == 5
    forged = Client()
    forged.cookies["kheo_device"] = "neighbour:forged"
    assert raise_from(forged, world.city.area2, "10.0.0.8") == 302
    assert forged.cookies["kheo_device"].value != "neighbour:forged"
    known = Client()
    known.force_login(world.person(Role.HEAD, area), backend="django.contrib.auth.backends.ModelBackend")
    assert [raise_from(known, area, "10.0.0.9") for _ in range(3)] == [302] * 3


# ── uploads ──


@pytest.mark.parametrize("name", ["photo.jpg.html", "photo.svg", "../../../kheo/settings.py", "photo.jpg\0.php", "a/b.jpg"])
def test_an_upload_is_named_by_us_and_served_so_that_it_can_not_run(name: str, world: World, photo_upload: Any) -> None:
    do = BY_NAME["raise a need"]
    client = Client()
    client.force_login(world.person(Role.HEAD, world.city.area), backend="django.contrib.auth.backends.ModelBackend")
    upload = SimpleUploadedFile(name, photo_upload().read() + b"<script>alert(1)</script>", content_type="text/html")
    answer = client.post(do.url(world.city.area), sent(do, world, world.city.area) | {"photo": upload})
    assert answer.status_code in (302, 422)
    kept = [p.relative_to(conf.MEDIA_ROOT).as_posix() for p in Path(conf.MEDIA_ROOT).rglob("*") if p.is_file()]
    assert all(re.fullmatch(r"(originals|photos)/[0-9a-f]{2}/[0-9a-f]{62}(-s)?(\.webp)?", p) for p in kept), kept
    for photo in Photo.objects.all():
        for address in (photo.url, photo.small_url):
            served = client.get(address)
            content = b"".join(served.streaming_content)  # type: ignore[arg-type]
            assert content.startswith(b"RIFF") and b"<script>" not in content
            assert served["Content-Type"] == "image/webp" and served["X-Content-Type-Options"] == "nosniff"
            assert served["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for p in kept:
        assert Client().get(f"/media/{p}").status_code == 404


def test_files_and_secrets_are_for_their_owner_only(world: World, tmp_path: Path) -> None:
    world.photo()
    from kheo.openlog import keys

    keys.ensure_keys()
    private = [p for p in [*Path(conf.MEDIA_ROOT).rglob("*"), *(Path(conf.KHEO_DATA) / "keys").iterdir()] if p.is_file()]
    assert len(private) >= 3
    assert {stat.S_IMODE(p.stat().st_mode) for p in private if "vkey" not in p.name} == {0o600}, private
    _kheo(tmp_path / "new", "from django.conf import settings; assert len(settings.SECRET_KEY) > 40")
    assert stat.S_IMODE((tmp_path / "new" / "keys" / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new" / "keys").stat().st_mode) == 0o700
    said = _kheo(tmp_path / "given", "from django.conf import settings; print(settings.SECRET_KEY)", KHEO_SECRET_KEY="from the environment")
    assert said.strip() == "from the environment" and not (tmp_path / "given" / "keys" / "secret_key").exists()


# ── the demo's doors ──


def test_outside_the_demo_nobody_signs_in_by_one_click(world: World, settings: Any) -> None:
    people(world)  # there would be somebody to be
    for demo, url in ((False, "http://127.0.0.1:8000"), (True, "https://kheo.example"), (False, "https://kheo.example")):
        settings.KHEO_DEMO, settings.KHEO_URL = demo, url
        for role in Role:
            client = Client()
            assert client.post(f"/demo/sign-in/{role}/").status_code == 404
            assert "_auth_user_id" not in client.session
        assert "/demo/sign-in/" not in Client().get("/sign-in/").text


def test_outside_the_demo_the_clock_can_not_be_set(settings: Any) -> None:
    settings.KHEO_DEMO = False
    with pytest.raises(clock.ClockRefused), clock.at(timezone.now() - timedelta(days=1)):
        pass
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)


def test_another_process_of_the_demo_reads_the_same_day_and_the_log_keeps_to_the_real_hour(world: World, settings: Any) -> None:
    settings.KHEO_DEMO, settings.KHEO_URL = True, "http://127.0.0.1:8000"
    clock.step(7)
    look = "from kheo.core import clock; print(clock.ahead().days)"
    assert _kheo(conf.KHEO_DATA, look, KHEO_DEMO="1", KHEO_URL="http://127.0.0.1:8000").strip() == "7"
    assert _kheo(conf.KHEO_DATA, look, KHEO_URL="http://127.0.0.1:8000").strip() == "0"
    raise_need(Actor("device:0123456789abcdef0123456789abcdef"), world.city.area, category="light", text="Hẻm tối quá, bà con ơi")
    entry = Entry.objects.exclude(not_before=None).latest("id")
    assert entry.not_before is not None and timezone.now() < entry.not_before <= timezone.now() + timedelta(hours=1, seconds=5)
