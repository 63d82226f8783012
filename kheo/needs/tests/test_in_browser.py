"""Raise, stub, me too, release, answer: on a phone of 390 px, as people do it."""

from collections.abc import Callable
from typing import Any

import pytest

from kheo.core.actor import Role
from kheo.needs import actions
from kheo.needs.models import Need, State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_a_phone(page: Any, page_as: Callable[..., Any], live_server: Any, city: Any, actor: Callable[..., Any], axe: Any) -> None:
    actions.raise_need(actor(), city.area, category="waste", text="Rác chất đống đầu hẻm")
    actions.raise_need(actor(), city.area, category="light", text="Đèn đầu hẻm 47 hư", site=city.road)
    page.goto(f"{live_server.url}/needs/new/?place={city.area.slug}")
    axe(page)
    page.check("input[value=light]")
    page.locator("#near", has_text="Rác").wait_for(state="detached")  # not by a function: pages allow no code made of words
    assert "Đèn đầu hẻm 47 hư" in page.inner_text("#near")
    page.fill("textarea", "Cần đèn ở khúc cua")
    page.set_input_files("input[type=file]", files=[{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"broken"}])
    page.click(".act-go button")
    page.wait_for_selector(".wrong")
    axe(page)
    assert page.input_value("textarea") == "Cần đèn ở khúc cua"
    page.click(".act-go button")
    page.wait_for_url("**/needs/stub/**")
    axe(page)
    need = Need.objects.get(text="Cần đèn ở khúc cua")
    assert page.inner_text(".code") == need.spelt
    officer = page_as(Role.OFFICER, city.ward)
    officer.goto(f"{live_server.url}/needs/waiting/")
    axe(officer)
    officer.locator("section", has_text="Cần đèn ở khúc cua").get_by_role("button").click()
    officer.wait_for_url("**/needs/waiting/")
    need.refresh_from_db()
    assert need.state == State.OPEN
    officer.goto(f"{live_server.url}/needs/{need.code}/answer/")
    axe(officer)
