"""Guessing a household's card, measured. The numbers stand in docs/cards.md; when one changes here, it changes there."""

import math
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client

from kheo.core.codes import LETTERS
from kheo.people import household_door, limits
from kheo.people.households import MAX_FAILURES, HouseholdCard

DOCUMENT = (Path(__file__).parents[3] / "docs" / "cards.md").read_text(encoding="utf-8")
CARDS = 400_000  # households of a large city that all have one


def test_the_space_of_codes() -> None:
    bits = household_door.LENGTH * math.log2(len(LETTERS))
    assert bits >= 59 and f"{bits:.1f} bits" in DOCUMENT
    assert not set("01258BILOSUVZ") & set(LETTERS)
    years = 2**bits / CARDS / 2 / (limits.MISSES * 24 * 365) / 10_000  # ten thousand addresses, day and night
    assert years > 1000 and f"{years:,.0f} years" in DOCUMENT


def test_every_code_is_new() -> None:
    assert len({household_door.new_code() for _ in range(5000)}) == 5000


@pytest.mark.django_db
def test_one_address_gets_sixty_wrong_codes_an_hour_and_then_not_even_right_ones(codes: dict[int, str]) -> None:
    answers = []
    for _n in range(limits.MISSES + 5):
        client = Client()  # a new phone each time: cookies don't help
        answers.append(client.get(f"/h/{household_door.new_code()}/").status_code)
    assert answers == [200] * limits.MISSES + [429] * 5
    assert Client().get(f"/h/{codes[1]}/").status_code == 429
    assert Client(REMOTE_ADDR="10.9.9.9").get(f"/h/{codes[1]}/").status_code == 200
    assert f"{limits.MISSES} wrong codes" in DOCUMENT


@pytest.mark.django_db
def test_five_wrong_pins_lock_a_card_and_every_refusal_reads_the_same(codes: dict[int, str], phone: Any) -> None:
    inside = phone(codes[1])
    said = set()
    for n in range(MAX_FAILURES + 1):
        said.add(_words(Client().post(f"/h/{codes[1]}/", {"pin": f"90807{n}"})))
    said.add(_words(Client().post(f"/h/{codes[1]}/", {"pin": "204060"})))  # right, but locked
    said.add(_words(Client().post(f"/h/{household_door.new_code()}/", {"pin": "204060"})))  # no such card
    HouseholdCard.objects.filter(code_hash=household_door.code_hash(codes[2])).update(revoked_at="2026-01-01T00:00Z")
    said.add(_words(Client().post(f"/h/{codes[2]}/", {"pin": "204060"})))
    assert len(said) == 1
    assert inside.get("/").wsgi_request.actor.household  # whoever guesses doesn't sign the household out
    assert f"{MAX_FAILURES} wrong PINs" in DOCUMENT


def _words(answer: Any) -> str:
    assert answer.status_code == 200
    main = str(answer.content.decode().split("<main", 1)[1].split("</main", 1)[0])
    return re.sub(r'value="[^"]*"', "", main)  # the token of the form, and the PIN as typed


@pytest.mark.django_db
def test_a_wrong_code_takes_as_long_as_a_wrong_pin(codes: dict[int, str], phone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow part is the hash: made once, whether there is such a card or not."""
    phone(codes[1])
    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *of: (hashed.append(of[0]), encode(self, *of))[1])

    assert household_door.open_with(codes[1], "908070") is None
    assert hashed == ["908070"]
    assert household_door.open_with(household_door.new_code(), "908070") is None
    assert hashed == ["908070"] * 2


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_get_no_more_than_five(codes: dict[int, str], phone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    phone(codes[1])
    looked: list[str] = []
    monkeypatch.setattr(household_door, "check_password", lambda pin, _hash: looked.append(pin) or False)  # type: ignore[func-returns-value]
    start = threading.Barrier(8)

    def guess(n: int) -> None:
        start.wait()
        try:
            household_door.open_with(codes[1], f"90807{n}")
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(looked) == MAX_FAILURES


@pytest.mark.django_db(transaction=True)
def test_two_phones_that_choose_a_pin_at_once_leave_one(codes: dict[int, str]) -> None:
    start, found = threading.Barrier(2), []

    def choose(pin: str) -> None:
        start.wait()
        try:
            found.append((pin, household_door.choose_pin(codes[1], pin)))
        finally:
            connection.close()

    threads = [threading.Thread(target=choose, args=(pin,)) for pin in ("204060", "806040")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    won = [pin for pin, card in found if card]
    assert len(won) == 1 and household_door.open_with(codes[1], won[0])
