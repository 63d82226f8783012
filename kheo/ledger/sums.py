"""What a book adds up to: in, out and in hand, never blending units."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from kheo.core import clock
from kheo.initiatives.models import Initiative
from kheo.ledger import balances, units
from kheo.ledger.models import Account, Balance, Kind, Leg, Pledge, PledgeState, Posting

#: Of help to a household: sources with fewer receipts are not told apart.
FEW = 5


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
    return {i: {u: Sums(-of[u]["source"], of[u]["spent"], of[u]["hand"]) for u in units.all_units() if u in of} for i, of in found.items()}


def in_hand(initiative: Initiative, unit: str) -> int:
    """How much of one unit is there to be used."""
    return Balance.objects.filter(initiative=initiative, unit=unit, account=Account.HAND).values_list("total", flat=True).first() or 0


def by_source(initiative: Initiative) -> dict[str, dict[str, int]]:
    """What came in per unit and source account, largest first; sources that came to nothing are left out."""
    rows = [(unit, account, -total) for _i, unit, account, total in balances.of([initiative.pk]) if account.startswith("source:") and total]
    found: dict[str, dict[str, int]] = {}
    for unit, account, total in sorted(rows, key=lambda row: (units.order(row[0]), -row[2], row[1])):
        found.setdefault(unit, {})[account] = total
    return found


def received_today(initiative: Initiative) -> dict[str, int]:
    """What was written down as received today, per unit: receipts that were not taken back."""
    start = timezone.make_aware(datetime.combine(clock.today(), time.min))
    booked = Posting.objects.filter(initiative=initiative, kind=Kind.RECEIPT, at__gte=start, reversed_by__isnull=True)
    rows = Leg.objects.filter(posting__in=booked, account=Account.HAND).order_by().values_list("unit").annotate(total=Sum("amount"))
    return dict(sorted(rows, key=lambda row: units.order(row[0])))


def promised(initiative: Initiative) -> dict[str, int]:
    """What is promised and not received, per unit: a sum. There is no list of open promises, for nobody."""
    found = (
        Pledge.objects.filter(initiative=initiative, state=PledgeState.OPEN).order_by().values_list("unit").annotate(total=Sum("amount"))
    )
    return dict(sorted(found, key=lambda row: units.order(row[0])))


@dataclass(frozen=True, slots=True)
class Planned:
    """A line of the plan and what was spent on it, whole ``unit``. ``amount`` is None for what no line of the plan names."""

    what: str
    unit: str
    amount: int | None
    spent: int

    @property
    def unbooked_labour(self) -> bool:
        """True for labour that no entry books to the line: it is done where it is given, so nothing is said to be used."""
        return units.is_labour(self.unit) and not self.spent

    @property
    def over(self) -> bool:
        """True where more was spent than planned."""
        return self.amount is not None and self.spent > self.amount


def plan(initiative: Initiative) -> list[Planned]:
    """The plan beside what was spent, then what was spent on other things per unit; nothing where there is no plan."""
    lines = [Planned(line.what, line.unit, line.amount, line.spent) for line in initiative.plan_lines.all()]
    if not lines:
        return []
    rest = {unit: s.spent - sum(x.spent for x in lines if x.unit == unit) for unit, s in sums_of([initiative])[initiative.pk].items()}
    return lines + [Planned(_("Not in the plan"), unit, None, spent) for unit, spent in rest.items() if spent]


def tells_sources(initiative: Initiative) -> bool:
    """False for help to a household (a private kit) where fewer than five receipts of one source could show who gave to whom."""
    if not initiative.kit_of().private_site:
        return True
    receipts = Leg.objects.filter(initiative=initiative, account__startswith="source:", amount__lt=0)
    return all(n >= FEW for n in receipts.order_by().values_list("account").annotate(n=Count("id")).values_list("n", flat=True))
