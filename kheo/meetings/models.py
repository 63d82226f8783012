"""Meetings of an area's households and what they decide, evaluated against the law rule of the day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from kheo.core import clock
from kheo.evidence.models import Hideable
from kheo.meetings.law import ALL, LawRule, rule_on, spoken
from kheo.places.models import Place


class State(models.TextChoices):
    CALLED = "called"
    COUNTED = "counted"  # households counted
    CLOSED = "closed"  # every matter decided
    CANCELLED = "cancelled"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def coming(self) -> Self:
        return self.filter(state=State.CALLED).order_by("starts_at")


class Form(models.TextChoices):
    """How the households come together."""

    MEETING = "meeting"
    SLIPS = "slips"  # the lawful second way where a meeting had too few households: a slip to each, collected until ``ends_at``


class Method(models.TextChoices):
    """How they vote; chosen by those attending."""

    HANDS = "hands"
    SECRET = "secret"  # noqa: S105 – a way to vote
    SLIPS = "slips"


class Meeting(Hideable):
    """A meeting of household representatives of an area, or of the part of it that a work concerns (one alley, one group)."""

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
    form = models.CharField(max_length=8, choices=Form.choices, default=Form.MEETING)
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )  # had too few households
    ends_at = models.DateTimeField(null=True, blank=True)  # of slips: collected until
    part = models.CharField(max_length=80, blank=True)  # "Hẻm 47", "Tổ 3" where only a part of the area decides; empty: the whole area
    part_households = models.PositiveIntegerField(null=True, blank=True)  # of that part
    secretary = models.CharField(max_length=80, blank=True)  # as chosen; a name, shown on the minutes only
    counters = models.CharField(max_length=400, blank=True)  # the counting team of 3 to 5, one name a line; minutes only
    method = models.CharField(max_length=8, choices=Method.choices, blank=True)
    officers_for = models.PositiveIntegerField(null=True, blank=True)  # households attending that chose secretary, team and method
    objection_until = models.DateField(null=True, blank=True)  # attendance numbers are kept until then, and deleted after
    counter_hash = models.CharField(max_length=64, blank=True)  # of the code with which the second counter joins, on another phone

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_at",)

    def __str__(self) -> str:
        return f"{self.place} {self.starts_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.pk])

    @property
    def invited(self) -> int:
        """Households that are called together: as counted on the day, before that as recorded now; 0 when nobody recorded it."""
        return self.households or self.part_households or self.place.households or 0

    @property
    def numbers(self) -> int:
        """The highest attendance number there can be: cards are numbered through the whole area, also where a part of it meets."""
        return max(self.place.households or 0, self.invited)

    @property
    def slips(self) -> bool:
        """True for the second way: a slip to every household."""
        return self.form == Form.SLIPS


class Matter(Hideable):
    """One thing on the agenda. ``rule`` is the key of a law rule (meetings/law/*.toml): what kind of decision it is."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="matters")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    rule = models.CharField(max_length=48)
    needs = models.ManyToManyField("needs.Need", blank=True, related_name="matters")
    outcome = models.CharField(max_length=600, blank=True)  # what they decided, in words: the answer where the title asks; written once

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("meeting", "position"), name="meetings_matter_position_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def law(self) -> LawRule:
        """The law rule that holds on the meeting's day. Slips go to every household: a share is then taken of all of them."""
        rule = rule_on(self.rule, timezone.localdate(self.meeting.starts_at))
        return replace(rule, base=ALL) if self.meeting.form == Form.SLIPS else rule

    @property
    def decided(self) -> bool:
        """True once there is a decision (or, where nothing is voted on, the talk was closed)."""
        return hasattr(self, "decision")

    @property
    def on_one_phone(self) -> bool:
        """True when both of the last counts came from a phone with the same person signed in: handed over, as far as anybody knows."""
        last = max((t.count for t in self.tallies.all()), default=0)
        by = [t.by_id for t in self.tallies.all() if t.count == last]
        return len(by) == len(Seat) and by[0] is not None and by[0] == by[1]

    def count_now(self) -> tuple[int, set[int]]:
        """Which count is under way (1, after a mismatch 2, …), and the seats that are in for it."""
        seats: dict[int, set[int]] = {}
        for tally in self.tallies.all():
            seats.setdefault(tally.count, set()).add(tally.seat)
        last = max(seats, default=1)
        filled = seats.get(last, set())
        return (last + 1, set()) if len(filled) == len(Seat) and not self.decided else (last, filled)


class Attendance(models.Model):
    """The number on the outside of a household's card: nothing else of it. Deleted when the objection period ends."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=("meeting", "number"), name="meetings_attendance_once")]

    def __str__(self) -> str:
        return f"{self.number}"


class Seat(models.IntegerChoices):
    FIRST = 1
    SECOND = 2


class Tally(models.Model):
    """What one of two counters counted, entered without seeing the other's. Two equal tallies make the decision; unequal ones a recount."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="tallies")
    count = models.PositiveSmallIntegerField(default=1)  # 2 after the first mismatch, and so on
    seat = models.PositiveSmallIntegerField(choices=Seat.choices)
    agree = models.PositiveIntegerField()
    against = models.PositiveIntegerField()
    other = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # seat 2 may have no account
    sheet = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # of the counted votes

    class Meta:
        ordering = ("count", "seat")
        constraints = [models.UniqueConstraint(fields=("matter", "count", "seat"), name="meetings_tally_once")]

    def __str__(self) -> str:
        return f"{self.matter} {self.count}.{self.seat}"


class Opinion(Hideable):
    """What was said on a matter that asks for opinions, without a name, and the published answer."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="opinions")
    text = models.CharField(max_length=1000)
    households = models.PositiveIntegerField(default=1)  # how many said so
    at = models.DateTimeField()
    answer = models.CharField(max_length=2000, blank=True)
    answered_by = models.ForeignKey("people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def place(self) -> Place:
        """The place whose officers may hide its words."""
        return self.matter.meeting.place


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
    method = models.CharField(max_length=8, choices=Method.choices, blank=True)  # how it was voted
    judged = models.JSONField(default=dict)  # the rest of the rule, and what it was held against: see kheo.meetings.judged

    def __str__(self) -> str:
        return f"{self.agree}/{self.base}"

    def get_absolute_url(self) -> str:
        return reverse("decision", args=[self.pk])

    @property
    def voted(self) -> bool:
        """False for an opinion: nothing was put to the vote."""
        return self.threshold_num > 0

    @property
    def citation(self) -> str:
        """The article it is judged by, in words."""
        return cited(self.article)


def cited(article: str) -> str:
    """Law and article as decisions and duties keep them ("10/2022/QH15 15(1)"), in words; empty for none."""
    law, _, number = article.partition(" ")
    return gettext("Article %(article)s, Law %(law)s") % {"article": number, "law": law} if number else ""


class DutyKind(models.TextChoices):
    """What must follow a decision."""

    POST = "post"  # posted where everybody passes, for at least ``days``
    ANNOUNCE = "announce"  # by loudspeaker, at meetings, house by house, by message
    SEND = "send"  # the file goes to the commune
    PUBLISH = "publish"  # on this page; done by itself where Khéo does it
    ANSWER = "answer"  # to the opinions


class DutyQuerySet(models.QuerySet["Duty"]):
    def late(self) -> Self:
        """The twin of :attr:`Duty.late`."""
        return self.filter(done_on=None, due_on__lt=clock.today()) | self.filter(done_on__gt=models.F("due_on"))

    def shown(self) -> Self:
        """Those of matters and meetings that the public may see."""
        return self.filter(decision__matter__hidden_at=None, decision__matter__meeting__hidden_at=None)

    def waiting(self) -> Self:
        return self.filter(done_on=None).order_by("due_on", "pk")


class Duty(models.Model):
    """What the law, or the kit, asks for after a decision, with its last day. Overdue counts as not done, also when it was done later."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="duties")
    key = models.CharField(max_length=80)  # of the law's duty, or "kit:<kit>:<number>"
    kind = models.CharField(max_length=12, choices=DutyKind.choices)
    article = models.CharField(max_length=160, blank=True)
    due_on = models.DateField()
    days = models.PositiveSmallIntegerField(default=0)  # how long it must stay posted
    words = models.JSONField(default=dict)  # {language: what is to be done}, as the law or the kit said it then
    mark = models.CharField(max_length=1, blank=True)  # how sure we are of the law: C, S, M; empty: a kit asks for it
    source = models.CharField(max_length=300, blank=True)
    done_on = models.DateField(null=True, blank=True)
    told_on = models.DateField(null=True, blank=True)  # the day on which somebody said so here
    done_by = models.ForeignKey("people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # None: by Khéo itself
    proof = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # of the notice board

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        constraints = [models.UniqueConstraint(fields=("decision", "key"), name="meetings_duty_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.due_on}"

    @property
    def late(self) -> bool:
        """True when its day has passed without it, or it came after its day."""
        return (self.done_on or clock.today()) > self.due_on

    @property
    def kept(self) -> bool:
        """True when it was done in time."""
        return self.done_on is not None and not self.late

    @property
    def wording(self) -> str:
        """What is to be done, in the language of the page."""
        return spoken(self.words) or self.key

    @property
    def citation(self) -> str:
        """The article that asks for it, in words; empty: a kit does."""
        return cited(self.article)

    @property
    def posted_until(self) -> date | None:
        """The day until which it must stay where it was posted; None: not posted yet, or no days are asked for."""
        return self.done_on + timedelta(days=self.days) if self.done_on and self.days else None
