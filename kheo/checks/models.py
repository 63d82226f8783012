"""Checks on site: somebody else goes, counts and photographs, without being told the claim."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Actor, Role
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


class Outcome(models.TextChoices):
    """What a reviewer found."""

    OPEN = "open", _("nobody has looked yet")
    MENDED = "mended", _("it is mended")
    COUNTED = "counted", _("somebody goes and counts")
    STANDS = "stands", _("the result stands")


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def waiting_for(self, actor: Actor) -> Self:
        """What this reviewer has to look at, oldest first. Twin of ``rules.may_review_dispute``."""
        if not actor.holds(Role.CITY_BOARD):
            return self.none()
        found = self.filter(outcome=Outcome.OPEN)
        covered = models.Q(pk__in=())
        for grant in actor.grants:
            if grant.role == Role.CITY_BOARD:
                covered |= models.Q(result__place__path__startswith=grant.path)
            elif grant.role in (Role.HEAD, Role.OFFICER):  # somebody of the area or its ward is no stranger to the matter
                found = found.exclude(result__place__path__startswith=grant.path)
        part = models.Q(result__initiative__organiser_id=actor.user_id) | models.Q(
            result__initiative__results__reported_by_id=actor.user_id
        )
        return found.filter(covered).exclude(part).order_by("said_at", "pk")


class Dispute(models.Model):
    """ "I saw otherwise": what a household says against a result. Never public; only a reviewer from outside the area reads it.

    ``key`` = HMAC(secret, result | household): one for each household and result; two results' keys never link.
    """

    result = models.ForeignKey("results.Result", on_delete=models.PROTECT, related_name="disputes")
    key = models.CharField(max_length=64, unique=True)
    text = models.CharField(max_length=1000)
    photo = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateField()  # the day is enough
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    answer = models.CharField(max_length=1000, blank=True)  # only the household that spoke sees it
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=("outcome", "said_at"))]

    def __str__(self) -> str:
        return f"dispute {self.pk}"
