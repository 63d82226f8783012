"""Meetings of an area's households and what they decide, evaluated against the law rule of the day."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from kheo.evidence.models import Hideable
from kheo.meetings.law import LawRule, rule_on


class State(models.TextChoices):
    CALLED = "called"
    COUNTED = "counted"  # households counted
    CLOSED = "closed"  # every matter decided
    CANCELLED = "cancelled"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def coming(self) -> Self:
        return self.filter(state=State.CALLED).order_by("starts_at")


class Meeting(Hideable):
    """A meeting of household representatives of an area."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="meetings")  # the area
    starts_at = models.DateTimeField()
    where = models.CharField(max_length=160)
    called_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.CALLED)
    households = models.PositiveIntegerField(null=True, blank=True)  # the area's recorded number on the day of the count
    present = models.PositiveIntegerField(null=True, blank=True)  # households represented
    sheet = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # names: never public
    reason = models.CharField(max_length=300, blank=True)  # why it was cancelled

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_at",)

    def __str__(self) -> str:
        return f"{self.place} {self.starts_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.pk])


class Matter(Hideable):
    """One thing on the agenda. ``rule`` is the key of a law rule (meetings/law/*.toml): what kind of decision it is."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="matters")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    rule = models.CharField(max_length=48)
    needs = models.ManyToManyField("needs.Need", blank=True, related_name="matters")

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("meeting", "position"), name="meetings_matter_position_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def law(self) -> LawRule:
        """The law rule that holds on the meeting's day."""
        return rule_on(self.rule, timezone.localdate(self.meeting.starts_at))


class Decision(models.Model):
    """What was decided on a matter. The rule's values of that day are copied: a change of law never changes a past decision."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="decision")
    decided_on = models.DateField()
    agree = models.PositiveIntegerField()
    against = models.PositiveIntegerField()
    other = models.PositiveIntegerField(default=0)
    base = models.PositiveIntegerField()  # households the share is taken of
    needed = models.PositiveIntegerField()  # votes needed under the rule of the day
    threshold_num = models.PositiveIntegerField()  # e.g. 2 of
    threshold_den = models.PositiveIntegerField()  # 3
    strict = models.BooleanField(default=False)  # True: more than, False: at least
    rule = models.CharField(max_length=48)
    article = models.CharField(max_length=160)  # "10/2022/QH15 15(1)"; ``citation`` says it in words
    passed = models.BooleanField()
    quorate = models.BooleanField()
    recorded_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.agree}/{self.base}"

    def get_absolute_url(self) -> str:
        return self.matter.meeting.get_absolute_url()

    @property
    def voted(self) -> bool:
        """False for an opinion: nothing was put to the vote."""
        return self.threshold_num > 0

    @property
    def citation(self) -> str:
        """The article it is judged by, in words."""
        law, _, article = self.article.partition(" ")
        return gettext("Article %(article)s, Law %(law)s") % {"article": article, "law": law}
