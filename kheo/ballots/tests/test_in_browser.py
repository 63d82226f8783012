"""What a voter and two counters see: a phone finds its code without telling anybody, and everything can be pressed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kheo.ballots import actions, drafts
from kheo.ballots.models import Ballot
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.evidence import photos

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECOND = Actor(key="device:second")


@pytest.fixture
def counted(city: Any, actor: Any, photo_upload: Any) -> tuple[Ballot, list[str]]:
    """A counted vote with five slips, and its codes."""
    head, begins = actor(Role.HEAD, city.area), clock.now() + timedelta(hours=1)
    options = [("Đèn hẻm 47", None, None), ("Nạo vét mương Củi", None, None), ("Sửa cầu ván", None, None)]
    ballot = actions.call_ballot(
        head, city.area, title="Sửa gì trước?", method="approval", opens_at=begins, closes_at=begins + timedelta(hours=2), options=options
    )
    ballot = actions.print_slips(head, ballot, count=12)
    made = list(ballot.made)
    Ballot.objects.update(opens_at=clock.now() - timedelta(hours=2), closes_at=clock.now() - timedelta(hours=1))
    actions.open_box(head, ballot, handed_out=6, protocol=photos.store(photo_upload()))
    code = actions.let_second_in(head, ballot)
    for seat, who, counter in ((1, head, ""), (2, SECOND, code)):
        for n, choice in enumerate(["1,2", "2", "2,3", "1", ""]):
            drafts.enter_slip(who, ballot, seat=seat, code=made[n], choice=choice, counter=counter)
        actions.finish_entry(who, ballot, seat=seat, pile=5, code=counter)
    return Ballot.objects.get(pk=ballot.pk), made


def test_a_voter_finds_the_own_code_and_no_server_hears_of_it(
    page: Any, live_server: Any, counted: Any, axe: Callable[[Any], None], picture_folder: Path
) -> None:
    ballot, made = counted
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/ballots/{ballot.pk}/")
    page.fill("#find-code", f"{made[2][:4]} {made[2][4:]}".lower())
    assert page.text_content("[data-find-code] [role=status]") == "Nạo vét mương Củi; Sửa cầu ván"
    page.fill("#find-code", made[7])
    assert "did not come back" in page.text_content("[data-find-code] [role=status]")
    page.goto(f"{live_server.url}/ballots/{ballot.pk}/#{made[1]}")
    page.reload()
    assert page.text_content("[data-find-code] [role=status]") == "Nạo vét mương Củi"
    assert not [url for url in asked if any(code in url.split("#")[0] for code in made)]
    axe(page)
    page.screenshot(path=picture_folder / "ballot-390.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.screenshot(path=picture_folder / "ballot-1280.png", full_page=True)


def test_the_counter_enters_slip_after_slip(
    page_as: Any, live_server: Any, city: Any, actor: Any, photo_upload: Any, axe: Callable[[Any], None], picture_folder: Path
) -> None:
    head, begins = actor(Role.HEAD, city.area), clock.now() + timedelta(hours=1)
    page = page_as(Role.HEAD, city.area)
    page.goto(f"{live_server.url}/ballots/new/?place={city.area.slug}")
    axe(page)
    page.screenshot(path=picture_folder / "ballot-choose.png", full_page=True)
    page.click("a[href*='method=budget']")
    axe(page)
    page.screenshot(path=picture_folder / "ballot-call.png", full_page=True)
    ballot = actions.call_ballot(
        head, city.area, title="Sửa gì trước?", method="approval", opens_at=begins, closes_at=begins + timedelta(hours=2),
        options=[("Đèn hẻm 47", None, None), ("Nạo vét mương Củi", None, None)],
    )  # fmt: skip
    page.goto(f"{live_server.url}/ballots/{ballot.pk}/")
    page.screenshot(path=picture_folder / "ballot-called.png", full_page=True)
    page.click("main a[href$='/print/']")
    axe(page)
    page.screenshot(path=picture_folder / "ballot-print.png", full_page=True)
    made = actions.print_slips(head, ballot, count=12).made
    Ballot.objects.update(opens_at=clock.now() - timedelta(hours=2), closes_at=clock.now() - timedelta(hours=1))
    actions.open_box(head, ballot, handed_out=6, protocol=photos.store(photo_upload()))
    page.goto(f"{live_server.url}/ballots/{ballot.pk}/")
    page.click("main a[href$='/enter/1/']")
    page.fill("input[name=code]", "ACDEFGHJ")
    page.check("input[name=choice][value='1']")
    page.click("button.btn-go")
    assert page.is_visible("input[name=really]"), "a code that was never printed asks whether the slip really says so"
    page.fill("input[name=code]", made[0])
    page.click("button.btn-go")
    assert "1 slips entered by you" in " ".join(page.inner_text("main").split())
    axe(page)
    page.screenshot(path=picture_folder / "ballot-enter.png", full_page=True)
    page.goto(f"{live_server.url}/ballots/{ballot.pk}/second/")
    page.click("button.btn-go")
    axe(page)
    page.screenshot(path=picture_folder / "ballot-second.png", full_page=True)
