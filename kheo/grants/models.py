"""Grants: what an organisation commits to a shared work, in instalments, on conditions, and what it is told back.

A grant buys nothing: no endorsement, no say, no check. What came of it is read from the ledger and from the results, never typed in.
"""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.evidence.models import Hideable
from kheo.ledger.models import Account
from kheo.people.models import OrganisationKind
from kheo.places.models import Place


class State(models.TextChoices):
    OFFERED = "offered", _("Offered")  # not public: an offer alone must not put a name on a page
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    CLOSED = "closed", _("Closed")


#: From which source of the book a giver's instalments come; any other organisation is one of ``ORGANISATIONS``.
SOURCES = {
    OrganisationKind.BUSINESS: Account.BUSINESSES,
    OrganisationKind.COOPERATIVE: Account.BUSINESSES,
    OrganisationKind.OFFICE: Account.BUDGET,
}


class GrantQuerySet(models.QuerySet["Grant"]):
    def public(self) -> Self:
        """What was accepted, and not hidden."""
        return self.filter(Q(state=State.ACCEPTED) | Q(state=State.CLOSED, accepted_at__isnull=False), hidden_at=None)


class Grant(Hideable):
    """So much of one unit for one work, from one organisation. ``amount`` = Σ of its instalments, and never changes."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="grants")
    giver = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="grants")
    unit = models.CharField(max_length=24)  # a key of ledger/units.toml
    amount = models.PositiveBigIntegerField()
    conditions = models.TextField(max_length=1000, blank=True)  # one a line; public once accepted
    committed_on = models.DateField()
    report_by = models.DateField(null=True, blank=True)  # until when the giver wants to be told what came of it
    state = models.CharField(max_length=12, choices=State.choices, default=State.OFFERED)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="grants_offered")
    by_ward = models.BooleanField(default=False)  # an officer wrote it down from the giver's paper
    accepted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=300, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ("committed_on", "pk")
        constraints = [models.CheckConstraint(condition=Q(amount__gte=1), name="grants_amount_positive")]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("grants:grant", args=[self.pk])

    @property
    def place(self) -> Place:
        """The place whose officers may hide its words."""
        return self.initiative.place

    @property
    def private(self) -> bool:
        """True where the work is at homes: then neither the giver's name nor the conditions are public."""
        return self.initiative.kit_of().private_site

    @property
    def public_giver(self) -> str:
        """The giver as everybody may read it: its name; of a work at homes only what kind of organisation it is."""
        return str(OrganisationKind(self.giver.kind).label) if self.private else self.giver.name

    @property
    def lines(self) -> list[str]:
        """The conditions, one by one."""
        return [line.strip() for line in self.conditions.splitlines() if line.strip()]

    @property
    def source(self) -> Account:
        """The account of the book that its instalments come from."""
        return SOURCES.get(OrganisationKind(self.giver.kind), Account.ORGANISATIONS)

    @property
    def received(self) -> int:
        """Σ of the instalments that stand in the book."""
        return sum(i.amount for i in self.instalments.all() if i.received)


class InstalmentQuerySet(models.QuerySet["Instalment"]):
    def outstanding(self) -> Self:
        """Of accepted grants, not (or not any more) in the book: the twin of ``not received``."""
        return self.filter(grant__state=State.ACCEPTED).filter(Q(posting=None) | Q(posting__reversed_by__isnull=False))


class Instalment(models.Model):
    """A part of a grant. The giver says it is on its way; only who keeps the work's book can say that it came."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    amount = models.PositiveBigIntegerField()
    due_on = models.DateField()
    condition = models.CharField(max_length=300, blank=True)
    sent_on = models.DateField(null=True, blank=True)  # the giver says: the condition is met (or waived), it is on its way
    sent_by = models.ForeignKey("people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    waived = models.CharField(max_length=300, blank=True)  # why the condition was let go; empty: it was met
    posting = models.OneToOneField("ledger.Posting", null=True, blank=True, on_delete=models.PROTECT, related_name="instalment")

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("grant", "number"), name="grants_instalment_once"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="grants_instalment_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def received(self) -> bool:
        """True while its receipt stands in the book; taking the receipt back opens the instalment again."""
        return self.posting is not None and not hasattr(self.posting, "reversed_by")

    @property
    def late(self) -> bool:
        """True when its day has passed without the giver saying that it is on its way."""
        return self.sent_on is None and not self.received and self.due_on < clock.today()


class ReportBack(Hideable):
    """What the giver is told: the results and the book as they stood at that moment, copied, never typed in."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="reports")
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField()  # as the public may see them: {"rural-lighting.lamps": {"target": 30, "reported": 30, "checked": 22}}
    book = models.JSONField()  # {"VND": {"received": …, "spent": …, "in_hand": …}}
    note = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
