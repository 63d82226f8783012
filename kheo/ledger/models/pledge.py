"""What is promised and not in the books."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.codes import spell
from kheo.ledger.models.account import Account


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
