"""Who gave, in a table of its own which can be erased without touching a sum; and what covers neighbours' share, of nobody."""

from django.db import models

from kheo.initiatives.models import Initiative
from kheo.ledger.models.book import Posting
from kheo.ledger.models.pledge import Pledge


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
