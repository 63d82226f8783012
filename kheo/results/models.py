"""Measured quantities with evidence, and tallies kept in the act's transaction."""

from typing import Self

from django.db import models

from kheo.evidence.models import Hideable


class Standing(models.TextChoices):
    """How one result stands. "Nobody went yet" and "wrong" are different things."""

    WAITING = "waiting"  # nobody went yet: a neutral state
    UNREACHED = "unreached"  # somebody went and could not reach it; a later reading replaces this
    RIGHT = "right"  # a reading confirms it, within the indicator's tolerance
    SHORT = "short"  # a reading found less than was claimed, beyond the tolerance


class ResultQuerySet(models.QuerySet["Result"]):
    def standing(self) -> Self:
        """Results that count: those that a correction replaced are left out."""
        return self.filter(withdrawn_at__isnull=True)

    def unchecked(self) -> Self:
        return self.standing().filter(checked__isnull=True)


class Result(Hideable):
    """A claim: so much of one indicator, on a day, at a site or session, with evidence.

    ``checked`` is min(measured, quantity) once somebody checked it on site; NULL before. ``standing`` goes with it.
    """

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="results")
    indicator = models.CharField(max_length=64)
    quantity = models.PositiveBigIntegerField()
    day = models.DateField()
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="results")  # the area (or ward) it is tallied at
    site = models.ForeignKey("places.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="site_results")
    geometry = models.JSONField(null=True, blank=True)  # GeoJSON of what was done, where it has one
    session = models.CharField(max_length=80, blank=True)  # "bữa cơm 12/3", where it has no geometry
    note = models.CharField(max_length=500, blank=True)
    before = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    photos = models.ManyToManyField("evidence.Photo", blank=True, related_name="+")
    reported_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(db_index=True)
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # corrected by a later one, before a check
    after_draw = models.BooleanField(default=False)  # corrected downwards once its draw was fixed: no credit
    checked = models.PositiveBigIntegerField(null=True, blank=True)
    standing = models.CharField(max_length=12, choices=Standing.choices, default=Standing.WAITING)

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "-id")
        indexes = [
            models.Index(fields=("initiative", "indicator")),
            models.Index(fields=("place", "day")),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="results_quantity_positive"),
            models.CheckConstraint(
                condition=models.Q(checked__isnull=True) | models.Q(checked__lte=models.F("quantity")), name="results_checked_within_claim"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} #{self.pk}"  # without the claim: a checker may see this name

    @property
    def credit(self) -> bool:
        """True when this result corrected an earlier claim downwards, before any draw or check of it: that is shown as credit."""
        return self.replaces is not None and self.quantity < self.replaces.quantity and not self.after_draw


class AreaTally(models.Model):
    """Σ per area × indicator × month. Rebuildable from results; a test proves it equal."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=64)
    month = models.DateField()  # first day
    reported = models.BigIntegerField(default=0)
    checked = models.BigIntegerField(default=0)  # Σ min(measured, claim)
    results = models.BigIntegerField(default=0)
    checks = models.BigIntegerField(default=0)  # results that were checked
    short = models.BigIntegerField(default=0)  # of these, found to be less than claimed
    unreached = models.BigIntegerField(default=0)  # results somebody went to and could not reach

    class Meta:
        constraints = [models.UniqueConstraint(fields=("place", "indicator", "month"), name="results_area_tally_once")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.indicator} {self.month}"


class WardTally(models.Model):
    """Σ per ward × indicator × year. No city row: home sums wards. Targets are read where they stand (initiatives.Target)."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=64)
    year = models.PositiveSmallIntegerField(db_index=True)
    reported = models.BigIntegerField(default=0)
    checked = models.BigIntegerField(default=0)
    results = models.BigIntegerField(default=0)
    checks = models.BigIntegerField(default=0)
    short = models.BigIntegerField(default=0)
    unreached = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("place", "indicator", "year"), name="results_ward_tally_once")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.indicator} {self.year}"
