"""Completing an initiative (assessing, recognising and adopting come later)."""

from django.db import models

from kheo.evidence.models import Hideable


class Completion(Hideable):
    """The closing of an initiative: what was reported and checked on that day, per indicator."""

    initiative = models.OneToOneField("initiatives.Initiative", on_delete=models.PROTECT, related_name="completion")
    completed_on = models.DateField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    note = models.TextField(max_length=600, blank=True)
    figures = models.JSONField()  # as the public may see them: {"rural-lighting.lamps": {"target": 30, "reported": 30, "checked": 22}}

    def __str__(self) -> str:
        return f"{self.initiative_id}"
