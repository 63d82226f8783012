"""Working days: Mondays to Fridays that are no public holiday. The holidays are data (``holidays/*.toml``, one file a country)."""

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "holidays" / "vn.toml"
DAY = timedelta(days=1)


def is_working(day: date) -> bool:
    """True on a Monday to Friday that is neither a holiday nor given in lieu of one."""
    return day.weekday() < 5 and day not in free(day.year)


def after(day: date, days: int) -> date:
    """The day on which the ``days``-th working day after ``day`` ends; ``day`` itself does not count."""
    while days > 0:
        day += DAY
        days -= is_working(day)
    return day


@cache
def free(year: int) -> frozenset[date]:
    """Every holiday of a year, with the days given in lieu of those that fell on a weekend."""
    single, whole = _listed(year)
    taken, owed = set(single | whole), sorted(day for day in single - whole if day.weekday() >= 5)
    for day in owed:
        while day.weekday() >= 5 or day in taken:
            day += DAY
        taken.add(day)
    return frozenset(taken)


def _listed(year: int) -> tuple[set[date], set[date]]:
    """Single days, which give a day in lieu; and days of spans, which are as published."""
    data = _file()
    single = {date.fromisoformat(f"{year}-{row['day']}") for row in data["yearly"] if row.get("since", 0) <= year} | {
        day for row in data["holiday"] for day in row["days"] if day.year == year
    }
    whole = set()
    for row in data["span"]:
        day = row["from"]
        while day <= row["to"]:
            if day.year == year:
                whole.add(day)
            day += DAY
    return single, whole


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
