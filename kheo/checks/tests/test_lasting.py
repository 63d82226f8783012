"""What the board is told is due to be looked at again."""

from datetime import timedelta
from typing import Any

import pytest

from kheo.checks import lasting
from kheo.checks.gathering import months_before
from kheo.checks.models import Kind, Phase
from kheo.checks.testing import book
from kheo.core import clock
from kheo.core.actor import Role
from kheo.results.testing import LAMPS

pytestmark = pytest.mark.django_db
BURNING = "rural-lighting.burning"


def due(city: Any) -> list[tuple[str, int, int]]:
    return [(d.indicator.key, d.months, d.works) for d in lasting.due(city.city)]


def test_what_stood_for_the_months_of_its_kit_is_due_until_it_was_looked_at(city: Any, claim: Any) -> None:
    half, year = months_before(clock.today(), 6), months_before(clock.today(), 12)
    claim(day=half + timedelta(days=1))
    old, older = claim(day=half), claim(day=year)
    claim(day=half, withdrawn_at=clock.now())
    claim(day=months_before(clock.today(), 19))
    claim(day=year, indicator="poor-house.houses", quantity=2)  # a home
    assert due(city) == [(LAMPS, 6, 2), (LAMPS, 12, 1)]
    looked = book(city.city, {old: [10]}, kind=Kind.LASTING, months=6)
    assert due(city) == [(LAMPS, 6, 1), (LAMPS, 12, 1)]
    looked.phase = Phase.ABANDONED
    looked.save()
    assert due(city) == [(LAMPS, 6, 2), (LAMPS, 12, 1)]
    claim(day=half, indicator=BURNING)
    assert due(city)[0] == (BURNING, 6, 1)  # where there is a count of what the kit asks for, that is looked at
    assert older.pk


def test_the_board_announces_it_with_two_taps(city: Any, claim: Any, signed_in: Any) -> None:
    claim(day=months_before(clock.today(), 6))
    board = signed_in(Role.CITY_BOARD, city.city)
    (proposed,) = lasting.due(city.city)
    address = proposed.announce(city.city)
    assert address.replace("&", "&amp;") in board.get("/desk/").content.decode()
    page = board.get(address).content.decode()
    assert 'value="lasting-6"' in page and f'value="{proposed.starts_on}"' in page
    assert f'<option value="{LAMPS}" selected' in page
    assert "lasting-6" not in signed_in(Role.OFFICER, city.ward).get("/desk/").content.decode()
