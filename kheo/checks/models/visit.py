"""Who goes: the pool of checkers, and their visits. A visit's page says neither claim, nor rank, nor what the other read."""

from typing import Self

from django.db import models
from django.urls import reverse

from kheo.core.actor import Actor
from kheo.core.once import once_key
from kheo.evidence.models import Hideable


class VolunteerQuerySet(models.QuerySet["Volunteer"]):
    def current(self) -> Self:
        """In the pool now."""
        return self.filter(left_at__isnull=True)

    def of(self, actor: Actor) -> Self:
        """The places this reader holds in the pool, by account or by the household's card."""
        if actor.user_id is not None:
            return self.filter(user_id=actor.user_id)
        return self.filter(key=volunteer_key(actor)) if actor.household else self.none()


def volunteer_key(actor: Actor) -> str:
    """HMAC(secret, household): the pool knows a household again, and nobody finds a card from it."""
    return once_key("checker", "pool", actor)


class Volunteer(models.Model):
    """Somebody who offers to count: a resident by account or by card, or a member of a board.

    Of a household there is only ``key``; the link from its visits is dropped when the book closes (``visits.forget_households``).
    """

    user = models.OneToOneField("people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="volunteer")
    key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    # Never sent to work in this area. None: a board's member whose account belongs to no area.
    home = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    board = models.BooleanField(default=False)  # holds the role of a checker
    sworn = models.BooleanField(default=False)  # may be sent to private sites
    sworn_on = models.DateField(null=True, blank=True)  # the day on the paper they signed
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, key__isnull=True) | models.Q(user__isnull=True, key__isnull=False),
                name="checks_volunteer_is_account_or_card",
            )
        ]

    def __str__(self) -> str:
        return f"volunteer {self.pk}"


class VisitState(models.TextChoices):
    """How a visit stands."""

    OFFERED = "offered"  # asked; the place is not shown yet
    ACCEPTED = "accepted"  # said yes: the place is shown, the nonce is out
    DECLINED = "declined"  # "Bận, đổi người"; no reason is asked
    EXPIRED = "expired"  # no answer, or accepted and did not go in time; somebody else was asked
    UNREACHED = "unreached"  # went and could not get there
    DONE = "done"


class VisitQuerySet(models.QuerySet["Visit"]):
    def open(self) -> Self:
        """Asked or on the way."""
        return self.filter(state__in=(VisitState.OFFERED, VisitState.ACCEPTED))

    def waiting_for(self, actor: Actor) -> Self:
        """What this reader was asked to count and has not answered: by account or by the household's card."""
        return self.open().filter(volunteer__in=Volunteer.objects.of(actor)).order_by("offered_at", "pk")


class Visit(Hideable):
    """One checker asked to read one unit. ``seat``: 1 and 2 read blind; 3 when they disagree beyond the tolerance."""

    unit = models.ForeignKey("checks.Unit", on_delete=models.PROTECT, related_name="visits")
    volunteer = models.ForeignKey(Volunteer, null=True, on_delete=models.PROTECT, related_name="visits")
    seat = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=32, unique=True)  # random; the address of the visit's page
    state = models.CharField(max_length=10, choices=VisitState.choices, default=VisitState.OFFERED)
    offered_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    visit_by = models.DateTimeField(null=True, blank=True)
    nonce = models.CharField(max_length=32, blank=True)  # given with the place; a photo comes back with it
    reminded_at = models.DateTimeField(null=True, blank=True)
    reading = models.PositiveBigIntegerField(null=True, blank=True)
    photo = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # done, declined, expired or unreached

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ("offered_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("unit", "seat"), condition=models.Q(state__in=("offered", "accepted", "done")), name="checks_one_visit_a_seat"
            ),
            models.UniqueConstraint(fields=("unit", "volunteer"), name="checks_visit_once_per_person"),
            models.CheckConstraint(condition=~models.Q(state="done") | models.Q(reading__isnull=False), name="checks_visit_done_is_read"),
        ]
        indexes = [models.Index(fields=("volunteer", "state"))]

    def __str__(self) -> str:
        return f"visit {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("checks:visit", args=[self.code])
