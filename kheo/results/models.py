"""Measured quantities with evidence, and tallies kept in the act's transaction."""

from typing import Self

from django.db import models

from kheo.evidence.models import Hideable


class ResultQuerySet(models.QuerySet["Result"]):
    def unchecked(self) -> Self:
        return self.filter(checked__isnull=True, withdrawn_at__isnull=True)


class Result(Hideable):
    """A claim: so much of one indicator, on a day, at a site or session, with evidence.

    ``checked`` is min(measured, quantity) once somebody checked it on site; NULL before.
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
    checked = models.PositiveBigIntegerField(null=True, blank=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "-id")
        indexes = [models.Index(fields=("initiative", "indicator"))]

    def __str__(self) -> str:
        return f"{self.indicator} {self.quantity}"


class AreaTally(models.Model):
    """Σ per area × indicator × month. Rebuildable from results; a test proves it equal."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=64)
    month = models.DateField()  # first day
    reported = models.BigIntegerField(default=0)
    checked = models.BigIntegerField(default=0)  # Σ min(measured, claim)
    results = models.BigIntegerField(default=0)
    checks = models.BigIntegerField(default=0)  # results that were checked

    class Meta:
        constraints = [models.UniqueConstraint(fields=("place", "indicator", "month"), name="results_area_tally_once")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.indicator} {self.month}"


class WardTally(models.Model):
    """Σ per ward × indicator × year. No city row: home sums wards."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=64)
    year = models.PositiveSmallIntegerField(db_index=True)
    reported = models.BigIntegerField(default=0)
    checked = models.BigIntegerField(default=0)
    results = models.BigIntegerField(default=0)
    checks = models.BigIntegerField(default=0)
    target = models.BigIntegerField(default=0)  # Σ targets of initiatives registered that year

    class Meta:
        constraints = [models.UniqueConstraint(fields=("place", "indicator", "year"), name="results_ward_tally_once")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.indicator} {self.year}"
