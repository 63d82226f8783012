"""Sums for pages, in a constant number of queries: of initiatives, of a place and year, of the city and year.

Of kits with private sites a cell under five is kept back: a page that shows a :class:`Figures` cannot show it by mistake. Such a work is
left out of the sums of its ward and of the city too, and shown nowhere when one of its years has such a cell: nothing under five is left
when one public number is taken from another.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from kheo.catalogue import kits
from kheo.initiatives.models import Initiative, State, Target
from kheo.places.models import Place, Rank
from kheo.results.models import AreaTally, Result, WardTally
from kheo.results.tallies import SUMS, Counts

#: Cells of private sites smaller than this are not shown.
SMALLEST = 5
_AIMING = (State.REGISTERED, State.COMPLETED)


@dataclass(frozen=True, slots=True)
class Figures:
    """One indicator's numbers. ``reported``, ``checked``, ``target`` in its unit; the rest count results.

    ``right`` + ``short`` = ``checks``; ``waiting``: nobody went yet (neutral); ``unreached``: somebody went and could not get there.
    ``corrected``: claims lowered before any check: credit. ``suppressed``: too few to show without showing a household; all is 0 then.
    """

    target: int = 0
    reported: int = 0
    checked: int = 0
    results: int = 0
    checks: int = 0
    short: int = 0
    unreached: int = 0
    corrected: int = 0
    suppressed: bool = False

    @property
    def right(self) -> int:
        """Results that a reading confirmed."""
        return self.checks - self.short

    @property
    def waiting(self) -> int:
        """Results nobody went to yet."""
        return self.results - self.checks - self.unreached

    def plus(self, counts: Counts) -> "Figures":
        """These figures and what a tally row says."""
        return replace(
            self,
            reported=self.reported + counts.reported,
            checked=self.checked + counts.checked,
            results=self.results + counts.results,
            checks=self.checks + counts.checks,
            short=self.short + counts.short,
            unreached=self.unreached + counts.unreached,
        )


def is_private(indicator: str) -> bool:
    """True when the indicator's kit works at households' homes."""
    kit = kits().get(indicator.partition(".")[0])
    return kit is None or kit.private_site


def _too_few(figures: Figures) -> bool:
    return any(0 < n < SMALLEST for n in (figures.reported, figures.checked, figures.target))


@dataclass(slots=True)
class _Work:
    """One indicator of one initiative: all its years together, and each."""

    total: Figures
    years: dict[int, Figures]

    def public(self, indicator: str) -> Figures:
        """As the public may see it: nothing of a private kit's work where any number, of any year, lies between 1 and 4."""
        if is_private(indicator) and any(map(_too_few, (self.total, *self.years.values()))):
            return Figures(suppressed=True)
        return self.total


def _works(ids: list[int]) -> dict[int, dict[str, _Work]]:
    """{initiative id: {indicator: its work}}, targets first in the order they were set. Two queries."""
    found: dict[int, dict[str, _Work]] = {i: {} for i in ids}
    for initiative, indicator, target in (
        Target.objects.filter(initiative__in=ids).order_by("id").values_list("initiative_id", "indicator", "quantity")
    ):
        found[initiative][indicator] = _Work(Figures(target=target), {})
    for initiative, indicator, year, corrected, *numbers in _grouped(
        Result.objects.filter(initiative__in=ids), "initiative_id", "indicator", "day__year"
    ):
        work = found[initiative].setdefault(indicator, _Work(Figures(), {}))
        work.total = replace(work.total.plus(Counts(*numbers)), corrected=work.total.corrected + corrected)
        work.years[year] = Figures().plus(Counts(*numbers))
    return found


def of_initiatives(ids: Iterable[int], *, exact: bool = False) -> dict[int, dict[str, Figures]]:
    """{initiative id: {indicator: Figures}}, targets first in the order they were set. Two queries.

    ``exact``: without suppression, for those who lead or look after the initiative; never on a public page.
    """
    return {i: {k: w.total if exact else w.public(k) for k, w in works.items()} for i, works in _works(list(ids)).items()}


def _grouped(results: QuerySet[Result], *by: str) -> Iterable[tuple]:
    lowered = Count("id", filter=Q(replaces__quantity__gt=F("quantity"), after_draw=False))
    return results.filter(withdrawn_at=None).order_by().values_list(*by).annotate(n_corrected=lowered, **SUMS)


def of_places(place: Place, year: int) -> dict[str, Figures]:
    """{indicator: Figures} of an area, ward or the city in a year. Three queries, two more where homes are built. Sites have none."""
    if place.rank == Rank.CITY:
        return city(year)
    rows: QuerySet[WardTally] | QuerySet[AreaTally]
    if place.rank == Rank.WARD:
        rows = WardTally.objects.filter(place=place, year=year)
    else:
        rows = AreaTally.objects.filter(place=place, month__range=(date(year, 1, 1), date(year, 12, 31)))
    found: dict[str, Figures] = defaultdict(Figures)
    for row in rows:
        if not is_private(row.indicator):
            found[row.indicator] = found[row.indicator].plus(_counts(row))
    for _ward, indicator, target in _targets(year, place):
        found[indicator] = replace(found[indicator], target=found[indicator].target + target)
    homes = _homes(year, place).get(place.pk, {}) if place.rank == Rank.WARD else {}  # never finer than the ward
    return dict(sorted((found | homes).items()))


def by_ward(year: int) -> dict[int, dict[str, Figures]]:
    """{ward id: {indicator: Figures}} of a year. Three queries, two more where homes are built."""
    found: dict[int, dict[str, Figures]] = defaultdict(lambda: defaultdict(Figures))
    for row in WardTally.objects.filter(year=year):
        if is_private(row.indicator):
            continue
        found[row.place_id][row.indicator] = found[row.place_id][row.indicator].plus(_counts(row))
    for ward, indicator, target in _targets(year):
        found[ward][indicator] = replace(found[ward][indicator], target=found[ward][indicator].target + target)
    for ward, homes in _homes(year).items():
        found[ward] |= homes
    return {ward: dict(sorted(figures.items())) for ward, figures in found.items()}


def _homes(year: int, ward: Place | None = None) -> dict[int, dict[str, Figures]]:
    """{ward id: {indicator: Figures}} of private kits in a year, summed over the works whose own cell is shown."""
    works = Initiative.objects.exclude(kit__in=[key for key, kit in kits().items() if not kit.private_site])
    if ward is not None:
        works = works.filter(place__in=Place.objects.under(ward))
    lie = {pk: (path, state, at) for pk, path, state, at in works.values_list("pk", "place__path", "state", "registered_at")}
    found: dict[int, dict[str, Figures]] = defaultdict(dict)
    for pk, indicators in (_works(list(lie)) if lie else {}).items():
        path, state, registered = lie[pk]
        aims = state in _AIMING and registered is not None and timezone.localtime(registered).year == year
        for indicator, work in indicators.items():
            here = replace(work.years.get(year, Figures()), target=work.total.target if aims else 0)
            if not is_private(indicator) or not (here.reported or here.target):
                continue
            of_ward = found[int((path or "").split("/")[2])]
            sofar = of_ward.get(indicator, Figures(suppressed=True))
            of_ward[indicator] = sofar if work.public(indicator).suppressed else _plus(sofar, here)
    return found


def _plus(sofar: Figures, more: Figures) -> Figures:
    """A sum that is shown as soon as one of its parts is."""
    total = sofar.plus(Counts(more.reported, more.checked, more.results, more.checks, more.short, more.unreached))
    return replace(total, target=sofar.target + more.target, suppressed=False)


def city(year: int) -> dict[str, Figures]:
    """{indicator: Figures} of the city in a year: the wards that may be shown, so that none can be worked out. As :func:`by_ward`."""
    found: dict[str, Figures] = {}
    for figures in by_ward(year).values():
        for indicator, more in figures.items():
            sofar = found.get(indicator, Figures(suppressed=True))
            found[indicator] = sofar if more.suppressed else _plus(sofar, more)
    return dict(sorted(found.items()))


def _counts(row: AreaTally | WardTally) -> Counts:
    return Counts(row.reported, row.checked, row.results, row.checks, row.short, row.unreached)


def _targets(year: int, place: Place | None = None) -> Iterable[tuple[int, str, int]]:
    """(ward id, indicator, Σ target) of the initiatives registered in a year and not given up, without those at homes."""
    targets = Target.objects.filter(initiative__state__in=_AIMING, initiative__registered_at__year=year)
    if place is not None:
        targets = targets.filter(initiative__place__in=Place.objects.under(place))
    for path, indicator, total in targets.order_by().values_list("initiative__place__path", "indicator").annotate(total=Sum("quantity")):
        if not is_private(indicator):
            yield int(path.split("/")[2]), indicator, total
