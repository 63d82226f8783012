"""Household cards: printed once, opened with a PIN of the household's own, lost and replaced. By form, as people do it."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from kheo.core.actor import Actor, Role
from kheo.core.codes import spell
from kheo.core.rules import No, Refused
from kheo.openlog.models import Entry
from kheo.people import actions, papers, rules
from kheo.people.models import CardBatch, HouseholdCard

pytestmark = pytest.mark.django_db
PIN = "204060"


def household(client: Client) -> str:
    """The key of whoever acts on this phone."""
    return str(client.get("/search/").wsgi_request.actor.key)  # type: ignore[attr-defined]


# ── printing ──


def test_the_ward_prints_and_gets_the_codes_once(city: Any, signed_in: Any) -> None:
    client, url, act = signed_in(Role.OFFICER, city.ward), f"/places/{city.area2.slug}/household-cards/print/", str(uuid4())
    assert url in client.get(f"/places/{city.area2.slug}/").content.decode()
    paper = client.post(url, {"act_id": act, "language": "en"})
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    assert "no-store" in paper["Cache-Control"]
    assert HouseholdCard.objects.filter(place=city.area2).count() == 120
    again = client.post(url, {"act_id": act, "language": "en"})
    assert again.status_code == 410 and b"%PDF" not in again.content
    assert f"/household-cards/{CardBatch.objects.get().pk}/revoke/" in again.content.decode()
    assert HouseholdCard.objects.count() == 120 and Entry.objects.filter(verb="people.household-cards-printed").count() == 1


def test_who_comes_back_after_printing_is_shown_how_to_shut_the_print(city: Any, signed_in: Any, client: Client, batch: CardBatch) -> None:
    url, officer = f"/places/{city.area2.slug}/household-cards/print/", signed_in(Role.OFFICER, city.ward)
    page = officer.get(url, headers={"accept-language": "en"})
    assert page.status_code == 403 and "has a card already" in page.text
    assert f"/household-cards/{batch.pk}/revoke/" in page.text
    assert f"/household-cards/{batch.pk}/revoke/" not in client.get(url).text
    fresh = officer.get(f"/places/{city.area.slug}/household-cards/print/", headers={"accept-language": "en"}).text
    assert "opens beside this page" in fresh and 'target="_blank"' in fresh


def test_only_hashes_are_kept_and_ids_do_not_say_the_number(city: Any, actor: Any) -> None:
    batch = actions.print_cards(actor(Role.OFFICER, city.ward), city.area)
    assert [n for n, _code in batch.codes] == list(range(1, 241))
    cards = list(HouseholdCard.objects.order_by("id"))
    kept = repr([list(vars(card).items()) for card in cards])
    assert not any(code in kept or code.lower() in kept for _n, code in batch.codes)
    assert [card.number for card in cards] != list(range(1, 241))
    assert len({card.slot for card in cards}) == len({card.code_hash for card in cards}) == 240
    assert not CardBatch.objects.get().codes


def test_the_log_says_how_many_and_nothing_more(city: Any, batch: CardBatch) -> None:
    entry = Entry.objects.get(verb="people.household-cards-printed")
    said = repr([bytes(part or b"") for part in (entry.leaf, entry.facts, entry.private)])
    assert '"cards":6' in said and '"households":6' in said
    for card in HouseholdCard.objects.all():
        assert card.slot not in said and card.code_hash not in said
    assert not any(code in said for _n, code in batch.codes)


def test_cards_only_up_to_the_recorded_households(city: Any, actor: Any, batch: CardBatch) -> None:
    officer = actor(Role.OFFICER, city.ward)
    with pytest.raises(Refused):
        actions.print_cards(officer, city.area2)
    city.area2.households = 8
    city.area2.save()
    assert [n for n, _code in actions.print_cards(officer, city.area2).codes] == [7, 8]
    city.area2.households = None
    city.area2.save()
    assert isinstance(rules.may_print_cards(officer, city.area2), No)


@pytest.mark.parametrize(
    ("role", "at", "may"),
    [(Role.OFFICER, "ward", True), (Role.HEAD, "area2", False), (Role.OPERATOR, "city", False), (Role.OFFICER, "other_ward", False)],
)
def test_who_prints(city: Any, actor: Any, role: Role, at: str, may: bool) -> None:
    assert bool(rules.may_print_cards(actor(role, getattr(city, at)), city.area2)) is may


def test_an_officer_who_heads_the_area_does_not_print(city: Any, actor: Any) -> None:
    officer, head = actor(Role.OFFICER, city.ward), actor(Role.HEAD, city.area2)
    both = Actor("user:0", 0, grants=(*officer.grants, *head.grants))
    assert not rules.may_print_cards(both, city.area2) and rules.may_print_cards(both, city.area)


def test_the_paper_carries_the_number_outside_and_the_code_inside(batch: CardBatch) -> None:
    data, addresses = papers.sheet(batch, "en")
    assert [card["number"] for card in data["cards"]] == [1, 2, 3, 4, 5, 6]
    assert ["".join(card["code"]) for card in data["cards"]] == [code for _n, code in batch.codes]
    assert all(addresses[n].endswith(f"/h/{code}/") for n, code in batch.codes)
    assert [t["lang"] for t in data["texts"]] == ["vi", "en"]


def test_a_lost_print_is_shut_and_printed_again(city: Any, signed_in: Any, batch: CardBatch, codes: dict[int, str], phone: Any) -> None:
    kept = phone(codes[3])
    client = signed_in(Role.OFFICER, city.ward)
    assert client.post(f"/household-cards/{batch.pk}/revoke/", {"act_id": str(uuid4())}).status_code == 302
    assert household(kept).startswith("household:")  # whoever had opened a card keeps it
    assert Client().post(f"/h/{codes[1]}/", {"pin": PIN, "again": PIN}).status_code == 200  # the others open nothing
    client.post(f"/places/{city.area2.slug}/household-cards/print/", {"act_id": str(uuid4())})
    valid = HouseholdCard.objects.valid().filter(place=city.area2)
    assert sorted(valid.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert valid.filter(batch=batch).get().number == 3


# ── opening ──


def test_first_use_asks_for_a_pin_twice_and_later_once(codes: dict[int, str]) -> None:
    client = Client(headers={"accept-language": "en"})
    first = client.get(f"/h/{codes[1].lower()}/").content.decode()
    assert 'name="again"' in first
    for pin, again in (("204060", "204061"), ("123456", "123456"), ("777777", "777777"), ("20406", "20406"), ("abcdef", "abcdef")):
        assert client.post(f"/h/{codes[1]}/", {"pin": pin, "again": again}).status_code == 200
    assert household(client) == "nobody"
    answer = client.post(f"/h/{codes[1]}/", {"pin": PIN, "again": PIN})
    assert answer.status_code == 302 and answer.url == "/mine/"
    assert household(client) == f"household:{HouseholdCard.objects.exclude(pin_hash='').get().slot}"
    later = Client(headers={"accept-language": "en"})
    assert 'name="again"' not in later.get(f"/h/{codes[1]}/").content.decode()
    assert later.post(f"/h/{codes[1]}/", {"pin": "999998"}).status_code == 200
    on = later.post("/sign-in/?next=/results/4/otherwise/", {"code": codes[1]}).url
    assert later.post(on, {"pin": PIN}).url == "/results/4/otherwise/", "back to the page that asked"
    assert household(later) == household(client)


def test_typed_at_the_sign_in_page(codes: dict[int, str]) -> None:
    typed = spell(codes[2]).lower().replace(" ", "-")
    assert Client().post("/sign-in/", {"code": typed}).url == f"/h/{codes[2]}/"  # type: ignore[attr-defined]


def test_a_phone_knows_its_area_and_no_session_is_kept(city: Any, codes: dict[int, str], phone: Any) -> None:
    client = phone(codes[1])
    actor = client.get("/").wsgi_request.actor
    assert actor.nameless and actor.user_id is None and actor.household == city.area2.path and actor.lives_at(city.ward)
    assert not actor.lives_at(city.area) and not Session.objects.exists()
    assert client.cookies["kheo_household"]["httponly"] and client.cookies["kheo_household"]["max-age"] == 60 * 60 * 24 * 90
    assert client.get("/")["Cache-Control"] == "private, no-store"
    client.post("/household/sign-out/")
    assert household(client) == "nobody"


def test_a_forged_cookie_is_nobody(codes: dict[int, str], phone: Any) -> None:
    client = phone(codes[1])
    value = client.cookies["kheo_household"].value
    other = HouseholdCard.objects.filter(pin_hash="").first()
    assert other is not None
    client.cookies["kheo_household"] = re.sub(r"^\d+", str(other.pk), value)
    assert household(client) == "nobody"


def test_an_account_does_not_open_a_neighbours_card(city: Any, signed_in: Any, codes: dict[int, str]) -> None:
    head = signed_in(Role.HEAD, city.area2)
    assert head.get(f"/h/{codes[1]}/").status_code == 403
    assert head.post(f"/h/{codes[1]}/", {"pin": PIN, "again": PIN}).status_code == 403
    assert HouseholdCard.objects.filter(pin_hash="").count() == 6


# ── losing ──


def test_a_replaced_card_is_the_same_household(city: Any, signed_in: Any, actor: Any, codes: dict[int, str], phone: Any) -> None:
    lost = phone(codes[4])
    key = household(lost)
    client, act = signed_in(Role.OFFICER, city.ward), str(uuid4())
    url, form = f"/places/{city.area2.slug}/household-cards/lost/", {"act_id": act, "number": 4, "again": "yes", "language": ""}
    assert client.post(url, form).content.startswith(b"%PDF")
    again = client.post(url, form)
    assert again.status_code == 410 and b"%PDF" not in again.content
    assert household(lost) == "nobody"
    assert Client().post(f"/h/{codes[4]}/", {"pin": PIN}).status_code == 200
    once_more = actions.replace_card(actor(Role.OFFICER, city.ward), city.area2, number=4)
    assert household(phone(once_more.codes[0][1], "806040")) == key
    assert HouseholdCard.objects.valid().filter(place=city.area2).count() == 6
    logged = list(Entry.objects.filter(verb="people.household-card-replaced"))
    assert len(logged) == 2


def test_a_number_that_is_not_there_and_a_household_that_left(city: Any, signed_in: Any, batch: CardBatch) -> None:
    client, url = signed_in(Role.OFFICER, city.ward), f"/places/{city.area2.slug}/household-cards/lost/"
    wrong = client.post(url, {"act_id": str(uuid4()), "number": 99, "again": "yes"})
    assert wrong.status_code == 200 and HouseholdCard.objects.valid().count() == 6
    assert client.post(url, {"act_id": str(uuid4()), "number": 5, "again": "no"}).status_code == 302
    assert sorted(HouseholdCard.objects.valid().values_list("number", flat=True)) == [1, 2, 3, 4, 6]
    assert Entry.objects.filter(verb="people.household-card-shut").count() == 1


def test_no_page_says_which_household_opened_its_card(city: Any, signed_in: Any, codes: dict[int, str], phone: Any) -> None:
    client, url = signed_in(Role.OFFICER, city.ward), f"/places/{city.area2.slug}/household-cards/"
    before = client.get(url).content
    phone(codes[1])
    assert re.sub(rb'name="csrf[^>]*', b"", client.get(url).content) == re.sub(rb'name="csrf[^>]*', b"", before)


# ── fewer households ──


def test_the_number_of_households_is_not_lowered_below_a_card_that_still_counts(city: Any, signed_in: Any, batch: CardBatch) -> None:
    """Whether somebody opened it or not: the refusal would tell."""
    officer, url = signed_in(Role.OFFICER, city.ward), f"/places/{city.area2.slug}/households/"

    def lower(households: int) -> Any:
        return officer.post(url, {"act_id": str(uuid4()), "households": households}, headers={"accept-language": "en"})

    refused = lower(4)
    city.area2.refresh_from_db()
    assert "2 household cards have a number above that" in refused.text and city.area2.households == 6
    assert lower(8).status_code == 302  # more is always possible
    for number in (5, 6):
        actions.replace_card(refused.wsgi_request.actor, city.area2, number=number, again=False)
    assert lower(4).status_code == 302
    city.area2.refresh_from_db()
    assert city.area2.households == 4 == HouseholdCard.objects.valid().filter(place=city.area2).count()
    assert "1 household card has a number above that" in lower(3).text
    assert Entry.objects.filter(verb="place.households-set").count() == 2
