"""What residents ask for. A need has no name; its pin snaps to the chosen site."""

import operator
from functools import reduce
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.once import once_key
from kheo.evidence.models import Hideable


class Category(models.TextChoices):
    """The six icons of "raise a need"."""

    LIGHT = "light", _("Light")
    ROAD = "road", _("Road or bridge")
    WATER = "water", _("Canal, flood, drain")
    WASTE = "waste", _("Waste")
    SAFETY = "safety", _("Safety")
    HELP = "help", _("A neighbour in hardship")  # never names whom: no site, no pin, no photo
    # Anything else is told in words under the nearest of the six.

    @property
    def icon(self) -> str:
        """Its picture, a name for ``{% icon %}``."""
        return ICONS[self.value]


ICONS = {"light": "light-bulb", "road": "map", "water": "lifebuoy", "waste": "trash", "safety": "shield-exclamation", "help": "heart"}


class State(models.TextChoices):
    HELD = "held", _("Waiting for release")  # anonymous; only its stub's holder and the ward's officers see it
    OPEN = "open", _("Waiting for an answer")
    ANSWERED = "answered", _("Answered")  # with a due date
    PLANNED = "planned", _("Taken up")  # an initiative takes it up
    DONE = "done", pgettext_lazy("need", "Done")
    DECLINED = "declined", _("Not now")  # answered: not now, with the reason


def _covered(actor: Actor, *roles: Role) -> models.Q:
    """Needs at a place that one of the actor's roles covers: the twin of ``actor.has(*roles, at=need.place)``."""
    paths = [models.Q(place__path__startswith=g.path) for g in actor.grants if g.role in roles]
    return reduce(operator.or_, paths, models.Q(pk__in=[]))


class NeedQuerySet(models.QuerySet["Need"]):
    def public(self) -> Self:
        """Needs that anybody may see."""
        return self.exclude(state=State.HELD).filter(hidden_at__isnull=True)

    def listed(self) -> Self:
        """Public needs without those that were joined to another: what lists show and counts count."""
        return self.public().filter(same_as__isnull=True)

    def under(self, place: models.Model) -> Self:
        """Needs of the place and of everything below it."""
        return self.filter(place__path__startswith=place.path)  # type: ignore[attr-defined]

    def near(self, place: models.Model, category: str = "") -> Self:
        """Listed needs of the same place that may be "me too" instead of another: not yet done or declined, most backed first."""
        found = self.listed().filter(place=place, state__in=(State.OPEN, State.ANSWERED, State.PLANNED))
        return (found.filter(category=category) if category else found).order_by("-backers", "-raised_on", "-id")

    def overdue(self) -> Self:
        """The ward owes an answer since yesterday or longer. Twin of ``rules.is_overdue``."""
        return self.listed().filter(state=State.OPEN, answer_by__lt=clock.today())

    def held_for(self, actor: Actor) -> Self:
        """The release queue of an officer or head, oldest first. Twin of ``rules.may_release_need``."""
        found = self.filter(_covered(actor, Role.OFFICER, Role.HEAD), state=State.HELD, hidden_at__isnull=True, same_as__isnull=True)
        return found.order_by("raised_on", "id")

    def waiting_for(self, actor: Actor) -> Self:
        """What waits for this person: to be released or to be answered. Twin of ``rules.waits_for``."""
        released = models.Q(_covered(actor, Role.OFFICER, Role.HEAD), state=State.HELD)
        answered = models.Q(_covered(actor, Role.OFFICER), state=State.OPEN)
        return self.filter(released | answered, hidden_at__isnull=True, same_as__isnull=True).order_by("answer_by", "id")


class Need(Hideable):
    """One thing a place needs. ``code`` is the stub's public code, without look-alike characters.

    Nobody who raised it stands in the row: not the account, not the device.
    """

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
    backers = models.PositiveIntegerField(default=0)  # how many said "me too"; kept by back_need and merge_need
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

    @property
    def spelt(self) -> str:
        """Its code in groups, for reading aloud: "ACD3 479" or "ACD34 79EFG"."""
        middle = (len(self.code) + 1) // 2
        return f"{self.code[:middle]} {self.code[middle:]}"

    @property
    def icon(self) -> str:
        """The picture of its category, a name for ``{% icon %}``."""
        return ICONS[self.category]

    @property
    def public_text(self) -> str:
        """The text as anybody may read it; "" while it is held or hidden. Pages show this one."""
        return self.text if self.shown and self.state != State.HELD else ""


class Backing(models.Model):
    """ "Me too", once per person: ``key`` = HMAC(secret, need | account or device), so that backings of two needs don't link."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="backings")
    key = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.key[:8]

    @staticmethod
    def key_of(actor: Actor, need: Need) -> str:
        """The key of this person's backing of this need, made or not."""
        return once_key("backing", need.pk, actor)


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

    def get_absolute_url(self) -> str:
        return self.need.get_absolute_url()

    @property
    def public_text(self) -> str:
        """The text as anybody may read it; "" when it is hidden."""
        return self.text if self.shown else ""
