"""Household cards for the tests of this room."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kheo.core.actor import Role
from kheo.people import actions
from kheo.people.models import CardBatch


@pytest.fixture
def batch(city: Any, actor: Any) -> CardBatch:
    """The printed cards of a small area: numbers 1 to 6."""
    city.area2.households = 6
    city.area2.save()
    return actions.print_cards(actor(Role.OFFICER, city.ward), city.area2)


@pytest.fixture
def codes(batch: CardBatch) -> dict[int, str]:
    """{number outside: code inside}"""
    return dict(batch.codes)


@pytest.fixture
def phone() -> Callable[..., Client]:
    """``phone(code, "204060")``: a phone on which the household signed in, by the form (choosing the PIN at first use)."""

    def make(code: str, pin: str = "204060") -> Client:
        client = Client(headers={"accept-language": "en"})
        answer = client.post(f"/h/{code}/", {"pin": pin, "again": pin})
        assert answer.status_code == 302, answer.content.decode()
        return client

    return make
