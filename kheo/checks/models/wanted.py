"""Results that somebody should look at again, and the others that are looked at with them so that nobody can tell which was meant."""

from typing import Self

from django.db import models


class Because(models.TextChoices):
    """Why somebody should go. Kept in the city's database; never public, never in the log."""

    DISPUTE = "dispute"  # a household saw otherwise
    FLAG = "flag"  # a person decided so, of what did not fit together


class WantedQuerySet(models.QuerySet["Wanted"]):
    def waiting(self) -> Self:
        """Those that no review has taken up yet, oldest first."""
        return self.filter(unit__isnull=True).order_by("wanted_at", "pk")


class Wanted(models.Model):
    """One result to be counted again in the next review that has enough others to send people to (``actions.reviews``).

    ``beside``: the results visited with it. The same ones go with it again, and with each of them: two reviews compared tell nothing.
    """

    result = models.ForeignKey("results.Result", on_delete=models.PROTECT, related_name="wanted")
    because = models.CharField(max_length=8, choices=Because.choices)
    wanted_at = models.DateTimeField()
    unit = models.ForeignKey("checks.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="wanted")
    beside = models.ManyToManyField("results.Result", blank=True, related_name="+")

    objects = WantedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("result",), condition=models.Q(unit__isnull=True), name="checks_wanted_once"),
        ]

    def __str__(self) -> str:
        return f"wanted {self.pk}"
