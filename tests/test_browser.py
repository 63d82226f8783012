"""In a real Chromium, on a phone of 390 px, in Vietnamese: the chain's main clicks, and every page and form for everybody."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from kheo.core import clock
from kheo.core.actor import Role
from kheo.initiatives.models import Initiative
from kheo.needs.models import Need
from kheo.openlog import sequencer
from kheo.results.models import Result
from tests.acts import ACTS, World
from tests.phones import Phones, go, picture
from tests.walk import form_pages, furnish, people, walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: What a finger must hit: at least 44 px each way, or a line of text's link.
SMALL_TARGETS = """() => {
  const targets = 'button, .btn, select, textarea, summary, .tabs a, .pill, .choices label, .list a'
    + ', input:not([type=hidden]):not([type=radio]):not([type=checkbox])'
  const seen = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true})
  return [...document.querySelectorAll(targets)].filter(seen).map(e => [e, e.getBoundingClientRect()])
    .filter(([e, b]) => b.width && b.height && (b.height < 43.5 || b.width < 43.5))
    .map(([e, b]) => `${e.tagName}.${e.className} "${(e.innerText || e.name || '').slice(0, 30)}" ${b.width}×${b.height}`)
}"""
WIDER = """() => [...document.querySelectorAll('main *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll, svg'))
  .slice(0, 4).map(e => `${e.tagName}.${e.className}`)"""
SHAPE = """document.querySelector('main').innerHTML.replace(/value="[^"]*"|[0-9a-f-]{8,}|[0-9]/g, '')"""
BEHIND_A_CODE = "enter the second count"  # the journeys open it
OPEN_ALL = "document.querySelectorAll('main details').forEach(d => { d.open = true })"


@pytest.fixture
def world(city: Any, actor: Any, person: Any, photo_upload: Any) -> World:
    return World(city, actor, person, photo_upload)


@pytest.mark.slow
def test_from_need_to_checked_number_with_a_thumb(world: World, phones: Phones, wait: Any) -> None:
    city = world.city
    resident, giver = phones.of(), phones.of()
    head, officer = phones.of(world.person(Role.HEAD, city.area)), phones.of(world.person(Role.OFFICER, city.ward))
    checker = phones.of(world.person(Role.CHECKER, city.ward, "Anh Tư"))

    resident.goto("/")
    resident.get_by_role("link", name="Báo việc cần làm").first.click()
    resident.get_by_role("link", name="Ninh Kiều").click()
    resident.get_by_role("link", name="Khu vực 3").click()
    resident.locator(".choices label").first.click()
    resident.set_input_files("input[type=file]", files=picture(world.upload))
    resident.fill("textarea", "Hẻm tối, con đi học về hay té")
    go(resident)
    need = Need.objects.get()
    assert "".join(resident.locator(".code").inner_text().split()) == need.code

    head.goto("/needs/waiting/")
    head.get_by_role("button", name="Cho đăng").click()
    giver.goto(f"/needs/{need.code}/")
    giver.locator("main form button").first.click()
    officer.goto(f"/needs/{need.code}/answer/")
    officer.fill("textarea", "Phường ủng hộ.")
    officer.fill("input[type=date]", (clock.today() + timedelta(days=20)).isoformat())
    go(officer)

    head.goto("/desk/")
    head.locator(f'a[href="/meetings/new/?place={city.area.slug}"]').first.click()
    head.fill("[name=starts_at]", timezone.localtime(clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT19:00"))
    head.fill("[name=where]", "Nhà văn hóa")
    head.fill("[name=title_1]", "Góp tiền thắp sáng hẻm 47")
    head.select_option("[name=rule_1]", "contributions")
    go(head)
    wait(timedelta(days=4))
    head.reload()
    head.locator('a[href$="/count/"]').click()
    for number in range(1, 6):
        head.locator(f'.numbers label:has(input[value="{number}"])').click()
    head.locator("#came", has_text="5 trên 240").wait_for()
    head.locator("details.fold summary").first.click()
    head.fill("[name=read_out]", "6-198")
    head.set_input_files("[name=sheet]", files=picture(world.upload))
    go(head)
    head.locator('a[href$="/officers/"]').click()
    head.fill("[name=secretary]", "Cô Bảy")
    head.fill("[name=counters]", "Anh Ba\nChị Tư\nChú Năm")
    head.fill("[name=officers_for]", "150")
    go(head)
    head.locator('a[href$="/second-count/"]').click()
    head.locator(".act-go button").click()
    code = "".join(head.locator(".code").inner_text().split())
    second = phones.of()
    second.goto("/count/")
    second.fill("[name=code]", code.lower())
    second.locator(".act-go button").click()
    second.locator('main a[href^="/count/"]').click()
    head.locator(".act-go a").click()
    head.locator('a[href$="/tally/"]').click()
    for page in (second, head):
        page.fill("[name=agree]", "171")
        page.fill("[name=against]", "27")
        go(page)
    assert "171 trên 240 hộ" in " ".join(head.inner_text("main").split())

    head.goto(f"/initiatives/new/?place={city.area.slug}&kit=rural-lighting&need={need.code}")
    head.fill("[name=title]", "Thắp sáng hẻm 47")
    head.fill("[name=summary]", "Bà con góp gắn đèn.")
    head.fill('[name="target:rural-lighting.lamps"]', "30")
    go(head)
    work = Initiative.objects.get()
    head.locator('a[href$="/mandate/"]').click()
    head.select_option("[name=decision]", index=1)
    go(head)
    head.locator('a[href$="/submit/"]').click()
    go(head)
    officer.goto(work.get_absolute_url())
    officer.locator('a[href$="/register/"]').click()
    go(officer)

    giver.goto(work.get_absolute_url())
    giver.locator('a[href$="/pledge/"]').click()
    giver.fill("[name=amount]", "500.000")
    go(giver)
    code = giver.locator(".code").inner_text()
    head.goto(work.get_absolute_url())
    head.locator('a[href$="/receive/"]').click()
    head.fill("[name=amount]", "500000")
    head.locator("details:has([name=pledge]) > summary").click()
    head.fill("[name=pledge]", code)
    go(head)
    head.goto(f"{work.get_absolute_url()}spend/")
    head.fill("[name=amount]", "450.000")
    head.fill("[name=what]", "Đèn và dây")
    head.set_input_files("[name=paper]", files=picture(world.upload))
    go(head)

    head.goto(work.get_absolute_url())
    head.locator('a[href$="/report/"]').click()
    head.fill("[name=quantity]", "30")
    head.set_input_files("[name=photos]", files=picture(world.upload))
    go(head)
    officer.goto(f"/results/{Result.objects.get().pk}/ask/")
    officer.locator("input[name=checker]").first.check()
    go(officer)
    checker.goto("/desk/")
    checker.locator('main a[href^="/checks/"]').click()
    assert "30" not in checker.locator("main form").first.inner_text()
    checker.fill("[name=measured]", "28")
    checker.set_input_files("[name=photo]", files=picture(world.upload))
    go(checker)
    officer.goto(f"{work.get_absolute_url()}complete/")
    go(officer)
    sequencer.drain()
    resident.goto("/")
    assert resident.locator('.bar[aria-label*="28 đèn"]').count()
    resident.goto(work.get_absolute_url())
    resident.locator("a.receipt").first.click()
    resident.wait_for_url("**/log/*/")


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "who"), [("light", "even"), ("light", "odd"), ("light", "forms"), ("dark", "first")])
def test_every_page_is_for_everybody(scheme: str, who: str, world: World, phones: Phones, axe: Any) -> None:
    """axe, no complaint of the browser, nothing wider than the phone, every target large enough for a thumb; in the dark, the colours."""
    more, faults = furnish(world), []
    seen: set[tuple[str, str]] = set()

    def look(page: Any, address: str) -> None:
        answer = page.goto(address)
        path = page.evaluate("location.pathname + location.search")
        route = resolve(path.partition("?")[0]).view_name
        if "html" not in answer.headers["content-type"]:
            return
        key = (route, page.evaluate(SHAPE))
        if key in seen:  # the same for this person as for another
            return
        seen.add(key)
        assert answer.status < 400, f"{page.who} {path}: {answer.status}"
        page.evaluate(OPEN_ALL)
        if wider := page.evaluate("document.documentElement.scrollWidth") > 390 and page.evaluate(WIDER):
            faults.append(f"{page.who} {path} is wider than the phone: {wider}")
        if small := page.evaluate(SMALL_TARGETS):
            faults.append(f"{page.who} {path}: too small for a thumb: {small[:5]}")
        said = len(phones.complaints)
        try:
            axe(page, colours=scheme == "dark")
        except AssertionError as e:
            faults.append(f"{page.who} {e}")
        del phones.complaints[said:]  # axe itself is inline code; what the page did was said before

    everybody = people(world)
    for name, user in {"even": everybody[::2], "odd": everybody[1::2], "first": everybody[:3], "forms": []}[who]:
        client, addresses = Client(), []
        if user:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

        def keep(address: str, answer: Any, to: list[str] = addresses) -> None:
            if answer.status_code == 200 and "html" in answer["Content-Type"]:  # the rest is for machines and printers
                to.append(address)

        walk(client, ["/", "/desk/", *more], keep, per_route=1)
        page = phones.of(user, color_scheme=scheme)
        page.who = name
        for address in addresses:
            look(page, address)
    if who == "forms":
        own: dict[Any, Any] = {}
        for name, address, user in form_pages(world):
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            if name == BEHIND_A_CODE or client.get(address).status_code == 405:  # a button on a page of something else
                continue
            page = own[user] = own.get(user) or phones.of(user)
            page.who = name
            look(page, address)
    assert not faults, "\n".join(faults)


def test_what_is_behind_a_code_is_named_right() -> None:
    assert BEHIND_A_CODE in {do.name for do in ACTS}


def test_the_language_switch_keeps_the_page(world: World, phones: Phones) -> None:
    page = phones.of()
    page.goto("/needs/?category=light")
    assert page.locator("html").get_attribute("lang") == "vi"
    page.locator("details.speak summary").click()
    page.locator('details.speak button[value="en"]').click()
    page.wait_for_load_state()
    assert page.url.endswith("/needs/?category=light") and page.locator("html").get_attribute("lang") == "en"


def test_a_need_without_javascript(world: World, phones: Phones) -> None:
    page = phones.of(java_script_enabled=False)
    page.goto("/")
    page.locator('main a[href="/needs/new/"]').first.click()
    page.locator('a[href*="place=ninh-kieu"]').first.click()
    page.locator(f'a[href*="place={world.city.area.slug}"]').first.click()
    page.locator("input[value=waste]").check()
    page.set_input_files("input[type=file]", files=[{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"broken"}])
    page.fill("textarea", "Rác chất đống đầu hẻm")
    page.locator(".act-go button").click()
    assert page.locator(".wrong, .errorlist").count() and page.input_value("textarea") == "Rác chất đống đầu hẻm"
    assert page.locator("input[value=waste]").is_checked()
    phones.complaints.clear()  # the browser notes the 422
    page.set_input_files("input[type=file]", files=picture(world.upload))
    page.locator(".act-go button").click()
    assert "".join(page.locator(".code").inner_text().split()) == Need.objects.get().code
