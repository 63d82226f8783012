"""What residents ask for. A need has no name; its pin snaps to the chosen site."""

from typing import Self

from django.db import models
from django.urls import reverse

from kheo.evidence.models import Hideable


class Category(models.TextChoices):
    """The six icons of "raise a need"."""

    LIGHT = "light"
    ROAD = "road"  # roads and bridges
    WATER = "water"  # canals, flooding, drains
    WASTE = "waste"
    SAFETY = "safety"
    HELP = "help"  # a neighbour in hardship: never names whom
    # Anything else is told in words under the nearest of the six.


class State(models.TextChoices):
    HELD = "held"  # anonymous, waits for release; only its stub's holder and the ward's officers see it
    OPEN = "open"
    ANSWERED = "answered"  # answered with a due date
    PLANNED = "planned"  # an initiative takes it up
    DONE = "done"
    DECLINED = "declined"  # answered: not now, with the reason


class NeedQuerySet(models.QuerySet["Need"]):
    def public(self) -> Self:
        """Needs that anybody may see."""
        return self.exclude(state=State.HELD).filter(hidden_at__isnull=True)


class Need(Hideable):
    """One thing a place needs. ``code`` is the stub's public code, without look-alike characters."""

    code = models.CharField(max_length=12, unique=True)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="needs")  # area, or ward where no area is known
    site = models.ForeignKey("places.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="site_needs")
    lon = models.FloatField(null=True, blank=True)  # snapped to the site; never where somebody stood
    lat = models.FloatField(null=True, blank=True)
    category = models.CharField(max_length=12, choices=Category.choices)
    text = models.TextField(max_length=1000)
    photo = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    nameless = models.BooleanField(default=True)
    state = models.CharField(max_length=12, choices=State.choices, db_index=True)
    raised_on = models.DateField(db_index=True)  # the day is enough
    released_at = models.DateTimeField(null=True, blank=True)
    backers = models.PositiveIntegerField(default=0)  # kept by back_need in the same transaction
    answer_by = models.DateField()  # the ward owes an answer by this day
    same_as = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates")

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ("-raised_on", "-id")
        indexes = [models.Index(fields=("place", "state"))]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("need", args=[self.code])


class Backing(models.Model):
    """ "Me too", once per person: ``key`` = HMAC(secret, need | account or device), so that backings of two needs don't link."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="backings")
    key = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.key[:8]


class Answer(Hideable):
    """What the ward says to a need, with the day by which it will be done or looked at again."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(max_length=1000)
    due_on = models.DateField(null=True, blank=True)  # required unless declined
    declined = models.BooleanField(default=False)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return self.text[:40]
