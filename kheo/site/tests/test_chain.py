"""What the pages say about one work from need to check."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from kheo.core.actor import Role
from kheo.site.pages import chains

EN = {"accept-language": "en"}


def test_the_works_page_tells_the_whole_chain_with_receipts(told: Any, client: Client) -> None:
    text = client.get(told.work.get_absolute_url(), headers=EN).text
    assert "12 lamps checked on site, 20 lamps reported; the target is 30 lamps." in text
    assert "171/240 households = 71.3 %, 160 needed" in text
    for words in ("₫21.4M", "₫20.9M", "₫500k"):
        assert words in text
    receipts = re.findall(r'href="(/log/\d+/)"', text)
    assert len(receipts) >= 5  # need, decision, registration, two results
    assert all(client.get(address).status_code == 200 for address in set(receipts))


def test_the_front_page_says_how_much_of_it_is_checked(told: Any, client: Client) -> None:
    text = client.get("/", headers=EN).text
    assert "12 lamps checked on site, 20 lamps reported; the target is 30 lamps." in text
    assert 'aria-label="Ninh Kiều"' in text and "Hẻm 47 sáng đèn" in text


def test_the_meeting_says_how_many_came_and_how_many_were_needed(told: Any, client: Client) -> None:
    text = re.sub(r"<[^>]+>", "", client.get(told.meeting.get_absolute_url(), headers=EN).text)
    assert "198 of 240 households came" in text
    assert "171 of 240 households agree, 160 needed" in text


def test_what_was_decided_can_be_taken_up_at_once(told: Any, client: Client, signed_in: Any, city: Any) -> None:
    """A decision with no work yet offers one to who may start it; with a work it names the work."""
    begin = f"/initiatives/new/?place={city.area.slug}&amp;need={told.need.code}"
    address = told.meeting.get_absolute_url()
    head = signed_in(Role.HEAD, city.area)
    assert begin not in head.get(address).text and told.work.title in head.get(address).text
    told.work.__class__.objects.filter(pk=told.work.pk).update(decision=None)
    assert begin in head.get(address).text and begin not in client.get(address).text


def test_a_step_bears_the_day_it_was_in_the_city() -> None:
    with translation.override("vi"):
        assert chains.day(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)) == "24/11/2026"
        assert chains.day(date(2026, 11, 23)) == "23/11/2026"


def test_a_held_need_is_told_to_nobody_but_those_who_read_it(told: Any, client: Client, signed_in: Any, city: Any) -> None:
    address = told.held.get_absolute_url()
    for reader in (client, signed_in(), signed_in(Role.OFFICER, city.other_ward), signed_in(Role.HEAD, city.area2)):
        for page in (address, "/needs/", "/", city.area.get_absolute_url(), "/search/?q=bi+mat"):
            assert "Bí mật chưa đăng" not in reader.get(page).text
    assert "Bí mật chưa đăng" in signed_in(Role.OFFICER, city.ward).get(address).text


def test_acts_are_offered_to_whom_the_rule_allows(told: Any, client: Client, signed_in: Any, city: Any) -> None:
    report = f'href="/initiatives/{told.work.slug}/report/"'
    pledge = f'href="/initiatives/{told.work.slug}/pledge/"'
    address = told.work.get_absolute_url()
    assert pledge in client.get(address).text and report not in client.get(address).text
    assert report in signed_in(Role.HEAD, city.area).get(address).text
    assert report not in signed_in(Role.HEAD, city.other_area).get(address).text
    waiting = told.work.results.filter(checked=None).get()
    ask = f'href="/results/{waiting.pk}/ask/"'
    assert ask in signed_in(Role.OFFICER, city.ward).get(address).text
    assert ask not in signed_in(Role.OFFICER, city.other_ward).get(address).text


@pytest.mark.slow
def test_every_button_leads_to_a_page(told: Any, signed_in: Any, city: Any) -> None:
    """A button that the rule shows is never refused when pressed."""
    for role, place in ((Role.HEAD, city.area), (Role.OFFICER, city.ward), (Role.OPERATOR, city.city), (Role.CHECKER, city.ward)):
        client = signed_in(role, place)
        pressed = set()
        for page in (
            "/desk/",
            told.work.get_absolute_url(),
            told.need.get_absolute_url(),
            city.area.get_absolute_url(),
            city.ward.get_absolute_url(),
        ):
            main = client.get(page).text.split("<main", 1)[1].split("</main>", 1)[0]
            pressed |= set(re.findall(r'<a class="btn[^"]*" href="(/[^"#]*)"', main))
        assert pressed, role
        for address in pressed:
            assert client.get(address.replace("&amp;", "&"), follow=True).status_code == 200, (role, address)


def test_the_desk_asks_for_sign_in_and_knows_who_sits_at_it(told: Any, client: Client, signed_in: Any, city: Any) -> None:
    assert client.get("/desk/")["Location"].startswith("/sign-in/")
    head = signed_in(Role.HEAD, city.area).get("/desk/", headers=EN).text
    assert "Today" in head and head.count('<li><a href="/needs/waiting/"') == 1
    officer = signed_in(Role.OFFICER, city.ward).get("/desk/", headers=EN).text
    assert "Waiting for me" in officer and "To be checked" in officer and told.held.get_absolute_url() in officer
    assert "/initiatives/new/" in head
    board = signed_in(Role.CITY_BOARD, city.city).get("/desk/", headers=EN).text.split("<main", 1)[1]
    assert city.city.get_absolute_url() in board and "/people/" not in board.split("</main>", 1)[0]
    other = signed_in(Role.OFFICER, city.other_ward).get("/desk/", headers=EN).text
    assert told.held.get_absolute_url() not in other and "Nothing waits for you." in other


def test_a_checkers_desk_never_shows_the_claim(told: Any, signed_in: Any, city: Any, actor: Any) -> None:
    from kheo.checks import actions as checks

    waiting = told.work.results.filter(checked=None).get()
    other = told.checker.__class__.objects.create_user("other-checker", None, name="Chị Tư")
    told.checker.assignments.get()
    other.assignments.create(role=Role.CHECKER, place=city.ward, since=told.meeting.called_at.date())
    checks.ask_check(actor(Role.OFFICER, city.ward), waiting, checker=other)
    client = Client()
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    desk = client.get("/desk/", headers=EN).text
    main = desk.split("<main", 1)[1].split("</main>", 1)[0]
    assert "Rural road lighting" in main and "Lamps installed" in main and told.work.title not in main  # a title may name the number
    assert "8 lamps" not in main and "20 lamps" not in main
