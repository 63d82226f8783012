"""Secret ballots by printed codes. No row joins a code to a household, a card, an attendance number or a moment."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from kheo.ballots import codes
from kheo.ballots.choices import Way
from kheo.core import clock
from kheo.evidence.models import Hideable


class Method(models.TextChoices):
    """How people vote (the same values as :class:`choices.Way`)."""

    YES_NO = Way.YES_NO.value, _("Yes or no")
    APPROVAL = Way.APPROVAL.value, _("Tick all that you want")
    SCORES = Way.SCORES.value, _("Give points")
    BUDGET = Way.BUDGET.value, _("Share a small budget")


class Completion(models.TextChoices):
    """What happens with money that the shares leave over; published before the vote (``count.equal_shares``)."""

    ADD1 = "add1", _("Every share grows by 1,000 đồng at a time, as long as what is chosen fits the budget.")
    NONE = "none", _("It stays unspent.")


class State(models.TextChoices):
    CALLED = "called"  # announced; nothing printed
    SEALED = "sealed"  # slips printed, commitments in the log; open between ``opens_at`` and ``closes_at``
    COUNTING = "counting"  # the box is open
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class BallotQuerySet(models.QuerySet["Ballot"]):
    def going(self) -> Self:
        """Neither published nor cancelled."""
        return self.exclude(state__in=(State.PUBLISHED, State.CANCELLED))

    def recent(self) -> Self:
        """Going on, or closed within a month: what a place's page shows."""
        since = clock.now() - timedelta(days=31)
        return self.exclude(state=State.CANCELLED).filter(hidden_at=None, closes_at__gte=since).order_by("-closes_at")


class Ballot(Hideable):
    """One question to the households of an area or a ward. ``matter``: the matter of a meeting that it decides, if any."""

    #: Known only to the answer that makes the paper; never stored.
    made: tuple[str, ...] = ()

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="ballots")
    matter = models.ForeignKey("meetings.Matter", null=True, blank=True, on_delete=models.PROTECT, related_name="ballots")
    title = models.CharField(max_length=200)
    method = models.CharField(max_length=12, choices=Method.choices)
    most = models.PositiveSmallIntegerField(default=0)  # highest score; 0 unless SCORES
    budget = models.PositiveBigIntegerField(null=True, blank=True)  # VND; BUDGET only
    completion = models.CharField(max_length=8, choices=Completion.choices, blank=True)  # BUDGET only
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    online = models.BooleanField(default=False)  # a household with its card may vote on its phone too, where the law lets it
    households = models.PositiveIntegerField()  # invited; recorded when it was called
    called_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.CALLED)
    slips = models.PositiveIntegerField(default=0)  # printed
    seals = models.PositiveSmallIntegerField(default=0)  # how often: printing again makes the slips before it worthless
    salt = models.CharField(max_length=64, blank=True)  # secret until the result is published
    opened_by = models.ForeignKey("people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    handed_out = models.PositiveIntegerField(null=True, blank=True)  # slips and phone codes
    protocol = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # never public
    counter_hash = models.CharField(max_length=64, blank=True)  # of the code that lets the second counter in
    entered = models.JSONField(default=list)  # seats whose entry is finished in this round
    look_again = models.JSONField(default=list)  # codes that the two entered differently
    round = models.PositiveSmallIntegerField(default=1)
    returned = models.PositiveIntegerField(null=True, blank=True)  # slips found
    invalid = models.JSONField(default=dict)  # reason → slips
    result = models.JSONField(null=True, blank=True)  # what recount.outcome made of the votes
    published_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was cancelled

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ("-opens_at", "-id")
        constraints = [
            # Two boxes on one matter could be decided by whichever is opened first.
            models.UniqueConstraint(fields=("matter",), condition=~models.Q(state="cancelled"), name="ballots_one_for_a_matter"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("ballot", args=[self.pk])

    @property
    def voting(self) -> bool:
        """True between opening and closing, once the slips are sealed."""
        return self.state == State.SEALED and self.opens_at <= clock.now() < self.closes_at

    @property
    def over(self) -> bool:
        """True once nobody votes any more, while the box is still shut."""
        return self.state == State.SEALED and clock.now() >= self.closes_at

    def printed(self, code: str) -> bool:
        """True when this code stands on a slip that was printed for this ballot. One look-up."""
        return bool(self.salt) and self.seals_of().filter(commitment=codes.commitment(self.salt, code)).exists()

    def seals_of(self) -> "models.QuerySet[Seal]":
        """The commitments of the slips that hold: the ones printed last."""
        return Seal.objects.filter(ballot=self)

    def terms(self) -> dict[str, Any]:
        """What the count depends on, as the log keeps it: method, number of options, costs, budget."""
        options = list(self.options.all())
        found: dict[str, Any] = {"method": self.method, "options": len(options)}
        if self.method == Method.SCORES:
            found["most"] = self.most
        if self.method == Method.BUDGET:
            found |= {"costs": [o.cost for o in options], "budget": self.budget, "completion": self.completion}
        return found


class Option(Hideable):
    """One answer or project. ``cost`` (VND) for a budget; ``need``: the need that a project would meet."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()  # from 1
    title = models.CharField(max_length=160)
    cost = models.PositiveBigIntegerField(null=True, blank=True)
    need = models.ForeignKey("needs.Need", null=True, blank=True, on_delete=models.PROTECT, related_name="options")

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("ballot", "position"), name="ballots_option_position_once")]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What stands on the slip: the title, or the word for an answer of a yes-no ballot."""
        answers = (pgettext("vote", "Agree"), pgettext("vote", "No"), pgettext("vote", "Other"))
        return answers[self.position - 1] if self.ballot.method == Method.YES_NO else self.title


class Seal(models.Model):
    """The commitment to one printed code. Written in the order of the commitments, which is the order of nothing else."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="seals_kept")
    commitment = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("ballot", "commitment"), name="ballots_seal_once")]

    def __str__(self) -> str:
        return self.commitment[:12]


class Seat(models.IntegerChoices):
    """Who entered a slip. Votes by phone stand in the box of both."""

    PHONE = 0
    FIRST = 1
    SECOND = 2


class Slip(models.Model):
    """A draft: one slip as one counter entered it. Deleted when the result is published."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="entries")
    seat = models.PositiveSmallIntegerField(choices=Seat.choices)
    code = models.CharField(max_length=16)
    choice = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=("ballot", "seat", "code"))]

    def __str__(self) -> str:
        return f"{self.seat}"


class PhoneCode(models.Model):
    """A code that waits for a household with a card and a phone. The row goes with the handing out."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="phone_codes")
    code = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"{self.pk}"


class Taken(models.Model):
    """This household has taken its code: HMAC(secret, ballot | household). Never which code, nor when.

    ``sealed`` is the code under the act id of the form that took it, which only that phone has: where the answer was lost on the way,
    the same form sent again shows the code again. It is wiped when the box is opened.
    """

    #: Known only to the answer that hands it over; never stored.
    code: str = ""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="taken")
    key = models.CharField(max_length=64, unique=True)
    sealed = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.key[:8]
