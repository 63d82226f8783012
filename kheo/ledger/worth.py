"""What materials and labour are worth, by the published list of a place that is in force on a day; never added into money."""

from dataclasses import dataclass
from datetime import date

from kheo.core.folding import fold
from kheo.ledger.models import PriceList
from kheo.places.models import Place


@dataclass(frozen=True, slots=True)
class InForce:
    """The list of a place on a day: one query, then as many look-ups as one likes."""

    list: PriceList
    prices: dict[tuple[str, str], int]

    def worth(self, unit: str, amount: int, what: str = "") -> int | None:
        """đồng that ``amount`` of this is worth by the list; None when the list doesn't name it."""
        price = self.prices.get((unit, fold(what)), self.prices.get((unit, "")))
        return None if price is None else price * amount


def in_force(place: Place, day: date) -> InForce | None:
    """The list that held on ``day`` at ``place``: its ward's before the city's, of each the latest. None where none was published."""
    above = [int(pk) for pk in (place.path or "").strip("/").split("/") if pk]
    lists = PriceList.objects.filter(place__in=above, valid_from__lte=day).select_related("place").order_by("-valid_from", "-id")
    found = max(lists, key=lambda one: len(one.place.path or ""), default=None)  # the first of the longest: the nearest place's latest
    if found is None:
        return None
    return InForce(found, {(p.unit, p.what): p.vnd for p in found.prices.all()})
