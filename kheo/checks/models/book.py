"""Books of units, frozen before anybody draws. The procedure is audit.md's; what is public when stands with each column."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kheo.evidence.models import Hideable


class Kind(models.TextChoices):
    """What a book is for."""

    ROUND = "round", _("A round of checks")  # results of a period
    LASTING = "lasting", _("Does it still work?")  # what was finished ``months`` ago; its own α, alters no earlier bound
    REVIEW = "review", _("Looked at again")  # disputed results among decoys: no bound, no page of its own


class Phase(models.TextChoices):
    """How far a book is. Nothing goes back."""

    FROZEN = "frozen"  # root, N, C and α are logged; waiting for the announced checkpoint
    FIXED = "fixed"  # the checkpoint stands; now dice may be rolled, never before
    SEEDED = "seeded"  # the order stands; visits go on
    CLOSED = "closed"  # every {id, c} is open
    ABANDONED = "abandoned"  # shows 0, for ever


class BookQuerySet(models.QuerySet["Book"]):
    def public(self) -> Self:
        """Books that have a page: all but reviews."""
        return self.exclude(kind=Kind.REVIEW)

    def sealed(self) -> Self:
        """Books whose units nobody may see yet."""
        return self.filter(phase__in=(Phase.FROZEN, Phase.FIXED, Phase.SEEDED))

    def checking(self) -> Self:
        """Books whose checkers are under way."""
        return self.filter(phase=Phase.SEEDED)


class Book(models.Model):
    """One book: indicator × scope × period. ``whole``: at most 60 units, so every one is visited and no dice are needed."""

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ROUND)
    indicator = models.CharField(max_length=64)  # "" in a review, whose results may count different things
    scope = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="books")
    starts_on = models.DateField()
    ends_on = models.DateField()
    months = models.PositiveSmallIntegerField(default=0)  # 6 or 12 in a LASTING book
    turn = models.PositiveSmallIntegerField(
        default=1
    )  # j: how often units of this indicator × scope × period were drawn, this time included
    alpha = models.CharField(max_length=12)  # decimal string, fixed at the freeze: totals.alpha_of_round(turn)
    whole = models.BooleanField(default=False)
    planned = models.PositiveIntegerField()  # tickets to be visited, announced at the freeze; all units when ``whole``
    count = models.PositiveIntegerField()  # N
    claimed = models.PositiveBigIntegerField()  # C
    root = models.CharField(max_length=64)  # draw.book_root over {id, c}, hex
    frozen_by = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="+")  # None: the city's worker (reviews)
    frozen_at = models.DateTimeField()
    draw_at = models.DateTimeField()  # announced: the first checkpoint signed at or after this moment makes the seed
    beacon_name = models.CharField(max_length=120, blank=True)  # an outside draw later than the dice, named now or never
    closes_on = models.DateField()  # who has not been by then reads 0
    checkpoint_size = models.BigIntegerField(null=True, blank=True)
    checkpoint_root = models.CharField(max_length=64, blank=True)
    fixed_at = models.DateTimeField(null=True, blank=True)
    beacon = models.CharField(max_length=120, blank=True)
    seed = models.CharField(max_length=512, blank=True)  # public, but for reviews
    seeded_at = models.DateTimeField(null=True, blank=True)
    phase = models.CharField(max_length=10, choices=Phase.choices, default=Phase.FROZEN, db_index=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # or abandoned
    abandoned_reason = models.CharField(max_length=300, blank=True)  # public
    at_least = models.PositiveBigIntegerField(null=True, blank=True)  # floor(L·C) after the last closed ticket of the gapless prefix

    objects = BookQuerySet.as_manager()

    class Meta:
        ordering = ("-frozen_at", "-id")
        indexes = [models.Index(fields=("indicator", "scope", "phase"))]

    def __str__(self) -> str:
        return f"book {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.pk])

    @property
    def confidence(self) -> float:
        """1 − α, for ``bound.lower_bound``."""
        return 1 - float(self.alpha)


class Roll(models.Model):
    """What one party rolled, as one of two people typed it. The seed is made when both have typed the same."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="rolls")
    party = models.CharField(max_length=80)  # "Mặt trận", "người cao tuổi", "Đoàn thanh niên": a group, never a person
    digits = models.CharField(max_length=60)
    entered_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("book", "party", "entered_by"), name="checks_roll_once")]

    def __str__(self) -> str:
        return self.party


class Found(models.TextChoices):
    """How a unit's check ended. "Wrong" and "nobody went yet" are different things."""

    RIGHT = "right"  # within the indicator's tolerance
    SHORT = "short"  # less than claimed
    UNVISITED = "unvisited"  # refused, unreachable or late when the book closed: reads 0


class UnitQuerySet(models.QuerySet["Unit"]):
    def opened(self) -> Self:
        """Units that anybody may see: their check is closed, or their book is."""
        return self.filter(models.Q(closed_at__isnull=False) | models.Q(book__phase=Phase.CLOSED))

    def out(self) -> Self:
        """Sent to checkers, not yet closed."""
        return self.filter(sent_at__isnull=False, closed_at__isnull=True)


class Unit(Hideable):
    """One place to go, cut from a result. ``key``, ``claim`` and ``rank`` are sealed until ``closed_at`` or the book's close.

    ``at`` says where, without the claim: {"line": [[lon, lat], …]} the corridor to walk (longer than the segment), {"point": [lon, lat]},
    {"nth": 17} the 17th from the start of the site, {"session": "bữa cơm 12/3"}; empty where the site's name says all. {"over": 50}: so
    many at the site are earlier reports', and only what a checker counts beyond them is read; no page says it.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="units")
    result = models.ForeignKey("results.Result", on_delete=models.PROTECT, related_name="units")
    key = models.CharField(max_length=32)  # 128 random bits, hex
    claim = models.PositiveBigIntegerField()
    cap = models.PositiveBigIntegerField(null=True, blank=True)  # the claim as corrected after the seed: a ≤ cap
    at = models.JSONField(default=dict)
    rank = models.PositiveIntegerField(null=True, blank=True)  # 0-based place in ticket order, from the seed on
    sent_at = models.DateTimeField(null=True, blank=True)  # its checkers were asked
    reading = models.PositiveBigIntegerField(null=True, blank=True)  # the reading that counts, once closed
    outcome = models.CharField(max_length=10, choices=Found.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    put_right_on = models.DateField(null=True, blank=True)  # a miss stays; this stands beside it
    put_right_photo = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ("book", "rank", "id")
        constraints = [
            models.UniqueConstraint(fields=("book", "key"), name="checks_unit_key_once"),
            models.UniqueConstraint(fields=("book", "rank"), name="checks_unit_rank_once"),
            models.CheckConstraint(condition=models.Q(claim__gte=1), name="checks_unit_claims_something"),
            # Closed without a reading it would count as 0 and never say that nobody has been there.
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(reading__isnull=False) & ~models.Q(outcome=""),
                name="checks_unit_closed_is_read",
            ),
        ]

    def __str__(self) -> str:
        return f"unit {self.pk}"  # neither key nor claim

    @property
    def counted(self) -> int:
        """a = min(reading, c), after a correction min(reading, corrected c). 0 before it is closed."""
        return min(self.reading or 0, self.claim if self.cap is None else self.cap)


class Mark(models.Model):
    """The published bound after one more ticket of the gapless prefix: the chart's points. Made anew when a reading is corrected."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="marks")
    after = models.PositiveIntegerField()  # checks in the prefix
    at_least = models.PositiveBigIntegerField()  # floor(L·C), in the indicator's unit
    at = models.DateTimeField()

    class Meta:
        ordering = ("after",)
        constraints = [models.UniqueConstraint(fields=("book", "after"), name="checks_mark_once")]

    def __str__(self) -> str:
        return f"{self.after}: {self.at_least}"
