"""Published, dated prices of materials and labour."""

from django.db import models


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
