"""The registry of initiatives: mandate, targets, tasks, life cycle."""

from typing import Self

from django.db import models
from django.urls import reverse

from kheo.evidence.models import Hideable


class State(models.TextChoices):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"  # with advice per field
    REGISTERED = "registered"  # work goes on, results are reported
    COMPLETED = "completed"
    CLOSED = "closed"  # given up, with the reason


class MandateKind(models.TextChoices):
    """Why an initiative may be submitted: a meeting's decision, or one of the reasons why none is needed."""

    DECISION = "decision"
    OWN_ACT = "own-act"  # a unit's own act with its own means
    SCHOOL = "school"
    GIFTS = "gifts"  # free gifts that bind nobody


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def public(self) -> Self:
        """Registered or completed, not hidden."""
        return self.filter(state__in=(State.REGISTERED, State.COMPLETED), hidden_at__isnull=True)


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

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ("-drafted_at",)
        indexes = [models.Index(fields=("place", "state"))]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("initiative", args=[self.slug])


class Target(models.Model):
    """How much of one indicator an initiative aims for; whole numbers in the indicator's unit."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="targets")
    indicator = models.CharField(max_length=64)
    quantity = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("initiative", "indicator"), name="initiatives_target_once")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.quantity}"


class Advice(Hideable):
    """What the ward asks to be completed, per field, when it returns a submission."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="advice")
    field = models.CharField(max_length=32)  # title, summary, site, targets, mandate, dates, other
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
