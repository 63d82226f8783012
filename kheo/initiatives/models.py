"""The registry of initiatives: mandate, targets, tasks, life cycle."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kheo import catalogue
from kheo.core.actor import Actor, Role
from kheo.evidence.models import Hideable
from kheo.places.models import Place, Rank


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("With the ward")
    RETURNED = "returned", _("To be completed")  # with advice per field
    REGISTERED = "registered", _("Registered")  # work goes on, results are reported
    COMPLETED = "completed", _("Completed")
    CLOSED = "closed", _("Given up")  # with the reason


class MandateKind(models.TextChoices):
    """Why an initiative may be submitted: a meeting's decision, or one of the reasons why none is needed."""

    DECISION = "decision", _("A meeting of the households decided it")
    OWN_ACT = "own-act", _("A unit does it by itself with its own means")
    SCHOOL = "school", _("A school does it within its own work")
    GIFTS = "gifts", _("Free gifts that bind nobody")


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def public(self) -> Self:
        """Registered or completed, not hidden."""
        return self.filter(state__in=(State.REGISTERED, State.COMPLETED), hidden_at__isnull=True)

    def waiting_for(self, actor: Actor) -> Self:
        """Submissions that this officer may register or return: the twin of ``rules.may_register``."""
        if actor.user_id is None:
            return self.none()
        covered = models.Q(pk__in=())
        for grant in actor.grants:
            if grant.role == Role.OFFICER:
                covered |= models.Q(place__path__startswith=grant.path)
        return self.filter(covered, state=State.SUBMITTED).exclude(organiser_id=actor.user_id)


class Initiative(Hideable):
    """A shared work from a kit. ``place`` is an area or ward; ``site`` the road, canal… it is done at (never a home)."""

    slug = models.SlugField(max_length=120, unique=True)
    kit = models.CharField(max_length=48)
    kit_hash = models.CharField(max_length=64)  # SHA-256 of kit.toml when it was drafted
    title = models.CharField(max_length=160)
    summary = models.TextField(max_length=1000)  # why and for whom, one or two sentences
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="initiatives")
    site = models.ForeignKey("places.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="site_initiatives")
    organiser = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="initiatives")
    organisation = models.ForeignKey("people.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="initiatives")
    needs = models.ManyToManyField("needs.Need", blank=True, related_name="initiatives")
    serves = models.CharField(max_length=200, blank=True)  # the resolution or plan it serves
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT, db_index=True)
    mandate = models.CharField(max_length=12, choices=MandateKind.choices, blank=True)
    decision = models.ForeignKey("meetings.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="initiatives")
    mandate_note = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=300, blank=True)  # public

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ("-drafted_at",)
        indexes = [models.Index(fields=("place", "state"))]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("initiative", args=[self.slug])

    def kit_of(self) -> catalogue.Kit:
        """The kit as its file says today. Raises ``catalogue.shelf.Unknown`` when the folder is gone."""
        return catalogue.kit(self.kit)

    def open_advice(self) -> "models.QuerySet[Advice]":
        """What the ward asked for and nobody has answered yet."""
        return self.advice.filter(settled=False, hidden_at__isnull=True)


def ward_of(place: Place) -> Place:
    """The ward (or commune) that a place is or lies in; the city for the city."""
    if place.rank <= Rank.WARD:
        return place
    return Place.objects.get(pk=place.ids()[Rank.WARD])


class Target(models.Model):
    """How much of one indicator an initiative aims for; whole numbers in the indicator's unit."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="targets")
    indicator = models.CharField(max_length=64)
    quantity = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("initiative", "indicator"), name="initiatives_target_once")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.quantity}"


#: What advice may be about.
ADVICE_FIELDS = ("title", "summary", "site", "targets", "dates", "serves", "mandate", "other")


class Advice(Hideable):
    """What the ward asks to be completed, per field, when it returns a submission."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="advice")
    field = models.CharField(max_length=32)  # one of ADVICE_FIELDS
    text = models.TextField(max_length=600)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled = models.BooleanField(default=False)  # set when it is submitted again

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.field


class Task(Hideable):
    """A step of the work."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    who = models.CharField(max_length=120, blank=True)  # a role or group ("tổ 3"), not a person
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.title
