"""A household's card on a phone of 390 px: choose the PIN, our neighbourhood, "I saw otherwise"; and the ward's page of cards."""

from pathlib import Path
from typing import Any

import pytest

from kheo.core.actor import Role
from kheo.people import actions
from kheo.results.models import Result

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_household_on_its_phone(
    city: Any, told: Any, actor: Any, page_as: Any, page: Any, live_server: Any, axe: Any, picture_folder: Path
) -> None:
    city.area.households = 4
    city.area.save()
    code = actions.print_cards(actor(Role.OFFICER, city.ward), city.area).codes[0][1]

    def picture(name: str) -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.screenshot(path=picture_folder / f"household-{name}.png", full_page=True)

    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("Code on the card").fill(code.lower())
    page.get_by_role("button", name="Go on to the PIN").click()
    picture("first")
    page.get_by_label("Your new PIN: six digits").fill("204060")
    page.get_by_label("The same PIN once more").fill("204060")
    page.get_by_role("button", name="Keep this PIN and sign in").click()
    page.wait_for_url("**/mine/")
    picture("mine")
    page.goto(f"{live_server.url}/places/{city.area.slug}/")
    picture("area")
    result = Result.objects.filter(initiative=told.work).latest("pk")
    page.goto(f"{live_server.url}/initiatives/{told.work.slug}/")
    page.locator(f'a[href="/results/{result.pk}/otherwise/"]').click()
    picture("otherwise")
    page.get_by_label("What did you see?").fill("Only six lamps burn.")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("nobody has looked yet").wait_for()
    picture("said")

    page.context.clear_cookies()
    page_as(Role.OFFICER, city.ward)
    for name in ("", "lost/"):
        page.goto(f"{live_server.url}/places/{city.area.slug}/household-cards/{name}")
        picture(f"ward{name.strip('/')}")
