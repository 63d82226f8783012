"""Cash counted by two people, neither seeing the other's number; what differs from the book is said in public, never mended in silence."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from kheo.initiatives.models import Initiative


class CountState(models.TextChoices):
    """How far a count by two is."""

    OPEN = "open", _("One has counted")
    UNEQUAL = "unequal", _("To be counted again")  # the two did not agree; their numbers are forgotten
    COUNTED = "counted", _("Counted")


class CashCount(models.Model):
    """One count of the money, in đồng. The numbers are empty until two people have entered the same ones."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="cash_counts")
    state = models.CharField(max_length=8, choices=CountState.choices, default=CountState.OPEN)
    opened_at = models.DateTimeField()
    counted_on = models.DateField(null=True, blank=True)
    cash = models.BigIntegerField(null=True, blank=True)
    bank = models.BigIntegerField(null=True, blank=True)  # what the bank's app shows
    book = models.BigIntegerField(null=True, blank=True)  # what the book says is in hand, at that moment

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=("initiative",), condition=Q(state="open"), name="ledger_one_count_open"),
            models.CheckConstraint(
                condition=Q(state="counted", cash__isnull=False, bank__isnull=False, book__isnull=False, counted_on__isnull=False)
                | (~Q(state="counted") & Q(cash__isnull=True, bank__isnull=True, book__isnull=True)),
                name="ledger_count_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.counted_on or self.opened_at}"

    @property
    def difference(self) -> int:
        """Counted − book, in đồng; 0 where they agree."""
        return (self.cash or 0) + (self.bank or 0) - (self.book or 0)

    @property
    def missing(self) -> int:
        """How much less there is than the book says; 0 when there is as much or more."""
        return max(-self.difference, 0)


class CashEntry(models.Model):
    """What one of the two counted; gone as soon as the count ends. ``who`` = HMAC, so that one person never counts twice."""

    count = models.ForeignKey(CashCount, on_delete=models.CASCADE, related_name="entries")
    who = models.CharField(max_length=64)
    cash = models.PositiveBigIntegerField()
    bank = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("count", "who"), name="ledger_counter_once")]

    def __str__(self) -> str:
        return f"{self.count_id}"


def latest_counts(initiative: "Initiative", n: int = 1) -> list[CashCount]:
    """The last ``n`` finished counts, newest first: public."""
    return list(CashCount.objects.filter(initiative=initiative, state=CountState.COUNTED)[:n])
