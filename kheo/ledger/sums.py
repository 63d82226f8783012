"""What a book adds up to: in, out and in hand, never blending units."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Sum
from django.utils import timezone

from kheo.core import clock
from kheo.initiatives.models import Initiative
from kheo.ledger import balances
from kheo.ledger.models import Account, Balance, Kind, Leg, Posting, Unit


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one unit, whole numbers: received = in, spent = out, in_hand = received − spent."""

    received: int = 0
    spent: int = 0
    in_hand: int = 0


def sums_of(initiatives: Iterable[Initiative | int]) -> dict[int, dict[str, Sums]]:
    """Sums per initiative id and unit, in one query. Only units that were ever booked; every id has its key."""
    ids = [i if isinstance(i, int) else i.pk for i in initiatives]
    found: dict[int, dict[str, dict[str, int]]] = {i: defaultdict(lambda: defaultdict(int)) for i in ids}
    for initiative, unit, account, total in balances.of(ids):
        part = "source" if account.startswith("source:") else account
        found[initiative][unit][part] += total
    return {
        i: {u: Sums(-units[u]["source"], units[u]["spent"], units[u]["hand"]) for u in Unit.values if u in units}
        for i, units in found.items()
    }


def in_hand(initiative: Initiative, unit: str) -> int:
    """How much of one unit is there to be used."""
    return Balance.objects.filter(initiative=initiative, unit=unit, account=Account.HAND).values_list("total", flat=True).first() or 0


def by_source(initiative: Initiative) -> dict[str, dict[str, int]]:
    """What came in per unit and source account, largest first; sources that came to nothing are left out."""
    rows = [(unit, account, -total) for _i, unit, account, total in balances.of([initiative.pk]) if account.startswith("source:") and total]
    found: dict[str, dict[str, int]] = {}
    for unit, account, total in sorted(rows, key=lambda row: (Unit.values.index(row[0]), -row[2], row[1])):
        found.setdefault(unit, {})[account] = total
    return found


def received_today(initiative: Initiative) -> dict[str, int]:
    """What was written down as received today, per unit: receipts that were not taken back."""
    start = timezone.make_aware(datetime.combine(clock.today(), time.min))
    booked = Posting.objects.filter(initiative=initiative, kind=Kind.RECEIPT, at__gte=start, reversed_by__isnull=True)
    rows = Leg.objects.filter(posting__in=booked, account=Account.HAND).order_by().values_list("unit").annotate(total=Sum("amount"))
    return dict(sorted(rows, key=lambda row: Unit.values.index(row[0])))
