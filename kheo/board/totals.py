"""What the city has done: totals of a year by indicator, how dense it is over the wards. Reads only."""

from dataclasses import dataclass

from kheo.catalogue import Indicator, Kit, kits
from kheo.places.models import Place
from kheo.results import sums
from kheo.results.sums import Figures

#: Of a ward whose households nobody has recorded.
HOUSEHOLDS = 1_000


@dataclass(frozen=True, slots=True)
class IndicatorTotal:
    """One indicator's year. ``reported``, ``checked``, ``target`` in the indicator's unit; ``results`` and ``checks`` are counts.

    ``suppressed``: a private kit's number too small to be shown; every number is 0 then.
    """

    indicator: Indicator
    kit: Kit
    figures: Figures

    @property
    def reported(self) -> int:
        return self.figures.reported

    @property
    def checked(self) -> int:
        return self.figures.checked

    @property
    def target(self) -> int:
        return self.figures.target

    @property
    def results(self) -> int:
        return self.figures.results

    @property
    def checks(self) -> int:
        return self.figures.checks

    @property
    def suppressed(self) -> bool:
        return self.figures.suppressed


def city(year: int) -> list[IndicatorTotal]:
    """Every indicator with a target or a result in the year, in the kits' order. Two queries."""
    return _ordered(sums.city(year))


def of_place(place: Place, year: int) -> list[IndicatorTotal]:
    """The same of an area, ward or the city. Two queries."""
    return _ordered(sums.of_places(place, year))


def _ordered(found: dict[str, Figures]) -> list[IndicatorTotal]:
    return [
        IndicatorTotal(indicator, kit, found[key]) for kit in kits().values() for key, indicator in kit.indicators.items() if key in found
    ]


def density(year: int) -> dict[str, float]:
    """{ward's slug: results checked on site per thousand households} of every ward, for the map.

    Claims alone darken nothing. Three queries.
    """
    checks = {ward: sum(f.checks for f in figures.values()) for ward, figures in sums.by_ward(year).items()}
    wards = Place.objects.wards().values_list("pk", "slug", "households")
    return {slug: 1000 * checks.get(pk, 0) / (households or HOUSEHOLDS) for pk, slug, households in wards}
