"""One result that an officer asked somebody to count: they go, count and photograph, without being told the claim."""

from typing import Self

from django.db import models
from django.urls import reverse

from kheo.evidence.models import Hideable


class State(models.TextChoices):
    ASKED = "asked"  # "Đi đếm giùm": a checker was asked
    DECLINED = "declined"
    UNREACHED = "unreached"  # went, could not reach it: not the same as wrong
    DONE = "done"


class CheckQuerySet(models.QuerySet["Check"]):
    def open(self) -> Self:
        """Asked, and nobody else has checked the result in the meantime."""
        return self.filter(state=State.ASKED, result__checked__isnull=True, result__withdrawn_at__isnull=True)

    def standing(self) -> Self:
        """Asked or done: whoever declined or couldn't reach it may be asked again."""
        return self.filter(state__in=(State.ASKED, State.DONE))

    def waiting_for(self, user_id: int) -> Self:
        """What this person was asked to count and has not answered."""
        return self.open().filter(checker_id=user_id)


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
        ordering = ("asked_at", "id")
        constraints = [
            # Whoever couldn't go, or couldn't reach it, may be asked again; not while they are asked, nor after they counted.
            models.UniqueConstraint(
                fields=("result", "checker"), condition=models.Q(state__in=("asked", "done")), name="checks_once_per_checker"
            ),
            models.UniqueConstraint(fields=("result",), condition=models.Q(state="done"), name="checks_one_reading"),
            models.CheckConstraint(condition=~models.Q(state="done") | models.Q(measured__isnull=False), name="checks_done_is_measured"),
        ]
        indexes = [models.Index(fields=("checker", "state"))]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("checks:check", args=[self.pk])
