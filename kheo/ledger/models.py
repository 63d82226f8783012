"""Money, materials and labour of an initiative: postings whose legs sum to zero per unit, enforced in the database.

Nothing is edited: a correction is a reversal and a new posting. Who gave stands in its own table, which can be erased
without touching a sum.
"""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kheo.core import clock
from kheo.core.codes import spell
from kheo.evidence.models import Hideable
from kheo.initiatives.models import Initiative
from kheo.ledger.banking import BankAccount, BankLine, LineState, Statement
from kheo.ledger.counts import CashCount, CashEntry, CountState
from kheo.ledger.pricelists import Price, PriceList
from kheo.places.models import Place

__all__ = [
    "Account", "Balance", "BankAccount", "BankLine", "CashCount", "CashEntry", "CountState", "Cover", "Giver", "Kind", "Leg", "LineState",
    "PlanLine", "Pledge", "PledgeState", "Posting", "Price", "PriceList", "Round", "Statement",
]  # fmt: skip


class Account(models.TextChoices):
    """The two-sided accounts of one initiative. In = −source legs; in hand = sum of hand legs; out = spent legs."""

    HOUSEHOLDS = "source:households", pgettext_lazy("who gave", "Households")
    BUSINESSES = "source:businesses", _("Businesses")
    ORGANISATIONS = "source:organisations", pgettext_lazy("who gave", "Organisations")
    BUDGET = "source:budget", _("Public budget")
    HAND = "hand", _("In hand")
    SPENT = "spent", _("Spent")

    @classmethod
    def sources(cls) -> "list[Account]":
        """Where a contribution can come from."""
        return [a for a in cls if a.value.startswith("source:")]


class Kind(models.TextChoices):
    """What an entry does to the hand."""

    RECEIPT = "receipt", _("In")
    SPENDING = "spending", _("Out")
    REVERSAL = "reversal", _("Taken back")


class PledgeState(models.TextChoices):
    """What became of a promise. One that is not kept stays open: nobody is told."""

    OPEN = "open", _("Promised")
    RECEIVED = "received", _("Received")
    WITHDRAWN = "withdrawn", _("Withdrawn")  # without a reason, by the giver


class Pledge(models.Model):
    """A promise, not in the books until it is received."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="pledges")
    unit = models.CharField(max_length=12)  # a key of units.toml
    amount = models.PositiveBigIntegerField()
    source = models.CharField(max_length=24, choices=Account.choices, default=Account.HOUSEHOLDS)
    what = models.CharField(max_length=120, blank=True)  # of materials: "xi măng"
    code = models.CharField(max_length=12, unique=True)  # the giver's stub: find and withdraw without an account
    state = models.CharField(max_length=12, choices=PledgeState.choices, default=PledgeState.OPEN)
    pledged_on = models.DateField()
    promised_for = models.DateField(null=True, blank=True)  # the day the giver means to hand it over
    cover = models.BooleanField(default=False)  # neighbours' share: no name is possible
    memo = models.CharField(max_length=16, null=True, unique=True)  # of money: what a transfer says, so that it finds its promise

    class Meta:
        indexes = [models.Index(fields=("initiative", "state", "unit"))]  # what is promised, as a sum only

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("ledger:stub", args=[self.code])

    @property
    def spelt(self) -> str:
        """The code in groups of four, as one reads it aloud."""
        return spell(self.code)

    @property
    def late(self) -> bool:
        """True when the day the giver named has gone by: the giver's own page says so, and nothing else."""
        return self.state == PledgeState.OPEN and self.promised_for is not None and self.promised_for < clock.today()


class PlanLine(models.Model):
    """What a work means to spend on one thing; set before the ward registers it. ``spent`` is a running total (see balances.py)."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.CASCADE, related_name="plan_lines")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=160)
    unit = models.CharField(max_length=24)
    amount = models.PositiveBigIntegerField()
    spent = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("initiative", "position"), name="ledger_plan_line_once")]

    def __str__(self) -> str:
        return self.what


class Round(models.Model):
    """Many receipts taken on one walk, on one page, with one photo of the sheet."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="rounds")
    sheet = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # names: never public
    taken_on = models.DateField()
    taken_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.taken_on}"


class PostingQuerySet(models.QuerySet["Posting"]):
    def with_book(self) -> Self:
        """With all that a line of the book shows, in a fixed number of queries."""
        return self.select_related("paper", "giver", "pledge", "plan_line", "reverses", "reversed_by").prefetch_related("legs")


class Posting(Hideable):
    """One balanced booking. Its legs are written first; the row itself last (see migration 0002: zero sum per unit).

    Nothing of it ever changes but whether its words are hidden.
    """

    id = models.UUIDField(primary_key=True)
    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="postings")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.PositiveIntegerField()  # receipt number within the initiative
    what = models.CharField(max_length=160, blank=True)  # what was bought, what material came
    booked_on = models.DateField()
    booked_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    paper = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # supplier's paper
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="postings")
    pledge = models.ForeignKey(Pledge, null=True, blank=True, on_delete=models.PROTECT, related_name="postings")
    plan_line = models.ForeignKey(PlanLine, null=True, blank=True, on_delete=models.PROTECT, related_name="postings")  # of spending
    reason = models.CharField(max_length=300, blank=True)  # of a reversal
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")

    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=("initiative", "number"), name="ledger_posting_number_once")]
        indexes = [
            models.Index(fields=("initiative", "at")),  # what came in today
            # Most entries take nothing back: SQLite's statistics of the whole column would make it read every entry instead.
            models.Index(fields=("reverses",), condition=models.Q(reverses__isnull=False), name="ledger_posting_taken_back"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("ledger:book", args=[self.initiative.slug])

    @property
    def place(self) -> Place:
        """The place whose officers may hide its words."""
        return self.initiative.place

    @property
    def main(self) -> "Leg":
        """The leg a reader looks at: what came into or left the hand."""
        return next(leg for leg in self.legs.all() if leg.account == Account.HAND)

    @property
    def source(self) -> str:
        """Where a contribution came from, in words; empty for spending."""
        return next((str(Account(leg.account).label) for leg in self.legs.all() if leg.account.startswith("source:")), "")


class Leg(models.Model):
    """One side of a posting; amounts sum to zero per posting and unit."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="legs")
    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="legs")
    account = models.CharField(max_length=24, choices=Account.choices)
    unit = models.CharField(max_length=12)  # a key of units.toml
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="ledger_leg_not_zero")]
        indexes = [models.Index(fields=("initiative", "unit", "account"))]

    def __str__(self) -> str:
        return f"{self.account} {self.amount} {self.unit}"


class Balance(models.Model):
    """What one account of a book adds up to, kept in the booking's own transaction: no page sums a million legs (see balances.py)."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="balances")
    unit = models.CharField(max_length=24)
    account = models.CharField(max_length=24)
    total = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("initiative", "unit", "account"), name="ledger_balance_once"),
            models.CheckConstraint(
                condition=~models.Q(account__in=("hand", "spent")) | models.Q(total__gte=0), name="ledger_never_below_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.total} {self.unit}"


class Giver(models.Model):
    """Who gave, where the giver wanted to be named on the receipt. Erasable; never joined to who has not given."""

    posting = models.OneToOneField(Posting, null=True, blank=True, on_delete=models.CASCADE, related_name="giver")
    pledge = models.OneToOneField(Pledge, null=True, blank=True, on_delete=models.CASCADE, related_name="giver")
    user = models.ForeignKey("people.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    named_in_public = models.BooleanField(default=False)  # only at the giver's own wish
    email = models.EmailField(blank=True)  # for the one letter (reminders.py), shown to nobody; erased as it is sent, so never a second

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(posting__isnull=False) | models.Q(pledge__isnull=False), name="ledger_giver_of_something"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initiative(self) -> Initiative:
        """The work that was given to."""
        thing = self.posting or self.pledge
        assert thing is not None  # noqa: S101 – kept by the check constraint
        return thing.initiative


class Cover(models.Model):
    """A receipt that covers neighbours' share. Who gave it is written nowhere, and only a sum of several is ever shown (covers.py)."""

    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="cover")
    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="covers")
    unit = models.CharField(max_length=12)
    amount = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"
