"""What does not fit together in a report, as a machine noticed it. A reason to look; never a verdict, and public never."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from kheo.checks.models.apart import given_to, left_to_others
from kheo.core.actor import Actor, Role
from kheo.results.models import Result


class Noticed(models.TextChoices):
    """What was noticed, as it is said to the person who looks."""

    PICTURE = "picture", _("Two photos look alike. Please look.")
    TRAVEL = "travel", _("Two photos of one person lie far apart, a short time after each other. Please look.")
    DELAY = "delay", _("A photo was not taken around the day that was reported. Please look.")
    OUTSIDE = "outside", _("A photo was taken away from the place that was reported. Please look.")
    QUANTITY = "quantity", _("The number is smaller than such reports usually are. Please look.")
    COST = "cost", _("What was spent does not fit what was done. Please look.")


class Decision(models.TextChoices):
    """What a person decided after looking."""

    OPEN = "open", _("nobody has looked yet")
    NOTHING = "nothing", _("nothing is wrong")
    CORRECT = "correct", _("ask them to look at the report again")
    COUNT = "count", _("somebody goes and counts")


class FlagQuerySet(models.QuerySet["Flag"]):
    def waiting_for(self, actor: Actor) -> Self:
        """What this reviewer has to look at, oldest first. Twin of ``rules.may_decide_flag``."""
        return self.read_by(actor).filter(decision=Decision.OPEN).order_by("noticed_at", "pk")

    def read_by(self, actor: Actor) -> Self:
        """All that this reviewer may read. Twin of ``rules.may_read_flag``."""
        if not actor.holds(Role.CITY_BOARD):
            return self.none()
        found = self.filter(result__hidden_at=None)
        covered = models.Q(pk__in=())
        for grant in actor.grants:
            if grant.role == Role.CITY_BOARD:
                covered |= models.Q(result__place__path__startswith=grant.path)
            elif grant.role in (Role.HEAD, Role.OFFICER):
                office = models.Q(result__place__path__startswith=grant.path)
                found = found.exclude(office | models.Q(other__isnull=False, other__place__path__startswith=grant.path))
        for of in ("result", "other"):
            part = models.Q(**{f"{of}__initiative__organiser_id": actor.user_id})
            part |= models.Q(**{f"{of}__initiative__results__reported_by_id": actor.user_id})
            found = found.exclude(models.Q(**{f"{of}__isnull": False}) & part)
        found = found.filter(covered)
        if actor.user_id is None:
            return found
        works = given_to(actor.user_id)
        given = found.filter(models.Q(result__initiative__in=works) | models.Q(other__initiative__in=works))
        return found.exclude(pk__in=left_to_others(actor, given.select_related("result__place", "other__place")))

    def to_correct(self, actor: Actor) -> Self:
        """Reports this person, who made them or leads their work, was asked to look at again, and has not corrected."""
        if actor.user_id is None:
            return self.none()
        mine = models.Q(result__reported_by_id=actor.user_id) | models.Q(result__initiative__organiser_id=actor.user_id)
        open_still = self.filter(decision=Decision.CORRECT, result__withdrawn_at=None, result__checked=None, result__hidden_at=None)
        return open_still.filter(mine).order_by("decided_at", "pk")


class Flag(models.Model):
    """One thing noticed of one result, once (``key``). Never in the log before a person decided; never public.

    ``facts``: the numbers of the reason (metres, minutes, days, bits). Emptied, with words and photos, some time after "nothing is wrong".
    """

    kind = models.CharField(max_length=8, choices=Noticed.choices)
    key = models.CharField(max_length=64, unique=True)  # "picture:<photo>": noticed once, also after it was forgotten
    result = models.ForeignKey("results.Result", on_delete=models.PROTECT, related_name="flags")
    photo = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("results.Result", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # whose photo it is like
    other_photo = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    noticed_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.OPEN)
    words = models.CharField(max_length=1000, blank=True)  # to whoever reported; of "nothing is wrong" for the board alone
    decided_at = models.DateTimeField(null=True, blank=True)
    by_giver = models.BooleanField(default=False)  # decided by somebody who gave to a work of it, as nobody else of the board was left
    wanted = models.ForeignKey("checks.Wanted", null=True, blank=True, on_delete=models.PROTECT, related_name="flags")  # somebody goes

    objects = FlagQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=("decision", "noticed_at"))]

    def __str__(self) -> str:
        return f"flag {self.pk}"

    @property
    def about(self) -> list[Result]:
        """The result, and the one whose photo it is like."""
        return [result for result in (self.result, self.other) if result is not None]
