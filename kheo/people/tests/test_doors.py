"""Ways in: code, card, link, demo. And what nobody learns at the door."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as conf
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from kheo.core import clock
from kheo.core.actor import Role
from kheo.openlog.models import Entry
from kheo.people import actions, cards, devices
from kheo.people.commands import link_for
from kheo.people.models import MAX_FAILURES, SignInCard


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


def _signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# ── the code ──


def test_a_code_signs_in_for_90_days(city: Any, person: Any, client: Client) -> None:
    user = person(Role.HEAD, city.area)
    sent = client.post("/account/code/", {"email": user.email, "next": "/needs/"})
    assert sent.status_code == 302
    [letter] = mail.outbox
    code = re.search(r"^ {4}(\S+)$", letter.body, re.M)
    assert letter.to == [user.email] and code
    wrong = client.post("/account/code/confirm/", {"code": "XXXXXX"})
    assert wrong.status_code == 200 and not _signed_in(client)
    done = client.post("/account/code/confirm/", {"code": code[1], "next": "/needs/"})
    assert done.status_code == 302 and done["Location"] == "/needs/"
    assert _signed_in(client)
    assert client.session.get_expiry_age() == 60 * 60 * 24 * 90
    assert client.get("/people/").status_code == 403  # a head, not the officer


def test_an_unknown_address_sees_the_same_and_gets_nothing(city: Any, person: Any) -> None:
    pages = []
    known = person(Role.HEAD, city.area).email
    for email in (known, "nobody@example.org"):
        client = Client()
        sent = client.post("/account/code/", {"email": email})
        page = client.get(sent["Location"]).content.decode().replace(email, "E-MAIL")
        tried = client.post("/account/code/confirm/", {"code": "XXXXXX"}).content.decode().replace(email, "E-MAIL")
        pages.append([sent.status_code, sent["Location"], *(re.sub(r'value="[^"]{64}"', "", p) for p in (page, tried))])
    assert pages[0] == pages[1]
    assert [m.to for m in mail.outbox] == [[known]]


def test_the_task_is_the_same_for_known_and_unknown(city: Any, person: Any, settings: Any) -> None:
    from django_tasks_db.models import DBTaskResult

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for n, email in enumerate((person(Role.HEAD, city.area).email, "nobody@example.org"), 1):
        Client().post("/account/code/", {"email": email})
        assert DBTaskResult.objects.count() == n


def test_nobody_signs_up(db: None, client: Client) -> None:
    assert client.get("/account/signup/")["Location"] == "/sign-in/"
    assert client.post("/account/signup/", {"email": "new@example.org"}).status_code in (302, 405)
    assert not mail.outbox


def test_five_wrong_codes_end_the_try(city: Any, person: Any, client: Client) -> None:
    client.post("/account/code/", {"email": person(Role.HEAD, city.area).email})
    code = re.search(r"^ {4}(\S+)$", mail.outbox[0].body, re.M)
    assert code
    for _ in range(5):
        client.post("/account/code/confirm/", {"code": "XXXXXX"})
    client.post("/account/code/confirm/", {"code": code[1]})
    assert not _signed_in(client)


# ── the card ──


@pytest.fixture
def card(city: Any, actor: Any, person: Any) -> SignInCard:
    return actions.hand_over_card(actor(Role.OFFICER, city.ward), person(Role.HEAD, city.area, "bà Bảy"))


def _other_pin(card: SignInCard) -> str:
    return f"{(int(card.pin) + 1) % 1_000_000:06d}"


def test_qr_and_pin_sign_in_for_90_days(card: SignInCard, client: Client) -> None:
    assert client.get(f"/card/{card.token}/").status_code == 200
    done = client.post(f"/card/{card.token}/", {"pin": card.pin})
    assert done.status_code == 302 and done["Location"] == conf.LOGIN_REDIRECT_URL
    assert _signed_in(client) and client.session.get_expiry_age() == 60 * 60 * 24 * 90


def test_the_code_can_be_typed(card: SignInCard, client: Client) -> None:
    typed = " ".join(card.token[i : i + 4] for i in range(0, 16, 4)).upper()
    assert client.post("/sign-in/", {"code": typed})["Location"] == f"/card/{card.token}/"
    on = client.post("/sign-in/?next=/needs/", {"code": typed})["Location"]
    assert client.post(on, {"pin": card.pin})["Location"] == "/needs/", "back to the page that asked"


@pytest.mark.parametrize("typed", ["ACDE FGHJ KMNP Q", "ACDE FGHJ KMNP QB", "acde fghj kmnp qrt"])
def test_a_code_that_cannot_be_whole_is_said_so_before_any_pin(typed: str, db: None) -> None:
    page = Client(headers={"accept-language": "en"}).post("/sign-in/", {"code": typed})
    assert page.status_code == 200 and "whole code" in page.content.decode()


def test_five_wrong_pins_lock_the_card(card: SignInCard, client: Client) -> None:
    for _ in range(MAX_FAILURES):
        assert client.post(f"/card/{card.token}/", {"pin": _other_pin(card)}).status_code == 200
    client.post(f"/card/{card.token}/", {"pin": card.pin})
    assert not _signed_in(client)


def test_a_right_pin_forgives_earlier_slips(card: SignInCard) -> None:
    for _ in range(3):
        for _ in range(MAX_FAILURES - 1):
            assert cards.open_with(card.token, _other_pin(card)) is None
        assert cards.open_with(card.token, card.pin) == card.user


def test_every_refusal_at_the_card_reads_the_same(card: SignInCard, city: Any, actor: Any, person: Any) -> None:
    officer = actor(Role.OFFICER, city.ward)
    revoked = actions.hand_over_card(officer, person(Role.CHECKER, city.ward))
    actions.revoke_card(officer, SignInCard.objects.get(pk=revoked.pk))
    late = actions.hand_over_card(officer, person(Role.ORGANISER, city.ward))
    SignInCard.objects.filter(pk=late.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    locked = actions.hand_over_card(officer, person(Role.STEWARD, city.road))
    SignInCard.objects.filter(pk=locked.pk).update(failures=MAX_FAILURES)
    answers = set()
    tries = [(card.token, _other_pin(card)), ("abcdefgh23456789", "123456"), *((c.token, c.pin) for c in (revoked, late, locked))]
    for token, pin in tries:
        client = Client()
        page = client.post(f"/card/{token}/", {"pin": pin})
        text = re.sub(r'value="[^"]*"', "", page.content.decode()).replace(token, "TOKEN")
        answers.add((page.status_code, text))
        assert not _signed_in(client)
    assert len(answers) == 1


def test_a_new_card_shuts_the_old_one(card: SignInCard, city: Any, actor: Any) -> None:
    new = actions.hand_over_card(actor(Role.OFFICER, city.ward), card.user)
    assert cards.open_with(card.token, card.pin) is None
    assert cards.open_with(new.token, new.pin) == card.user


def test_revoking_signs_every_phone_out(card: SignInCard, city: Any, signed_in: Any, client: Client) -> None:
    client.post(f"/card/{card.token}/", {"pin": card.pin})
    assert signed_in(Role.OFFICER, city.other_ward).get(f"/people/cards/{card.pk}/revoke/").status_code == 403
    assert signed_in(Role.OFFICER, city.ward).post(f"/people/cards/{card.pk}/revoke/", {"act_id": uuid.uuid4()}).status_code == 302
    assert client.get("/sign-in/").status_code == 200  # signed out: the page is offered again
    assert not cards.open_with(card.token, card.pin)


# ── the link ──


def test_a_link_works_once(city: Any, person: Any, client: Client, settings: Any) -> None:
    link = link_for(person(Role.OPERATOR, city.city)).removeprefix(settings.KHEO_URL)
    assert client.get(link).status_code == 200 and not _signed_in(client)  # looking ahead does not use it up
    assert client.post(link).status_code == 302 and _signed_in(client)
    second = Client()
    assert second.post(link).status_code == 410 and not _signed_in(second)


def test_a_link_dies_after_ten_minutes_and_cannot_be_bent(city: Any, person: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    user = person(Role.OPERATOR, city.city)
    signed = cards.make_link(user)
    assert cards.follow_link(signed[:-1] + ("a" if signed[-1] != "a" else "b")) is None
    import time

    now = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 601)
    assert cards.follow_link(signed) is None
    monkeypatch.undo()
    assert cards.follow_link(signed) == user


def test_the_command_prints_a_link(city: Any, person: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from kheo.cli import main

    user = person(Role.OPERATOR, city.city)
    assert not main(["sign-in-link", user.email])
    assert "/sign-in/link/" in capsys.readouterr().out
    assert main(["sign-in-link", "nobody"]) == 1


# ── the demo ──


@pytest.mark.parametrize(("demo", "url", "status"), [
    (False, "http://127.0.0.1:8000", 404), (True, "https://kheo.example", 404), (True, "https://8.8.8.8", 404),
    (True, "http://127.0.0.1:8000", 302), (True, "http://localhost:8000", 302), (True, "http://192.168.1.20:8000", 302),
])  # fmt: skip
def test_one_click_signs_in_only_in_the_demo(
    city: Any, person: Any, settings: Any, client: Client, demo: bool, url: str, status: int
) -> None:
    person(Role.HEAD, city.area)
    settings.KHEO_DEMO, settings.KHEO_URL = demo, url
    assert client.get("/demo/sign-in/head/").status_code == 405
    assert client.post("/demo/sign-in/head/").status_code == status
    assert _signed_in(client) == (status == 302)
    assert ("/demo/sign-in/head/" in Client().get("/sign-in/").content.decode()) == (status == 302)
    assert Client().post("/demo/sign-in/king/").status_code == 404
    assert Client().post("/demo/sign-in/operator/").status_code == 404  # nobody holds it here


@pytest.mark.parametrize(
    ("demo", "url"), [(False, "http://127.0.0.1:8000"), (True, "https://kheo.example"), (False, "https://kheo.example")]
)
def test_outside_the_demo_there_is_no_later(city: Any, settings: Any, client: Client, demo: bool, url: str) -> None:
    settings.KHEO_DEMO, settings.KHEO_URL = demo, url
    assert client.post("/demo/later/", {"step": "week", "next": "/"}).status_code == 404
    assert "/demo/later/" not in client.get("/").text
    (settings.KHEO_DATA / "demo-clock").write_text("7\n")  # not even a file that was left behind counts
    assert clock.ahead() == timedelta() and abs(clock.now() - timezone.now()) < timedelta(seconds=5)
    with pytest.raises(clock.ClockRefused):
        clock.step(1)


def test_the_demos_clock_steps_forward_only(city: Any, settings: Any, client: Client) -> None:
    settings.KHEO_DEMO, settings.KHEO_URL = True, "http://127.0.0.1:8000"
    logged = Entry.objects.count()
    assert "/demo/later/" in client.get("/").text and client.get("/demo/later/").status_code == 405
    for step, days in (("day", 1), ("week", 8)):
        answer = client.post("/demo/later/", {"step": step, "next": "/needs/"})
        assert answer.status_code == 302 and answer["Location"] == "/needs/"
        assert clock.ahead() == timedelta(days=days) and clock.today() == timezone.localdate(timezone.now() + timedelta(days=days))
    for wrong in ("", "-7", "year"):
        assert client.post("/demo/later/", {"step": wrong}).status_code == 404
    with pytest.raises(ValueError, match="forward"):
        clock.step(-1)
    assert clock.ahead() == timedelta(days=8) and Entry.objects.count() == logged
    clock.step(9999)
    assert clock.ahead() == timedelta(days=clock.FURTHEST)


# ── who acts ──


def test_readers_get_no_device_cookie(city: Any, client: Client) -> None:
    page = client.get("/sign-in/")
    assert page.wsgi_request.actor.key == "nobody"
    assert devices.COOKIE not in page.cookies


def test_a_first_nameless_act_sent_twice_comes_from_one_device(city: Any) -> None:
    act_id = str(uuid.uuid4())
    keys = {Client().post("/sign-in/", {"act_id": act_id, "code": ""}).wsgi_request.actor.key for _ in range(2)}
    assert len(keys) == 1 and keys.pop().startswith("device:")
    other = Client().post("/sign-in/", {"act_id": str(uuid.uuid4()), "code": ""})
    assert other.wsgi_request.actor.key not in keys


def test_the_device_cookie_is_kept_signed_and_bound(city: Any, client: Client) -> None:
    first = client.post("/sign-in/", {"act_id": str(uuid.uuid4()), "code": ""})
    cookie = first.cookies[devices.COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == devices.AGE
    key = first.wsgi_request.actor.key
    assert client.get("/sign-in/").wsgi_request.actor.key == key
    assert key.removeprefix("device:") in cookie.value
    client.cookies[devices.COOKIE] = "x" + cookie.value
    assert client.get("/sign-in/").wsgi_request.actor.key == "nobody"


def test_a_signed_in_person_is_the_account(city: Any, signed_in: Any) -> None:
    page = signed_in(Role.OFFICER, city.ward).post(f"/places/{city.ward.slug}/add/", {"act_id": str(uuid.uuid4())})
    assert page.wsgi_request.actor.has(Role.OFFICER, at=city.area)
    assert devices.COOKIE not in page.cookies


def test_language_follows_the_switch_then_the_account_then_the_browser(city: Any, person: Any) -> None:
    user, client = person(Role.OFFICER, city.ward), Client()
    user.language = "vi"
    user.save()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = f"/places/{city.ward.slug}/people/"
    assert Client().get("/sign-in/", headers={"Accept-Language": "en"})["Content-Language"] == "en"
    assert 'lang="vi"' in client.get(page, headers={"Accept-Language": "en"}).content.decode()
    switched = client.post("/language/", {"language": "id", "next": page})
    assert switched.status_code == 302 and switched["Location"] == page
    assert '<html lang="id"' in client.get(page).content.decode()


def test_signing_out_takes_a_post(city: Any, signed_in: Any) -> None:
    client = signed_in(Role.HEAD, city.area)
    assert client.get("/sign-out/").status_code == 200 and _signed_in(client)
    assert client.post("/sign-out/").status_code == 302 and not _signed_in(client)


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_signing_in(city: Any, card: SignInCard, client: Client, wanted: str) -> None:
    assert client.post(f"/card/{card.token}/?next={wanted}", {"pin": card.pin})["Location"] == conf.LOGIN_REDIRECT_URL
