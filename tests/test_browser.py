"""The browser that the journeys use: a real page, signed in, that a person with a disability can use."""

from typing import Any

import pytest

from kheo.core.actor import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_head_signed_in_sees_the_desk(live_server: Any, city: Any, page_as: Any, axe: Any) -> None:
    page = page_as(Role.HEAD, city.area)
    answer = page.goto(f"{live_server.url}/desk/")
    assert answer.status == 200
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    axe(page)
