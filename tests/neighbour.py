"""Somebody with a browser that knows nothing but pages and forms: reads a page, presses its links, fills its form in and sends it."""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.test import Client


@dataclass
class Sheet:
    """A form as it stands on a page."""

    action: str
    multipart: bool
    data: dict[str, list[str]] = field(default_factory=dict)  # what would be sent if nobody touched anything
    names: set[str] = field(default_factory=set)
    options: dict[str, dict[str, str]] = field(default_factory=dict)  # of choices: value → words
    buttons: list[str] = field(default_factory=list)


class _Forms(HTMLParser):
    """The forms that are sent by POST, with the values that they come with."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Sheet] = []
        self.now: Sheet | None = None
        self.select: str | None = None
        self.words: tuple[str, str] | None = None  # (name, value) of the option or the button whose words come next
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.now = Sheet(a.get("action", ""), a.get("enctype") == "multipart/form-data") if a.get("method") == "post" else None
            if self.now:
                self.found.append(self.now)
        form, name = self.now, a.get("name", "")
        if form is None:
            return
        if tag == "button":
            form.buttons.append("")
        if not name:
            if tag == "option" and self.select:
                form.options[self.select][a.get("value", "")] = ""
                self.words = (self.select, a.get("value", ""))
                if "selected" in a:
                    form.data[self.select] = [a.get("value", "")]
                else:
                    form.data.setdefault(self.select, [a.get("value", "")])
            return
        if tag in ("input", "select", "textarea"):
            form.names.add(name)
        if tag == "select":
            self.select, form.options[name] = name, {}
        elif tag == "textarea":
            self.area, form.data[name] = name, [""]
        elif tag == "input" and a.get("type") in ("radio", "checkbox"):
            form.options.setdefault(name, {})[a.get("value", "on")] = ""
            if "checked" in a:
                form.data.setdefault(name, []).append(a.get("value", "on"))
        elif tag == "input" and a.get("type") != "file":
            form.data[name] = [a.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.now is None:
            return
        if self.area:
            self.now.data[self.area] = [(self.now.data[self.area][0] + data).removeprefix("\n")]
        elif self.words:
            name, value = self.words
            self.now.options[name][value] += data.strip()
        elif self.now.buttons:
            self.now.buttons[-1] = f"{self.now.buttons[-1]} {data.strip()}".strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.now = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None
        elif tag == "option":
            self.words = None


def forms(page: str) -> list[Sheet]:
    """The forms in the page's main part that write something."""
    reader = _Forms()
    reader.feed(re.split(r"</main>", page.split("<main", 1)[1], maxsplit=1)[0])
    return reader.found


def words_of(page: str) -> str:
    """What somebody reads in the main part: no tags, one space between words."""
    main = page.split("<main", 1)[1].split(">", 1)[1].split("</main>", 1)[0]
    text = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", main, flags=re.S)))
    return re.sub(r"\s+([.,:;%])", r"\1", " ".join(text.split()))


class Neighbour:
    """One person's browser. After each step ``page`` is the page's HTML and ``at`` its address."""

    def __init__(self, language: str, user: Any = None) -> None:
        self.client = Client(headers={"accept-language": language}, enforce_csrf_checks=True)
        if user is not None:
            self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            self.client.cookies["kheo_language"] = language
        self.at, self.page = "", ""

    def go(self, address: str) -> str:
        """Open a page; it must be there. Returns what one reads on it."""
        return self._arrived(self.client.get(address, follow=True), address)

    def links(self) -> dict[str, str]:
        """Address → words of every link in the main part."""
        main = self.page.split("<main", 1)[1].split("</main>", 1)[0]
        found = re.findall(r'<a [^>]*href="([^"#]*)"[^>]*>(.*?)</a>', main, flags=re.S)
        return {urljoin(self.at, html.unescape(a)): " ".join(re.sub(r"<[^>]+>", " ", w).split()) for a, w in found}

    def press(self, part: str) -> str:
        """Follow the link of this page with this address, or else the first with this in its address."""
        found = sorted((a for a in self.links() if part in a), key=lambda a: a != part)
        assert found, f"{self.at} offers no way to {part}, only {sorted(self.links())}"
        return self.go(found[0])

    def sheet(self, action: str = "") -> Sheet:
        """The form of this page whose address ends so (the first when "")."""
        found = [f for f in forms(self.page) if not action or f.action.endswith(action)]
        assert found, f"{self.at} has no form to {action or 'send'}"
        return found[0]

    def send(self, action: str = "", *, refused: bool = False, **values: Any) -> str:
        """Fill the form in and send it, with everything that stands in it. What the page doesn't offer can't be filled in.

        Returns what one reads on the page that comes; with ``refused`` on the same page again.
        """
        form = self.sheet(action)
        data: dict[str, Any] = dict(form.data)
        for name, value in values.items():
            assert name in form.names, f"{self.at} has no field {name}, only {sorted(form.names)}"
            assert name not in form.options or str(value) in form.options[name], f"{name} offers {form.options[name]}"
            assert form.multipart or not hasattr(value, "read"), f"the form at {self.at} can't carry a photo"
            data[name] = [value]
        address = form.action or self.at
        answer = self.client.post(address, data)
        if answer.status_code == 302:
            assert not refused, f"{address} took what it should refuse"
            return self._arrived(self.client.get(answer["Location"], follow=True), answer["Location"])
        self.page = answer.text
        said = words_of(self.page)
        assert refused, f"{address} answered {answer.status_code}: {said}"
        assert answer.status_code < 500
        return said

    def show(self) -> str:
        """Press the one button of a page that answers with a code to pass on; returns the address that this code's square leads to."""
        answer = self.client.post(self.at, self.sheet().data)
        assert answer.status_code == 200, f"{self.at}: {answer.status_code}: {words_of(answer.text)[:500]}"
        self.page = answer.text
        found = re.search(r"/count/\w+/|/ballots/\d+/join/\w+/", self.page)
        assert found, f"{self.at} shows no code"
        return found[0]

    def paper(self, part: str = "", **values: Any) -> bytes:
        """The PDF behind the first link with ``part`` in its address; without one, what this page's form answers with."""
        if part:
            answer = self.client.get(next((a for a in self.links() if part in a), part))
        else:
            answer = self.client.post(self.at, {**self.sheet().data, **values})
        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf", f"{self.at}: {answer.status_code}"
        return answer.content

    def _arrived(self, answer: Any, address: str) -> str:
        assert answer.status_code == 200, f"{address}: {answer.status_code}: {words_of(answer.text)[:500]}"
        self.at = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        self.page = answer.text
        return words_of(self.page)
