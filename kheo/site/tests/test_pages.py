"""Every page, for everybody, in every language: there, light, without inline code, in few queries."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from kheo.checks.actions import ask_check, decline_check
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.evidence import photos
from kheo.people.models import User
from kheo.results.actions import report_result

LANGUAGES = ("vi", "en", "id")
QUERIES = 32  # no public page asks more, however much there is


def addresses(told: Any) -> list[str]:
    """Every public page with something on it."""
    area = told.work.place
    return [
        "/",
        "/needs/",
        "/needs/?category=light&state=answered&place=ninh-kieu",
        told.need.get_absolute_url(),
        told.held.get_absolute_url(),
        "/initiatives/",
        "/initiatives/?kit=rural-lighting&state=registered&place=ninh-kieu",
        told.work.get_absolute_url(),
        told.meeting.get_absolute_url(),
        "/kits/",
        "/kits/rural-lighting/",
        "/search/",
        "/search/?q=ninh+kieu",
        "/search/?q=khong-co-gi",
        area.get_absolute_url(),
        area.parent.get_absolute_url(),
        told.work.site.get_absolute_url(),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_for_the_nameless(told: Any, client: Client, language: str) -> None:
    for address in addresses(told):
        response = client.get(address, headers={"accept-language": language})
        assert response.status_code == 200, address
        assert f'<html lang="{language}">' in response.text, address
        assert response.text.count("<h1") == 1, address


def test_no_page_carries_inline_code_or_styles(told: Any, signed_in: Any, city: Any) -> None:
    """The content security policy would silence it; the page would be broken for nobody but us."""
    officer = signed_in(Role.OFFICER, city.ward)
    for client, pages in ((Client(), addresses(told)), (officer, [*addresses(told), "/desk/"])):
        for address in pages:
            text = client.get(address).text
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text), address
            assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), address


def test_pages_ask_few_queries_however_much_there_is(told: Any, tell: Any, client: Client, django_assert_max_num_queries: Any) -> None:
    def counts() -> dict[str, int]:
        found = {}
        for address in addresses(told):
            for alias in ("default", "pieces"):
                caches[alias].clear()
            with django_assert_max_num_queries(QUERIES) as asked:
                assert client.get(address).status_code == 200
            found[address] = len(asked)
        return found

    client.get("/")
    few = counts()
    for n in range(3):
        tell(f"Việc thêm {n}")
    more = counts()
    grown = {a: (few[a], more[a]) for a in few if more[a] > few[a]}
    assert not grown, "these pages ask more when there is more"


def test_the_first_page_is_light(told: Any, client: Client) -> None:
    """At most 100 kB compressed with its styles and scripts, at most 200 kB with the map of the city."""
    from django.contrib.staticfiles import finders

    page = client.get("/")
    total = len(gzip.compress(page.content))
    files = re.findall(r'(?:src|href)="/static/([^"]+)"', page.text)
    assert any(f.endswith(".css") for f in files) and any(f.endswith(".js") for f in files)
    for name in files:
        path = finders.find(name)
        assert path, name
        total += len(gzip.compress(Path(path).read_bytes()))
    assert total < 100_000
    assert 'class="map"' in page.text  # with the map in it


def test_switching_the_language_keeps_the_page(told: Any, client: Client) -> None:
    address = "/needs/?category=light"
    switched = client.post("/language/", {"language": "en", "next": address}, headers={"accept-language": "vi"})
    assert switched.status_code == 302 and switched["Location"] == address
    page = client.get(address, headers={"accept-language": "vi"})
    assert "What neighbours ask for" in page.text and f'name="next" value="{address}"' in page.text


def test_the_switch_leads_nowhere_else(client: Client, db: None) -> None:
    assert client.post("/language/", {"language": "en", "next": "https://evil.example/"})["Location"] == "/"


def test_the_demo_says_that_it_is_one(told: Any, client: Client, settings: Any) -> None:
    for language, words in (("vi", "chỉ để minh họa"), ("en", "are illustrative"), ("id", "ilustrasi")):
        assert all(words in client.get(a, headers={"accept-language": language}).text for a in addresses(told))
    settings.KHEO_DEMO = False
    assert "are illustrative" not in client.get("/", headers={"accept-language": "en"}).text


def test_what_is_missing_or_refused_says_so_in_the_readers_language(client: Client, db: None, city: Any) -> None:
    missing = client.get("/initiatives/there-is-none/", headers={"accept-language": "vi"})
    assert missing.status_code == 404 and "Không có gì ở đây" in missing.text
    refused = client.get(f"/meetings/new/?place={city.area.slug}", headers={"accept-language": "en"})
    assert refused.status_code in (302, 403)


def test_who_is_asked_to_count_sees_no_claim_on_the_page_of_the_work(
    told: Any, city: Any, actor: Any, signed_in: Any, photo_upload: Any
) -> None:
    client = signed_in(Role.CHECKER, city.area)
    page = told.work.get_absolute_url()
    assert "20" in client.get(page).text.partition("<main")[2]
    reporter = actor(Role.HEAD, city.area)
    claim = report_result(
        reporter, told.work, indicator="rural-lighting.lamps", quantity=7, day=clock.today(), photos=[photos.store(photo_upload())]
    )
    officer, user = actor(Role.OFFICER, city.ward), User.objects.get(pk=client.session["_auth_user_id"])
    check = ask_check(officer, claim, checker=user)
    blind = client.get(page).text.partition("<main")[2]
    assert check.get_absolute_url() in blind
    assert told.work.title not in blind and not re.search(r"\b(7|20|27)\b", re.sub(r"<[^>]+>", " ", blind.partition("</main")[0]))
    assert told.work.title in Client().get(page).text
    decline_check(Actor(f"user:{user.pk}", user.pk), check)
    assert told.work.title in client.get(page).text


def test_words_that_mean_nothing_make_no_other_list(told: Any, client: Client) -> None:
    first = client.get("/needs/?category=light&page=1").text.partition("<main")[2]
    kept = len(caches["pieces"]._cache)  # type: ignore[attr-defined]
    for word in range(5):
        assert client.get(f"/needs/?category=light&page=1&x={word}").text.partition("<main")[2] == first
    assert len(caches["pieces"]._cache) == kept  # type: ignore[attr-defined]
