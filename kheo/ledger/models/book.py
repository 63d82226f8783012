"""Entries: postings whose legs sum to zero per unit, enforced in the database.

Nothing is edited: a correction is a reversal and a new posting.
"""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kheo.evidence.models import Hideable
from kheo.ledger.models.account import Account
from kheo.ledger.models.plan import PlanLine
from kheo.ledger.models.pledge import Pledge
from kheo.places.models import Place


class Kind(models.TextChoices):
    """What an entry does to the hand."""

    RECEIPT = "receipt", _("In")
    SPENDING = "spending", _("Out")
    REVERSAL = "reversal", _("Taken back")


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
