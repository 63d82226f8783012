"""Household cards: an attendance number outside, a private code inside. Nothing says who holds one, and no other table names one.

Why, and what it does and does not protect against: docs/cards.md.
"""

from typing import Self

from django.db import models
from django.db.models import Q

from kheo.core import clock

MAX_FAILURES = 5  # wrong PINs until a card locks; 10⁶ PINs


class CardBatch(models.Model):
    """Cards that were printed together. ``codes`` (number, code) are known only to the answer that prints them; never stored."""

    codes: tuple[tuple[int, str], ...] = ()

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    count = models.PositiveIntegerField()
    replacement = models.BooleanField(default=False)  # one card for a lost one
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.count} cards of {self.place}"


class HouseholdCardQuerySet(models.QuerySet["HouseholdCard"]):
    def usable(self) -> Self:
        """Neither revoked nor locked: these open with their PIN."""
        return self.filter(revoked_at=None, failures__lt=MAX_FAILURES)

    def valid(self) -> Self:
        """Not revoked: phones that were signed in stay so, even when somebody else's wrong PINs locked the card."""
        return self.filter(revoked_at=None)

    def unopened(self) -> Self:
        """Valid ones for which nobody has chosen a PIN yet."""
        return self.valid().filter(pin_hash="")


class HouseholdCard(models.Model):
    """One card. Only hashes of code and PIN are kept.

    ``slot`` is what counts a household once; a card that replaces a lost one has the same.
    """

    batch = models.ForeignKey(CardBatch, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")  # the area
    number = models.PositiveIntegerField()  # attendance number outside, 1…N within the area
    slot = models.CharField(max_length=32)  # random hex
    code_hash = models.CharField(max_length=64, unique=True)
    pin_hash = models.CharField(max_length=128, blank=True)  # "" until the household has chosen its PIN
    failures = models.PositiveSmallIntegerField(default=0)  # wrong PINs since the last right one
    revoked_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces")

    objects = HouseholdCardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("place", "number"), condition=Q(revoked_at=None), name="people_household_number_once"),
            models.UniqueConstraint(fields=("slot",), condition=Q(revoked_at=None), name="people_household_slot_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="people_household_number_from_one"),
        ]

    def __str__(self) -> str:
        return "a household's card"  # never its number beside anything else
