"""Drawing and pointing on a phone: with a finger, with the keyboard alone, and without JavaScript."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kheo.core.actor import Role
from kheo.initiatives import actions as initiatives
from kheo.needs.models import Need
from kheo.places.models import Place
from kheo.results.models import Result

browser = pytest.mark.browser
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quiet(page: Any) -> Any:
    """Fail when the page complains in its console: the content security policy speaks there."""
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    yield page
    assert said == []


def tap(page: Any, x: float, y: float) -> None:
    """Touch the map at these shares of its width and height."""
    box = page.locator(".draw-map").bounding_box()
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def ready(page: Any) -> None:
    page.locator(".draw-map").scroll_into_view_if_needed()
    page.wait_for_selector(".draw-tools button")


@browser
def test_an_officer_draws_a_road(quiet: Any, page_as: Callable[..., Any], live_server: Any, city: Any, axe: Any) -> None:
    page = page_as(Role.OFFICER, city.ward)
    page.goto(f"{live_server.url}/places/{city.area.slug}/add/")
    ready(page)
    assert not page.locator("[name=geometry]").is_visible()
    page.select_option("[name=kind]", "road")
    for x, y in ((0.3, 0.4), (0.5, 0.5), (0.7, 0.4), (0.9, 0.9)):
        tap(page, x, y)
    page.get_by_role("button", name="Undo").click()
    drawn = json.loads(page.input_value("[name=geometry]"))
    assert (drawn["type"], len(drawn["coordinates"])) == ("LineString", 3)
    assert "m long" in page.inner_text(".draw-say")
    sizes = page.eval_on_selector_all(
        ".draw button, .draw summary, .leaflet-bar a", "all => all.map(b => b.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    axe(page)
    page.click(".act-go button")  # the name is missing
    ready(page)
    assert json.loads(page.input_value("[name=geometry]")) == drawn
    page.fill("[name=name]", "Hai Bà Trưng")
    page.click(".act-go button")
    page.wait_for_url("**/places/duong-hai-ba-trung**")
    road = Place.objects.get(name="Hai Bà Trưng")
    assert road.geometry == drawn
    assert road.length_m and road.length_m > 50


@browser
def test_the_keyboard_alone_draws_too(quiet: Any, page_as: Callable[..., Any], live_server: Any, city: Any) -> None:
    page = page_as(Role.OFFICER, city.ward)
    page.goto(f"{live_server.url}/places/{city.canal.slug}/rename/")
    ready(page)
    cross = page.get_by_role("button", name="Point at the cross")
    cross.focus()
    page.keyboard.press("Enter")
    page.focus(".draw-map")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(600)
    cross.focus()
    page.keyboard.press("Enter")
    drawn = json.loads(page.input_value("[name=geometry]"))
    assert len(drawn["coordinates"]) == 2
    page.get_by_role("button", name="Set a point").click()
    assert page.input_value("[name=geometry]") == ""
    page.get_by_role("button", name="Draw a line").click()
    page.evaluate("d => { document.querySelector('[name=geometry]').value = d }", json.dumps(drawn))
    page.click(".act-go button")
    page.wait_for_url(f"**/places/{city.canal.slug}/")
    city.canal.refresh_from_db()
    assert city.canal.geometry == drawn


@browser
def test_a_need_is_pinned_on_the_road_that_was_touched(quiet: Any, live_server: Any, city: Any, axe: Any) -> None:
    page = quiet
    page.goto(f"{live_server.url}/needs/new/?place={city.area.slug}")
    assert page.evaluate("typeof L") == "undefined"  # Leaflet comes only when somebody wants the map
    page.click("details.draw summary")
    ready(page)
    page.select_option("[name=site]", str(city.canal.pk))
    tap(page, 0.5, 0.5)
    assert "Mương Củi" in page.inner_text(".draw-say")
    axe(page)
    lon, lat = (float(page.input_value(f"[name={name}]")) for name in ("lon", "lat"))
    assert 105.775 <= lon <= 105.778
    assert lat == pytest.approx(10.03, abs=1e-4)
    page.select_option("[name=site]", str(city.road.pk))
    assert page.input_value("[name=lon]") == page.input_value("[name=lat]") == ""  # another road, another pin
    page.select_option("[name=site]", "")
    tap(page, 0.02, 0.98)
    assert page.input_value("[name=lon]") == ""  # no road near
    page.select_option("[name=site]", str(city.canal.pk))
    tap(page, 0.5, 0.5)
    page.check("input[value=water]")
    page.fill("textarea", "Rác đầy mương")
    page.click(".act-go button")
    page.wait_for_url("**/needs/stub/**")
    need = Need.objects.get()
    assert need.site == city.canal
    assert (need.lon, need.lat) == (pytest.approx(lon, abs=1e-5), 10.03)


@browser
def test_a_result_is_drawn_where_it_was_done(
    quiet: Any, page_as: Callable[..., Any], live_server: Any, city: Any, actor: Callable[..., Any], photo_upload: Any
) -> None:
    work = registered(city, actor)
    page = page_as(Role.HEAD, city.area)
    page.goto(f"{live_server.url}/initiatives/{work.slug}/report/")
    page.click("details.draw summary")
    ready(page)
    tap(page, 0.4, 0.4)
    tap(page, 0.6, 0.6)
    drawn = json.loads(page.input_value("[name=geometry]"))
    page.check("input[value='rural-lighting.lamps']")
    page.fill("[name=quantity]", "5")
    upload = photo_upload()
    page.set_input_files("[name=photos]", files=[{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": upload.read()}])
    page.click(".act-go button")
    page.wait_for_url(f"**/initiatives/{work.slug}/")
    assert Result.objects.get().geometry == drawn


@browser
def test_without_the_map_the_form_still_works(page: Any, live_server: Any, city: Any) -> None:
    page.route("**/leaflet*.js", lambda route: route.abort())
    page.goto(f"{live_server.url}/needs/new/?place={city.area.slug}")
    page.click("details.draw summary")
    page.locator(".draw-say", has_text="works without").wait_for()
    page.check("input[value=water]")
    page.select_option("[name=site]", str(city.canal.pk))
    page.fill("textarea", "Rác đầy mương")
    page.click(".act-go button")
    page.wait_for_url("**/needs/stub/**")
    assert Need.objects.get().site == city.canal


def registered(city: Any, actor: Callable[..., Any]) -> Any:
    head, officer = actor(Role.HEAD, city.area), actor(Role.OFFICER, city.ward)
    work = initiatives.draft_initiative(
        head, city.area, kit="rural-lighting", title="Thắp sáng hẻm 47", summary="Hẻm tối.", site=city.road,
        targets={"rural-lighting.lamps": 30},
    )  # fmt: skip
    initiatives.give_mandate(head, work, kind="own-act", note="Tự làm")
    initiatives.submit_initiative(head, work)
    initiatives.register_initiative(officer, work)
    return work


def test_only_pages_with_such_a_field_load_the_map(signed_in: Callable[..., Client], client: Client, city: Any, actor: Any) -> None:
    work = registered(city, actor)
    officer, head = signed_in(Role.OFFICER, city.ward), signed_in(Role.HEAD, city.area)
    for who, address in (
        (client, f"/needs/new/?place={city.area.slug}"),
        (officer, f"/places/{city.area.slug}/add/"),
        (officer, f"/places/{city.road.slug}/rename/"),
        (head, f"/initiatives/{work.slug}/report/"),
    ):
        page = who.get(address).content.decode()
        assert page.count("kheo/draw.js") == page.count("kheo/draw.css") == 1, address
        assert "data-outline=" in page
        assert "style=" not in page
    for who, address in (
        (client, "/"),
        (client, f"/places/{city.area.slug}/"),
        (officer, f"/places/{city.area.slug}/households/"),
        (head, f"/initiatives/{work.slug}/receive/"),
    ):
        assert "draw.js" not in who.get(address).content.decode(), address


def test_a_homes_work_is_never_drawn(signed_in: Callable[..., Client], city: Any, actor: Callable[..., Any]) -> None:
    head = actor(Role.HEAD, city.area)
    work = initiatives.draft_initiative(
        head, city.area, kit="poor-house", title="Sửa nhà", summary="Nhà dột.", targets={"poor-house.houses": 1}
    )
    initiatives.give_mandate(head, work, kind="own-act", note="Tự làm")
    initiatives.submit_initiative(head, work)
    initiatives.register_initiative(actor(Role.OFFICER, city.ward), work)
    page = signed_in(Role.HEAD, city.area).get(f"/initiatives/{work.slug}/report/").content.decode()
    assert "data-draw" not in page


def test_the_tile_server_is_a_setting(client: Client, city: Any, settings: Any) -> None:
    address = f"/needs/new/?place={city.area.slug}"
    assert "data-tiles" not in client.get(address).content.decode()
    settings.KHEO_TILES, settings.KHEO_TILES_CREDIT = "https://tiles.example/{z}/{x}/{y}.png", "© Người vẽ"
    page = client.get(address).content.decode()
    assert 'data-tiles="https://tiles.example/{z}/{x}/{y}.png"' in page
    assert 'data-credit="© Người vẽ"' in page
