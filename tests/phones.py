"""A phone for each person, with a real Chromium in it."""

from typing import Any

from django.conf import settings
from django.test import Client


class Phones:
    """A phone per person; whatever a console says against a page is remembered."""

    def __init__(self, browser: Any, arguments: dict[str, Any], url: str) -> None:
        self.browser, self.arguments, self.url = browser, arguments, url
        self.complaints: list[str] = []

    def of(self, user: Any = None, **more: Any) -> Any:
        """A page in the browser of this person; nameless without one."""
        context = self.browser.new_context(**{**self.arguments, "base_url": self.url, **more})
        if user is not None:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.url}])
        page = context.new_page()
        page.set_default_timeout(60_000)  # a busy machine is no fault of the page
        page.on("console", lambda m: self.complaints.append(f"{page.url}: {m.text}") if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: self.complaints.append(f"{page.url}: {e}"))
        return page


def picture(upload: Any) -> list[dict[str, Any]]:
    """A photo as the phone's camera would hand it over. ``upload``: the fixture ``photo_upload``."""
    return [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": upload(width=200, height=150, gps=True).read()}]


def go(page: Any) -> None:
    """Press the form's one big button, and land elsewhere without a mark of something wrong."""
    before = page.url
    with page.expect_navigation():
        page.locator(".act-go button").first.click()
    wrong = page.locator(".wrong, .errorlist")
    assert not wrong.count(), f"{before}: {wrong.all_inner_texts()}"
