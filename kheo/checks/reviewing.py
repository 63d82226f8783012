"""Which results are looked at beside one that somebody doubts, so that whoever watches can't tell which was meant. Reads only.

A dispute enters the log under its ward, so the others are of the same ward. They are drawn evenly from all that could stand there as
well: any preference would point at the one that does not fit it. The same results go together again whenever one of them is doubted
anew, because the one that two different reviews have in common would be the one that was meant.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Protocol, TypeVar

from django.db.models import Q
from django.utils import timezone

from kheo.checks.models import Dispute, Found, Outcome, Phase, Unit, Wanted
from kheo.core import clock
from kheo.places.models import Place, Rank
from kheo.results.models import Result
from kheo.results.sums import is_private

#: Others visited beside each doubted result, at least.
BESIDE = 3
#: Reviews begin on Mondays at six in the morning, whoever said what and when.
WEEKDAY, HOUR = 0, 6

_random = secrets.SystemRandom()
R = TypeVar("R", bound="HasReading")


class Stage(Enum):
    """How far a result is that somebody should count again."""

    ALONE = "alone"  # too few others in the ward to go with it
    WAITING = "waiting"  # goes out with the next review
    OUT = "out"  # somebody was asked to go
    COUNTED = "counted"
    NOBODY = "nobody"  # the review ended, and nobody could get there


@dataclass(frozen=True, slots=True)
class Looked:
    """What the reviewer, and the household that spoke, may know of it. ``on``: when it was counted, or from when somebody goes."""

    stage: Stage
    on: date
    reading: int | None = None


def looked(wanted: Wanted) -> Looked:
    """How it stands with one wanted result."""
    unit = wanted.unit
    if unit is None:
        enough = len(beside(newest(wanted.result))) == BESIDE
        return Looked(Stage.WAITING if enough else Stage.ALONE, hour_after(max(wanted.wanted_at, clock.now())).date())
    if unit.closed_at is None:
        return Looked(Stage.OUT if unit.book.phase == Phase.SEEDED else Stage.NOBODY, timezone.localdate(unit.book.frozen_at))
    if unit.outcome == Found.UNVISITED:
        return Looked(Stage.NOBODY, timezone.localdate(unit.closed_at))
    return Looked(Stage.COUNTED, timezone.localdate(unit.closed_at), unit.reading)


def hour_before(now: datetime) -> datetime:
    """The last moment, at or before ``now``, at which a review may begin."""
    local = timezone.localtime(now).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    local -= timedelta(days=(local.weekday() - WEEKDAY) % 7)
    return local if local <= now else local - timedelta(days=7)


def hour_after(now: datetime) -> datetime:
    """The next moment after ``now`` at which a review may begin."""
    return hour_before(now) + timedelta(days=7)


def newest(result: Result) -> Result:
    """The result that stands for this one now: corrections take its place."""
    while result.withdrawn_at is not None and (later := Result.objects.filter(replaces=result).first()):
        result = later
    return result


def beside(target: Result, taken: Collection[int] = ()) -> list[Result]:
    """:data:`BESIDE` results to visit with ``target``, without those in ``taken``; fewer where the ward has no more."""
    others = [r for r in _ward(target) if r.pk != target.pk and r.pk not in taken]
    before = _together_before(target)
    kept = [r for r in others if r.pk in before][:BESIDE]
    rest = fair(target, [r for r in others if r.pk not in before])
    return kept + _random.sample(rest, min(BESIDE - len(kept), len(rest)))


class HasReading(Protocol):
    """A result: ``checked`` is None until somebody counted it on site."""

    @property
    def checked(self) -> int | None: ...


def fair(target: HasReading, others: list[R]) -> list[R]:
    """Those of ``others`` from which all that go with ``target`` are drawn evenly.

    Unchecked ones go with an unchecked one, and checked with checked, where the ward has enough of both for either: so a review also
    brings what nobody had counted. Where it has not, all are drawn from. Whichever of the visited was meant, the visited are as likely.
    """
    alike = [r for r in others if (r.checked is None) == (target.checked is None)]
    return alike if min(len(alike), len(others) - len(alike) - 1) >= BESIDE else others


def _ward(target: Result) -> list[Result]:
    """What could be visited in the target's ward just as well: public, nobody doubts it, nobody is under way to it for a review."""
    found = Result.objects.standing().filter(
        place__in=Place.objects.under(_ward_of(target.place)),
        hidden_at=None,
        initiative__hidden_at=None,
        initiative__state__in=("registered", "completed"),
    )
    doubted = Dispute.objects.filter(Q(outcome=Outcome.OPEN) | Q(wanted__unit__isnull=True, wanted__isnull=False))
    found = found.exclude(pk__in=doubted.values("result")).exclude(pk__in=Wanted.objects.waiting().values("result"))
    found = found.exclude(pk__in=Unit.objects.filter(book__kind="review", book__phase=Phase.SEEDED, closed_at=None).values("result"))
    likeness = _likeness(target)
    return [r for r in found.select_related("place").defer("geometry", "place__geometry").order_by("pk") if _likeness(r) == likeness]


def _likeness(result: Result) -> tuple[bool, bool]:
    """What anybody sees of a visit: whether it goes to a home, and whether there is a place to go to or only a session."""
    return is_private(result.indicator), bool(result.session and result.site_id is None)


def _ward_of(place: Place) -> Place:
    return place if place.rank <= Rank.WARD or place.parent is None else _ward_of(place.parent)


def _together_before(target: Result) -> set[int]:
    """Results that went with this one in the last review in which it was visited, as the one that was meant or beside it."""
    last = Wanted.objects.filter(Q(result=target) | Q(beside=target), unit__isnull=False).order_by("-pk").first()
    if last is None:
        return set()
    return {last.result_id, *last.beside.values_list("pk", flat=True)} - {target.pk}
