"""Checks on site: somebody else goes, counts and photographs, without being told the claim."""

from typing import Self

from django.db import models

from kheo.evidence.models import Hideable


class State(models.TextChoices):
    ASKED = "asked"  # "Đi đếm giùm": a checker was asked
    DECLINED = "declined"
    UNREACHED = "unreached"  # went, could not reach it: not the same as wrong
    DONE = "done"


class CheckQuerySet(models.QuerySet["Check"]):
    def waiting_for(self, user_id: int) -> Self:
        return self.filter(checker_id=user_id, state=State.ASKED)


class Check(Hideable):
    """One independent reading of one result."""

    result = models.ForeignKey("results.Result", on_delete=models.PROTECT, related_name="readings")
    checker = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="checks")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.ASKED)
    measured = models.PositiveBigIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    photo = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ("asked_at",)
        constraints = [
            models.UniqueConstraint(fields=("result", "checker"), name="checks_once_per_checker"),
        ]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.state}"
