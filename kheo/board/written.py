"""How the file that protects writes an address, a day, an amount and the number of an entry in the log."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import formats

from kheo.core.numbers import money_full, quantity
from kheo.ledger.units import MONEY
from kheo.openlog.door import name_of


def url(path: str) -> str:
    """A path as the whole address that stands on paper."""
    return f"{settings.KHEO_URL}{path}"


def day(when: Any) -> str:
    """A day in the reader's language; "" for none."""
    return formats.date_format(when, "SHORT_DATE_FORMAT") if when else ""


def amount(n: int, unit: str) -> str:
    """Money with all its digits, anything else with its unit."""
    return money_full(n) if unit == MONEY else quantity(n, unit)


def index(thing: models.Model, numbers: dict[str, int | None], verb: str = "") -> str:
    """The number of the thing's first entry, or of the newest of ``verb``; "–" while it has none."""
    found = numbers.get(f"{name_of(thing)} {verb}" if verb else name_of(thing))
    return "–" if found is None else str(found)
