"""Sums for pages, in a constant number of queries: of initiatives, of a place and year, of the city and year.

Of kits with private sites a cell under five is kept back: a page that shows a :class:`Figures` cannot show it by mistake.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum

from kheo.catalogue import kits
from kheo.initiatives.models import State, Target
from kheo.places.models import Place, Rank
from kheo.results.models import AreaTally, Result, WardTally
from kheo.results.tallies import SUMS, Counts

#: Cells of private sites smaller than this are not shown.
SMALLEST = 5


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


def suppress(indicator: str, figures: Figures) -> Figures:
    """The figures as the public may see them: nothing of a private kit's cell where any number lies between 1 and 4."""
    if is_private(indicator) and any(0 < n < SMALLEST for n in (figures.reported, figures.checked, figures.target)):
        return Figures(suppressed=True)
    return figures


def of_initiatives(ids: Iterable[int], *, exact: bool = False) -> dict[int, dict[str, Figures]]:
    """{initiative id: {indicator: Figures}}, targets first in the order they were set. Two queries.

    ``exact``: without suppression, for those who lead or look after the initiative; never on a public page.
    """
    ids = list(ids)
    found: dict[int, dict[str, Figures]] = {i: {} for i in ids}
    for initiative, indicator, target in (
        Target.objects.filter(initiative__in=ids).order_by("id").values_list("initiative_id", "indicator", "quantity")
    ):
        found[initiative][indicator] = Figures(target=target)
    for initiative, indicator, corrected, *numbers in _grouped(Result.objects.filter(initiative__in=ids), "initiative_id", "indicator"):
        figures = found[initiative].get(indicator, Figures())
        found[initiative][indicator] = replace(figures.plus(Counts(*numbers)), corrected=corrected)
    if exact:
        return found
    return {i: {k: suppress(k, f) for k, f in figures.items()} for i, figures in found.items()}


def _grouped(results: QuerySet[Result], *by: str) -> Iterable[tuple]:
    lowered = Count("id", filter=Q(replaces__quantity__gt=F("quantity")))
    return results.filter(withdrawn_at=None).order_by().values_list(*by).annotate(n_corrected=lowered, **SUMS)


def of_places(place: Place, year: int) -> dict[str, Figures]:
    """{indicator: Figures} of an area, ward or the city in a year. Two queries. Sites have none."""
    if place.rank == Rank.CITY:
        return city(year)
    rows: QuerySet[WardTally] | QuerySet[AreaTally]
    if place.rank == Rank.WARD:
        rows = WardTally.objects.filter(place=place, year=year)
    else:
        rows = AreaTally.objects.filter(place=place, month__range=(date(year, 1, 1), date(year, 12, 31)))
    found: dict[str, Figures] = defaultdict(Figures)
    for row in rows:
        found[row.indicator] = found[row.indicator].plus(_counts(row))
    for _ward, indicator, target in _targets(year, place):
        found[indicator] = replace(found[indicator], target=found[indicator].target + target)
    return {k: suppress(k, f) for k, f in sorted(found.items())}


def by_ward(year: int) -> dict[int, dict[str, Figures]]:
    """{ward id: {indicator: Figures}} of a year. Two queries."""
    found: dict[int, dict[str, Figures]] = defaultdict(lambda: defaultdict(Figures))
    for row in WardTally.objects.filter(year=year):
        found[row.place_id][row.indicator] = found[row.place_id][row.indicator].plus(_counts(row))
    for ward, indicator, target in _targets(year):
        found[ward][indicator] = replace(found[ward][indicator], target=found[ward][indicator].target + target)
    return {ward: {k: suppress(k, f) for k, f in sorted(figures.items())} for ward, figures in found.items()}


def city(year: int) -> dict[str, Figures]:
    """{indicator: Figures} of the city in a year: the wards that may be shown, so that none can be worked out. Two queries."""
    found: dict[str, Figures] = {}
    for figures in by_ward(year).values():
        for indicator, more in figures.items():
            sofar = found.get(indicator, Figures(suppressed=True))
            if more.suppressed:
                found.setdefault(indicator, sofar)
                continue
            total = sofar.plus(Counts(more.reported, more.checked, more.results, more.checks, more.short, more.unreached))
            found[indicator] = replace(total, target=sofar.target + more.target, suppressed=False)
    return dict(sorted(found.items()))


def _counts(row: AreaTally | WardTally) -> Counts:
    return Counts(row.reported, row.checked, row.results, row.checks, row.short, row.unreached)


def _targets(year: int, place: Place | None = None) -> Iterable[tuple[int, str, int]]:
    """(ward id, indicator, Σ target) of the initiatives registered in a year and not given up."""
    targets = Target.objects.filter(initiative__state__in=(State.REGISTERED, State.COMPLETED), initiative__registered_at__year=year)
    if place is not None:
        targets = targets.filter(initiative__place__in=Place.objects.under(place))
    for path, indicator, total in targets.order_by().values_list("initiative__place__path", "indicator").annotate(total=Sum("quantity")):
        yield int(path.split("/")[2]), indicator, total
