"""Agreements of an area's households (quy ước): sentences, the draft that is posted, the version that holds, its review day."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.once import once_key
from kheo.evidence.models import Hideable
from kheo.meetings import law
from kheo.meetings.law import workdays
from kheo.meetings.models import Decision, DutyKind
from kheo.meetings.posted import Posted
from kheo.places.models import Place

RULE = "convention"  # key of the law rule under which households adopt one
REMIND = timedelta(days=30)  # before the review day


class State(models.TextChoices):
    DRAFT = "draft", _("being written")
    POSTED = "posted", _("posted for everybody to read")
    ADOPTED = "adopted", _("decided, with the ward")
    IN_FORCE = "in-force", _("in force")
    REPLACED = "replaced", _("replaced by a newer one")
    ENDED = "ended", _("ended")


class Agreement(Hideable):
    """What the households of an area agree on about one thing; its versions follow one another."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="agreements")  # the area
    title = models.CharField(max_length=120)
    kit = models.CharField(max_length=64, blank=True)  # whose clauses it began with
    drafted_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("agreement", args=[self.pk])


class VersionQuerySet(models.QuerySet["Version"]):
    def current(self) -> Self:
        """In force today; the twin of :attr:`Version.current`."""
        today = clock.today()
        return self.filter(state=State.IN_FORCE, valid_from__lte=today, agreement__hidden_at=None).filter(
            models.Q(valid_to=None) | models.Q(valid_to__gte=today)
        )

    def posted(self) -> Self:
        """Read and talked about, or waiting for the households to decide."""
        return self.filter(state=State.POSTED, agreement__hidden_at=None)

    def of_decision(self, decision: Decision) -> Self:
        """What a decision adopted; of one that adopted nothing yet, what it may adopt."""
        if decision.rule != RULE or not decision.passed:
            return self.none()
        adopted = self.filter(decision=decision, agreement__hidden_at=None)
        may = self.posted().filter(agreement__place=decision.matter.meeting.place_id, posted_until__lt=decision.decided_on)
        return adopted if adopted.exists() else may

    def to_review(self) -> Self:
        """In force, and their review day is near or past."""
        return self.current().filter(review_on__lte=clock.today() + REMIND)


class Version(models.Model):
    """One wording. Clauses change only while it is a draft; what was posted stays as it was posted."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    posted_on = models.DateField(null=True, blank=True)
    posted_until = models.DateField(null=True, blank=True)  # the last of the days that the law asks for
    decision = models.OneToOneField("meetings.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="agreement_version")
    valid_from = models.DateField(null=True, blank=True)  # recognised by the ward on
    valid_to = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)  # the letter about its review day was handed to the worker
    reason = models.CharField(max_length=300, blank=True)  # why it ended

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("agreement", "number"), name="agreements_version_once"),
            models.UniqueConstraint(fields=("agreement",), condition=models.Q(state="in-force"), name="agreements_one_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.number}"

    def get_absolute_url(self) -> str:
        """Its own page: a poster of the version that holds leads there, while a newer one is talked about."""
        return f"{self.agreement.get_absolute_url()}?version={self.number}"

    @property
    def place(self) -> Place:
        """The area."""
        return self.agreement.place

    @property
    def current(self) -> bool:
        """True when it holds today."""
        return (
            self.state == State.IN_FORCE
            and self.valid_from is not None
            and self.valid_from <= clock.today() <= (self.valid_to or date.max)
            and self.agreement.shown
        )

    @property
    def overdue(self) -> bool:
        """True when it holds and its review day has gone by."""
        return self.current and self.review_on is not None and self.review_on < clock.today()

    @property
    def answer_by(self) -> date | None:
        """The last day on which the ward answers, from the day the file was sent to it; None before that, or where no law names one."""
        if self.state != State.ADOPTED or self.decision is None:
            return None
        sent = self.decision.duties.filter(kind=DutyKind.SEND).exclude(done_on=None).first()
        days = law.rule_on(self.decision.rule, self.decision.decided_on).answer_days
        return workdays.after(sent.done_on, days) if sent and sent.done_on and days else None

    @property
    def late(self) -> bool:
        """True when the ward's day to answer has gone by."""
        return (self.answer_by or date.max) < clock.today()

    @property
    def lawful_from(self) -> date | None:
        """The first day on which a meeting may decide on it: when it has been posted for its days."""
        return self.posted_until + timedelta(days=1) if self.posted_until else None

    @property
    def meeting_wanted(self) -> dict[str, str]:
        """What the call of the meeting that decides on it begins with: the matter, its rule, a lawful evening."""
        today = clock.today()
        day = max(self.lawful_from or today, today + timedelta(days=law.notice_days(today) + 1))
        return {"place": self.place.slug, "title_1": self.agreement.title, "rule_1": RULE, "starts_at": f"{day}T19:00"}


def posted_in(area: Place) -> list[Posted]:
    """For meetings: the drafts on an area's board, with the first day on which a meeting may decide on each."""
    found = Version.objects.posted().filter(agreement__place=area).select_related("agreement")
    return [Posted(RULE, v.agreement.title, v.lawful_from, v.get_absolute_url()) for v in found if v.lawful_from]


class Clause(Hideable):
    """One sentence of a version."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="clauses")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=400)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("version", "position"), name="agreements_clause_once")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def place(self) -> Place:
        """The place whose officers may hide its words."""
        return self.version.agreement.place


class Comment(Hideable):
    """What a neighbour says to a clause, without a name; read by the head before everybody reads it."""

    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="comments")
    key = models.CharField(max_length=64, unique=True)  # once per person and clause; joins nothing
    text = models.CharField(max_length=600)
    on = models.DateField()
    released = models.BooleanField(default=False)
    answer = models.CharField(max_length=600, blank=True)
    answered_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text[:60]

    @staticmethod
    def key_of(actor: Actor, clause: Clause) -> str:
        """The key of this person's comment on this clause, made or not."""
        return once_key("agreement-comment", clause.pk, actor)

    @property
    def place(self) -> Place:
        """The place whose officers may hide its words."""
        return self.clause.place

    @property
    def public_text(self) -> str:
        """The words as anybody may read them; "" while they wait or are hidden."""
        return self.text if self.released and self.shown else ""
