"""The account that gifts are sent to, and what its statement said. No payer's name and no memo of a payer is ever stored."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BankAccount(models.Model):
    """An account proposed by who keeps the book. It is shown to givers once an officer of the ward has compared it with the paper.

    A change is a new row: the old one ends when the new one is approved.
    """

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="bank_accounts")
    bank = models.CharField(max_length=6)  # the bank's six digits (banks.toml)
    number = models.CharField(max_length=19)
    holder = models.CharField(max_length=80)  # as the bank writes it; a giver's app shows it before sending
    set_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    approved_by = models.ForeignKey("people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("initiative",), condition=Q(approved_at__isnull=False, ended_at__isnull=True), name="ledger_one_account_shown"
            ),
            models.UniqueConstraint(
                fields=("initiative",), condition=Q(approved_at__isnull=True, ended_at__isnull=True), name="ledger_one_account_proposed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.number}"


class Statement(models.Model):
    """One file of the bank that was read in: how many lines it had, never the file."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="statements")
    imported_on = models.DateField()
    imported_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    booked = models.PositiveIntegerField()  # matched with a promise's memo, a receipt each
    left_open = models.PositiveIntegerField()  # for a person to book or leave
    known = models.PositiveIntegerField()  # read in before

    def __str__(self) -> str:
        return f"{self.imported_on}"


class LineState(models.TextChoices):
    """What became of a line of the statement."""

    OPEN = "open", _("To look at")
    BOOKED = "booked", _("Booked")
    LEFT = "left", _("Left out")  # not a gift: its day and amount are forgotten


class BankLine(models.Model):
    """One credit of a statement, once per book. ``key`` = HMAC of the bank's reference, day and amount: it says nothing about who paid."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="bank_lines")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    key = models.CharField(max_length=64)
    day = models.DateField(null=True, blank=True)
    amount = models.PositiveBigIntegerField(null=True, blank=True)  # đồng
    state = models.CharField(max_length=8, choices=LineState.choices, default=LineState.OPEN)
    posting = models.OneToOneField("ledger.Posting", null=True, blank=True, on_delete=models.PROTECT, related_name="bank_line")

    class Meta:
        ordering = ("day", "id")
        constraints = [models.UniqueConstraint(fields=("initiative", "key"), name="ledger_bank_line_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.amount}"
