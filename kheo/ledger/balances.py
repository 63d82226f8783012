"""Running totals of the books: per account and unit, and per line of the plan; kept by the booking itself.

The initiative is locked by whoever books, so two bookings of one book never meet here. :func:`rebuild` makes all of them anew
from the legs, and :func:`compare` says where they differ (never, unless somebody wrote past the actions).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, Q, Sum

from kheo.initiatives.models import Initiative
from kheo.ledger.models import Account, Balance, Leg, PlanLine

#: (initiative's id, unit, account)
Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A running total that does not say what the legs say. ``key``: (initiative, unit, account), or ("plan", line's id)."""

    key: tuple[int | str, ...]
    stored: int
    rebuilt: int


def add(initiative: Initiative, unit: str, legs: Mapping[Account, int], line: PlanLine | None = None) -> None:
    """Add one booking's legs of one unit; what was spent counts for the line of the plan too. Called in the booking's transaction."""
    for account, amount in sorted(legs.items()):
        row = Balance.objects.filter(initiative=initiative, unit=unit, account=account)
        more = {"total": F("total") + amount}
        if not row.update(**more):  # no such row yet; whoever makes it at the same moment is waited for
            Balance.objects.bulk_create([Balance(initiative=initiative, unit=unit, account=account)], ignore_conflicts=True)
            row.update(**more)
    if line is not None and (spent := legs.get(Account.SPENT)):
        PlanLine.objects.filter(pk=line.pk).update(spent=F("spent") + spent)


def of(initiatives: Iterable[int]) -> list[tuple[int, str, str, int]]:
    """(initiative's id, unit, account, total) of many books, in one query."""
    return list(Balance.objects.filter(initiative__in=list(initiatives)).values_list("initiative_id", "unit", "account", "total"))


def rebuilt() -> dict[Key, int]:
    """What the running totals must say, summed from the legs; totals of nothing are left out."""
    rows = Leg.objects.order_by().values_list("initiative_id", "unit", "account").annotate(total=Sum("amount"))
    return {(i, u, a): total for i, u, a, total in rows if total}


def compare() -> list[Difference]:
    """Every total that differs from the legs, in key order; empty when all is well."""
    with transaction.atomic():
        _hold()
        rows = Balance.objects.values_list("initiative_id", "unit", "account", "total")
        have = {(i, u, a): total for i, u, a, total in rows if total}
        should = rebuilt()
        lines, spent = dict(PlanLine.objects.values_list("pk", "spent")), _spent()
    found = [Difference(k, have.get(k, 0), should.get(k, 0)) for k in sorted(have.keys() | should.keys()) if have.get(k) != should.get(k)]
    return found + [Difference(("plan", k), n, spent.get(k, 0)) for k, n in sorted(lines.items()) if n != spent.get(k, 0)]


def rebuild() -> int:
    """Make all running totals anew from the legs; returns how many there are now. Safe while people book."""
    with transaction.atomic():
        _hold()
        right = rebuilt()
        Balance.objects.all().delete()
        Balance.objects.bulk_create([Balance(initiative_id=i, unit=u, account=a, total=t) for (i, u, a), t in right.items()], 500)
        spent = _spent()
        PlanLine.objects.filter(~Q(spent=0)).exclude(pk__in=spent).update(spent=0)
        for line, total in spent.items():
            PlanLine.objects.filter(pk=line).update(spent=total)
    return len(right)


def _spent() -> dict[int, int]:
    legs = Leg.objects.filter(account=Account.SPENT, posting__plan_line__isnull=False).order_by()
    return dict(legs.values_list("posting__plan_line").annotate(total=Sum("amount")))


def _hold() -> None:
    # SQLite's transactions hold the only write lock. PostgreSQL: a booking that has added to a total is waited for, and one that has
    # not yet adds to what stands afterwards; either way its legs are counted once.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE ledger_balance, ledger_planline IN EXCLUSIVE MODE")
