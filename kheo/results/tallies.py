"""Tallies kept in the act's transaction: area × indicator × month, ward × indicator × year. No city row.

Rows are changed by addition, which locks them, in key order (areas before wards), and are made where they are missing, so that
two acts at once never lose a number and never wait for each other in a circle. :func:`rebuild` makes them anew from the results.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, models, transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth

from kheo.places.models import Place
from kheo.results.models import AreaTally, Result, Standing, WardTally

FIELDS = ("reported", "checked", "results", "checks", "short", "unreached")
#: Counted from results, in the order of :data:`FIELDS`.
SUMS = {
    "sum_reported": Sum("quantity", default=0),
    "sum_checked": Sum("checked", default=0),
    "n_results": Count("id"),
    "n_checks": Count("checked"),
    "n_short": Count("id", filter=Q(standing=Standing.SHORT)),
    "n_unreached": Count("id", filter=Q(standing=Standing.UNREACHED)),
}
AreaKey = tuple[int, str, date]
WardKey = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """What one result, or many, add to a tally. Quantities in the indicator's unit; the rest are numbers of results."""

    reported: int = 0
    checked: int = 0
    results: int = 0
    checks: int = 0
    short: int = 0
    unreached: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, f) + getattr(other, f) for f in FIELDS))

    def __neg__(self) -> "Counts":
        return Counts(*(-getattr(self, f) for f in FIELDS))

    def __sub__(self, other: "Counts") -> "Counts":
        return self + -other

    def __bool__(self) -> bool:
        return any(getattr(self, f) for f in FIELDS)


@dataclass(frozen=True, slots=True)
class Difference:
    """A tally row that does not say what the results say."""

    table: str
    key: tuple[int, str, date | int]
    stored: Counts
    rebuilt: Counts


@dataclass(slots=True)
class Tallies:
    """All tallies at once, by key."""

    areas: dict[AreaKey, Counts] = field(default_factory=dict)
    wards: dict[WardKey, Counts] = field(default_factory=dict)


def counts_of(result: Result) -> Counts:
    """What this one result stands for in the tallies now; nothing once it is withdrawn."""
    if result.withdrawn_at is not None:
        return Counts()
    return Counts(
        reported=result.quantity,
        checked=result.checked or 0,
        results=1,
        checks=int(result.checked is not None),
        short=int(result.standing == Standing.SHORT),
        unreached=int(result.standing == Standing.UNREACHED),
    )


def keys_of(result: Result) -> tuple[AreaKey, WardKey]:
    """The two rows a result is tallied in. Reads the result's place."""
    return (
        (result.place_id, result.indicator, result.day.replace(day=1)),
        (ward_id(result.place), result.indicator, result.day.year),
    )


def ward_id(place: Place) -> int:
    """The id of the ward that the place is or lies in."""
    return place.ids()[1]


def add(*changes: tuple[Result, Counts]) -> None:
    """Add each change to the rows of its result. Called inside the act's transaction, last before the log."""
    areas: dict[AreaKey, Counts] = defaultdict(Counts)
    wards: dict[WardKey, Counts] = defaultdict(Counts)
    for result, counts in changes:
        area, ward = keys_of(result)
        areas[area] += counts
        wards[ward] += counts
    _add_to(AreaTally, "month", areas)
    _add_to(WardTally, "year", wards)


def _add_to(table: type[AreaTally] | type[WardTally], period: str, changes: dict) -> None:
    manager: models.Manager = table._default_manager
    for (place, indicator, when), counts in sorted(changes.items()):
        if not counts:
            continue
        row = manager.filter(place_id=place, indicator=indicator, **{period: when})
        more = {f: F(f) + getattr(counts, f) for f in FIELDS if getattr(counts, f)}
        if not row.update(**more):  # no such row yet; whoever makes it at the same moment is waited for
            manager.bulk_create([table(place_id=place, indicator=indicator, **{period: when})], ignore_conflicts=True)
            row.update(**more)


def rebuilt() -> Tallies:
    """What the tallies must say, counted from the results."""
    tallies = Tallies()
    groups = (
        Result.objects.standing()
        .order_by()
        .annotate(month=TruncMonth("day"))
        .values_list("place_id", "place__path", "indicator", "month")
        .annotate(**SUMS)
    )
    for place, path, indicator, month, *numbers in groups:
        counts = Counts(*numbers)
        ward = (int(path.split("/")[2]), indicator, month.year)
        tallies.areas[(place, indicator, month)] = counts
        tallies.wards[ward] = tallies.wards.get(ward, Counts()) + counts
    return tallies


def stored() -> Tallies:
    """What the tallies say; rows of nothing are left out."""
    return Tallies(
        {(r.place_id, r.indicator, r.month): c for r, c in _rows(AreaTally)},
        {(r.place_id, r.indicator, r.year): c for r, c in _rows(WardTally)},
    )


def _rows(table: type[models.Model]) -> Iterator[tuple]:
    for row in table._default_manager.iterator():
        if counts := Counts(*(getattr(row, f) for f in FIELDS)):
            yield row, counts


def compare() -> list[Difference]:
    """Every row that differs from the results, in key order; empty when all is well."""
    with transaction.atomic():
        _hold()
        now, right = stored(), rebuilt()
    found = []
    for table in ("areas", "wards"):
        have, should = getattr(now, table), getattr(right, table)
        for key in sorted(have.keys() | should.keys()):
            if (a := have.get(key, Counts())) != (b := should.get(key, Counts())):
                found.append(Difference(table, key, a, b))
    return found


def rebuild() -> int:
    """Make all tallies anew from the results; returns how many rows there are now. Safe while people report."""
    with transaction.atomic():
        _hold()
        right = rebuilt()
        AreaTally.objects.all().delete()
        WardTally.objects.all().delete()
        AreaTally.objects.bulk_create(
            [AreaTally(place_id=p, indicator=i, month=m, **_dict(c)) for (p, i, m), c in right.areas.items()], 500
        )
        WardTally.objects.bulk_create([WardTally(place_id=p, indicator=i, year=y, **_dict(c)) for (p, i, y), c in right.wards.items()], 500)
    return len(right.areas) + len(right.wards)


def _hold() -> None:
    # SQLite's transactions hold the only write lock. PostgreSQL: an act that has added to a tally is waited for, and one that has not
    # yet adds to what stands afterwards; either way its result is counted once.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE results_areatally, results_wardtally IN EXCLUSIVE MODE")


def _dict(counts: Counts) -> dict[str, int]:
    return {f: getattr(counts, f) for f in FIELDS}
