"""Pieces kept for everybody: never stale after an act, never in another language, never with what only some may see."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory

from kheo.core import clock
from kheo.core.actor import Role
from kheo.evidence import actions as evidence
from kheo.evidence import photos
from kheo.needs import actions as needs
from kheo.openlog import sequencer, testing
from kheo.openlog.models import Entry
from kheo.results import actions as results
from kheo.site.pages.shared import Shared, moment


def read(client: Client, address: str, language: str = "en") -> str:
    """The page as a reader gets it."""
    return client.get(address, headers={"accept-language": language}).text


def main(page: str) -> str:
    """A page's main part. Forms stand outside the kept pieces: each answer masks its own token anew, so the tokens are left out."""
    assert "<main" in page
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", page.partition("<main")[2])


def test_a_kept_page_asks_next_to_nothing(told: Any, client: Client, django_assert_max_num_queries: Any) -> None:
    for address in ("/", "/needs/", told.work.place.get_absolute_url(), told.work.get_absolute_url()):
        first = read(client, address)
        with django_assert_max_num_queries(2):
            again = read(client, address)
        assert main(again) == main(first)


def test_an_act_shows_at_once(told: Any, client: Client, actor: Any, city: Any, photo_upload: Any) -> None:
    pages = ("/", told.work.place.get_absolute_url(), told.work.get_absolute_url())
    assert all("20 lamps" in read(client, p) and "27 lamps" not in read(client, p) for p in pages)
    results.report_result(
        actor(Role.HEAD, city.area),
        told.work,
        indicator="rural-lighting.lamps",
        quantity=7,
        day=clock.today(),
        photos=[photos.store(photo_upload())],
    )
    assert all("27 lamps" in read(client, p) for p in pages)
    needs.raise_need(actor(), city.area, category="light", text="Một điều vừa mới nói", nameless=False)
    assert all("Một điều vừa mới nói" in read(client, p) for p in ("/", "/needs/", told.work.place.get_absolute_url()))


def test_a_receipt_shows_once_its_entry_has_a_number(told: Any, client: Client, actor: Any, city: Any, photo_upload: Any) -> None:
    done = results.report_result(
        actor(Role.HEAD, city.area),
        told.work,
        indicator="rural-lighting.lamps",
        quantity=7,
        day=clock.today(),
        photos=[photos.store(photo_upload())],
    )
    assert "being entered" in read(client, told.work.get_absolute_url())
    sequencer.sequence()
    text = read(client, told.work.get_absolute_url())
    assert "being entered" not in text
    assert f'href="/log/{Entry.objects.get(subject=f"results.result:{done.pk}").index}/"' in text


def test_what_an_officer_hides_is_gone_at_once(told: Any, client: Client, actor: Any, city: Any) -> None:
    pages = ("/", "/needs/", told.work.place.get_absolute_url(), told.work.get_absolute_url())
    assert all("Hẻm tối, trẻ đi học" in read(client, p) for p in pages)
    evidence.hide(actor(Role.OFFICER, city.ward), told.need, reason="Tên một người nằm trong đó")
    assert not any("Hẻm tối, trẻ đi học" in read(client, p) for p in pages)


def test_languages_never_mix(told: Any, client: Client) -> None:
    for address in ("/", "/needs/", told.work.place.get_absolute_url(), told.work.get_absolute_url()):
        english, vietnamese = read(client, address, "en"), read(client, address, "vi")
        assert "Raise a need" in english or "Money and labour" in english
        assert "Raise a need" not in vietnamese and "Money and labour" not in vietnamese
        assert main(read(client, address, "en")) == main(english)


@pytest.mark.parametrize("officer_first", [True, False])
def test_the_nameless_never_get_an_officers_piece(told: Any, signed_in: Any, city: Any, officer_first: bool) -> None:
    officer, nameless = signed_in(Role.OFFICER, city.ward), Client()
    address, button = told.work.get_absolute_url(), "Please count"
    for reader in (officer, nameless) if officer_first else (nameless, officer):
        assert (button in read(reader, address)) is (reader is officer)
    assert button in read(officer, address) and button not in read(nameless, address)


def test_a_hidden_work_is_kept_for_nobody(told: Any, client: Client, signed_in: Any, actor: Any, city: Any) -> None:
    address = told.work.get_absolute_url()
    assert client.get(address).status_code == 200
    evidence.hide(actor(Role.OFFICER, city.ward), told.work, reason="Sai sự thật, xin xem lại")
    assert "Sai sự thật" in read(signed_in(Role.OFFICER, city.ward), address)
    assert client.get(address).status_code == 404


def test_a_form_beside_kept_pieces_is_the_readers_own(told: Any) -> None:
    """A token that was kept with a piece would be somebody else's: their forms would be refused, or theirs sent."""
    for address in ("/", "/needs/", told.work.place.get_absolute_url(), told.work.get_absolute_url()):
        readers = [Client(), Client()]
        tokens = [re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)', read(reader, address)) for reader in readers]
        assert tokens[0] and not set(tokens[0]) & set(tokens[1])


def test_nothing_of_the_request_reaches_a_piece(db: None, rf: RequestFactory) -> None:
    words = Template('{% same_for_all shared "x" %}[{{ mine }}{{ csrf_token }}{{ request.path }}{{ ours }}]{% endsame_for_all %}')
    context = {"shared": Shared(moment(), ("test",), lambda: {"ours": "<us>"}), "mine": "private"}
    assert words.render(RequestContext(rf.get("/secret/"), context)) == "[&lt;us&gt;]"


def test_pieces_of_one_page_are_told_apart_and_kept_once(db: None) -> None:
    built: list[int] = []

    def build() -> dict[str, Any]:
        built.append(1)
        return {"n": len(built)}

    words = Template('{% same_for_all s "a" %}a{{ n }}{% endsame_for_all %}{% same_for_all s "b" %}b{{ n }}{% endsame_for_all %}')

    def page(key: tuple[Any, ...] | None) -> str:
        return words.render(Context({"s": Shared(moment(), key, build)}))

    assert page(("one",)) == page(("one",)) == "a1b1"
    assert page(("two",)) == "a2b2"
    assert page(None) == "a3b3" and page(None) == "a4b4"


def test_the_moment_changes_with_every_act_in_whatever_order_they_commit(db: None) -> None:
    """PostgreSQL hands out ids before it commits: an act with a smaller id may appear after a larger one, even after that was numbered."""
    seen = [moment()]
    late, early = testing.sealed_many(2)
    Entry.objects.create(pk=1_000_002, **early)
    seen.append(moment())
    sequencer.sequence()
    seen.append(moment())
    Entry.objects.create(pk=1_000_001, **late)
    seen.append(moment())
    sequencer.sequence()
    seen.append(moment())
    assert len({m[:2] for m in seen}) == len(seen)


def test_the_moment_ends_with_the_minute(db: None, settings: Any) -> None:
    settings.KHEO_DEMO = True
    noon = clock.now()
    with clock.at(noon):
        before = moment()
    with clock.at(noon + timedelta(minutes=1)):
        assert moment() != before
