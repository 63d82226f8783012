"""The registry's forms in a real browser: nothing that a person with a disability would stumble over."""

import pytest
from django.urls import reverse

from kheo.core.actor import Role


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_forms_are_for_everybody(city, work, page_as, live_server, axe, picture_folder) -> None:
    registered, returned, submitted = work("registered"), work("returned"), work("submitted")
    page = page_as(Role.HEAD, city.area)
    draft = reverse("initiatives:draft") + f"?place={city.area.slug}"
    for name, path in {
        "kits": draft,
        "draft": f"{draft}&kit=rural-lighting",
        "edit": reverse("initiatives:edit", args=[returned.slug]),
        "mandate": reverse("initiatives:mandate", args=[returned.slug]),
        "tasks": reverse("initiatives:tasks", args=[registered.slug]),
    }.items():
        page.goto(live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        page.screenshot(path=picture_folder / f"initiatives-{name}.png", full_page=True)
        axe(page)
    page = page_as(Role.OFFICER, city.ward)
    for name in ("register", "return"):
        page.goto(live_server.url + reverse(f"initiatives:{name}", args=[submitted.slug]))
        page.screenshot(path=picture_folder / f"initiatives-{name}.png", full_page=True)
        axe(page)
