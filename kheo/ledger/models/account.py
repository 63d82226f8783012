"""The accounts of one initiative, and what each adds up to."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
