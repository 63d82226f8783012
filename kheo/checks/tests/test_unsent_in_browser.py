"""Counting where there is no signal: the phone keeps it, and sends it once from whatever page is open later."""

from pathlib import Path
from typing import Any

import pytest

from kheo.checks import actions, testing
from kheo.checks.dispatching import dispatch
from kheo.checks.models import Unit, Visit, VisitState
from kheo.openlog.models import Entry
from kheo.results.testing import LAMPS, work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_count_without_signal_is_sent_once_later(
    city: Any, person: Any, actor: Any, page_as: Any, live_server: Any, photo_upload: Any, axe: Any, picture_folder: Path, tmp_path: Path
) -> None:
    result = testing.result(work(city.area, person(name="lead")), 10, indicator=LAMPS, site=city.road)
    unit = testing.book(city.city, {result: [10]}).units.get()
    Unit.objects.update(at={"line": [[105.7801, 10.0341], [105.7808, 10.0346], [105.7812, 10.0352]]})
    me = actor(name="a")
    actions.join_pool(me, city.area2)
    dispatch()
    visit = unit.visits.get()
    shot = tmp_path / "photo.jpg"
    shot.write_bytes(photo_upload().read())

    page = page_as(name="a")

    def picture(name: str) -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.screenshot(path=picture_folder / f"visit-{name}.png", full_page=True)

    page.goto(f"{live_server.url}/desk/")
    picture("desk")
    page.get_by_text("You were drawn").click()
    picture("asked")
    page.get_by_role("button", name="Yes, I'll go").click()
    page.get_by_role("button", name="Send my count").wait_for()
    picture("going")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send my count").click()
    assert page.get_by_role("button", name="Send my count").is_visible()  # nothing is kept that nobody wrote
    assert page.locator("#unsent").is_hidden()
    page.locator("[name=measured]").fill("9")
    page.locator("[name=photo]").set_input_files(shot)
    page.get_by_role("button", name="Send my count").click()
    page.get_by_text("It is sent by itself").wait_for()
    picture("kept")
    assert Visit.objects.get().state == VisitState.ACCEPTED
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    again.goto(f"{live_server.url}/law/")
    again.locator("#unsent").wait_for(state="hidden")
    for _n in range(100):
        if Entry.objects.filter(verb="visit.read").exists():
            break
        again.wait_for_timeout(100)
    done = Visit.objects.get(pk=visit.pk)
    assert (done.state, done.reading) == (VisitState.DONE, 9)
    assert done.photo is not None
    again.goto(f"{live_server.url}/desk/")
    again.wait_for_load_state("networkidle")
    assert again.locator("#unsent").is_hidden()
    assert Entry.objects.filter(verb="visit.read").count() == 1
