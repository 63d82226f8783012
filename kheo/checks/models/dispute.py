"""What a household says against a result, and what a reviewer found."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from kheo.checks.models.apart import given_to, left_to_others
from kheo.core.actor import Actor, Role
from kheo.results.models import Result


class Outcome(models.TextChoices):
    """What a reviewer found."""

    OPEN = "open", _("nobody has looked yet")
    MENDED = "mended", _("it is mended")
    COUNTED = "counted", _("somebody goes and counts")
    STANDS = "stands", _("the result stands")


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def waiting_for(self, actor: Actor) -> Self:
        """What this reviewer has to look at, oldest first. Twin of ``rules.may_review_dispute``."""
        return self.read_by(actor).filter(outcome=Outcome.OPEN).order_by("said_at", "pk")

    def followed_by(self, actor: Actor) -> Self:
        """Where this reviewer's people went to count, or will go, the newest first."""
        return self.read_by(actor).filter(outcome=Outcome.COUNTED).order_by("-answered_at", "-pk")

    def read_by(self, actor: Actor) -> Self:
        """All that this reviewer may read. Twin of ``rules.may_read_dispute``."""
        if not actor.holds(Role.CITY_BOARD):
            return self.none()
        found = self.all()
        covered = models.Q(pk__in=())
        for grant in actor.grants:
            if grant.role == Role.CITY_BOARD:
                covered |= models.Q(result__place__path__startswith=grant.path)
            elif grant.role in (Role.HEAD, Role.OFFICER):  # somebody of the area or its ward is no stranger to the matter
                found = found.exclude(result__place__path__startswith=grant.path)
        part = models.Q(result__initiative__organiser_id=actor.user_id) | models.Q(
            result__initiative__results__reported_by_id=actor.user_id
        )
        found = found.filter(covered).exclude(part)
        if actor.user_id is None:
            return found
        given = found.filter(result__initiative__in=given_to(actor.user_id)).select_related("result__place")
        return found.exclude(pk__in=left_to_others(actor, given))


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
    by_giver = models.BooleanField(default=False)  # answered by somebody who gave to the work, as nobody else of the board was left
    wanted = models.ForeignKey("checks.Wanted", null=True, blank=True, on_delete=models.PROTECT, related_name="disputes")  # somebody goes

    objects = DisputeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=("outcome", "said_at"))]

    def __str__(self) -> str:
        return f"dispute {self.pk}"

    @property
    def about(self) -> list[Result]:
        """The result that is doubted."""
        return [self.result]
