"""The plan of spending, line by line."""

from django.db import models


class PlanLine(models.Model):
    """What a work means to spend on one thing; set before the ward registers it. ``spent`` is a running total (see balances.py)."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.CASCADE, related_name="plan_lines")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=160)
    unit = models.CharField(max_length=24)
    amount = models.PositiveBigIntegerField()
    spent = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("initiative", "position"), name="ledger_plan_line_once")]

    def __str__(self) -> str:
        return self.what
