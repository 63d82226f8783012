"""Published, dated prices: what materials and labour are worth is said beside them, by such a list alone, and never added into money."""

from dataclasses import dataclass
from datetime import date

from django.db import models

from kheo.core.folding import fold
from kheo.places.models import Place


class PriceList(models.Model):
    """Prices of a ward or city from a day on, as published somewhere. A newer list of the same place takes its turn on its day."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="price_lists")
    valid_from = models.DateField()
    source = models.CharField(max_length=200)  # where they were published: number and date of the notice
    published_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("-valid_from", "-id")

    def __str__(self) -> str:
        return f"{self.source} ({self.valid_from})"


class Price(models.Model):
    """đồng for one of a unit; ``what`` folded ("xi mang"), empty for whatever is counted in that unit."""

    list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    unit = models.CharField(max_length=12)
    what = models.CharField(max_length=120, blank=True)
    called = models.CharField(max_length=120, blank=True)  # as it was written
    vnd = models.PositiveBigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("list", "unit", "what"), name="ledger_price_once")]

    def __str__(self) -> str:
        return f"{self.called or self.unit}: {self.vnd}"


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
