"""Sending people to count: the worker's round through all books that are being checked. Every step is an act of its own; any may fail.

Tickets go out in rank order, without a gap. Two people read each, and a third where they disagree. Who is asked comes from a hash of the
seed and the unit that says nothing of its rank, those with the fewest visits first; one from the ward, one from another.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kheo.catalogue import indicator as indicator_of
from kheo.checks import draw
from kheo.checks.actions.closing import close_unit
from kheo.checks.actions.held import ends
from kheo.checks.actions.pool import enrol_boards
from kheo.checks.actions.visits import GRACE, expire, offer
from kheo.checks.eligible import volunteers_for
from kheo.checks.models import Book, Unit, Visit, VisitState, Volunteer
from kheo.checks.settling import settled
from kheo.core import clock
from kheo.core.actor import SYSTEM
from kheo.core.rules import Refused
from kheo.people.tasks import deliver
from kheo.places.models import Rank

log = logging.getLogger("kheo.dispatch")
OUT_AT_ONCE = 20  # tickets whose checkers are on the way
AT_ONCE = 3  # visits that one volunteer has at a time; more only in the last third, when nobody else is left
LATELY = timedelta(days=30)  # whoever went more often in this time is asked later
THIRD = timedelta(days=7)  # after two readings that disagree: then the lowest counts
SHORTEST = timedelta(hours=3)  # no offer that has less time than this


def dispatch() -> int:
    """Go once through all books; returns how many steps were taken. Idempotent: a second call at the same moment does nothing."""
    steps = enrol_boards()
    now = clock.now()
    for visit in late(now):
        steps += _tried(partial(expire, SYSTEM, visit))
    steps += sum(_remind(pk) for pk in half_way(now))
    for book in Book.objects.checking().select_related("scope").order_by("pk"):
        steps += _send(book, now)
    return steps


def late(now: datetime) -> Iterator[Visit]:
    """Visits whose time is over. Twin of ``actions.visits.overdue``."""
    over = Q(state=VisitState.OFFERED, answer_by__lt=now) | Q(state=VisitState.ACCEPTED, visit_by__lt=now - GRACE)
    yield from Visit.objects.filter(over, unit__closed_at=None).select_related("unit").order_by("unit__book_id", "pk")


def waiting_places(book: Book) -> int:
    """Places of a book to which nobody can go just now: somebody is missing, and nobody was found."""
    return sum(bool(_wanted(unit)) for unit in _out(book))


@dataclass(slots=True)
class _Load:
    """Visits by volunteer, kept while offers go out: ``of`` those that are open, ``lately`` with those they made in :data:`LATELY`."""

    of: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    lately: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    def now(cls) -> "_Load":
        since = Q(state=VisitState.DONE, ended_at__gte=clock.now() - LATELY) | Q(state__in=(VisitState.OFFERED, VisitState.ACCEPTED))
        lately = Visit.objects.filter(since, volunteer__isnull=False)
        return cls(_by_volunteer(lately.exclude(state=VisitState.DONE)), _by_volunteer(lately))

    def add(self, volunteer: int) -> None:
        self.of[volunteer] += 1
        self.lately[volunteer] += 1


def _by_volunteer(visits: QuerySet[Visit]) -> dict[int, int]:
    return defaultdict(int, dict(visits.order_by().values_list("volunteer").annotate(n=Count("pk"))))


def _send(book: Book, now: datetime) -> int:
    steps, load, close = 0, _Load.now(), ends(book)
    if close - now < SHORTEST:
        return 0
    start = book.seeded_at or book.frozen_at
    pressing = now > close - (close - start) / 3  # the reserves: also those who have enough to do already
    under_way = 0
    for unit in _out(book):
        if closed := _settle(unit, now):
            steps += closed
            continue
        asked = _ask(unit, _wanted(unit), load, close, pressing)
        steps += asked
        under_way += bool(asked) or any(v.state in (VisitState.OFFERED, VisitState.ACCEPTED) for v in unit.visits.all())
    unsent = book.units.filter(sent_at=None, closed_at=None, rank__lt=book.planned, rank__gte=0).order_by("rank")
    for unit in _with_places(unsent)[: max(0, OUT_AT_ONCE - under_way)]:
        Unit.objects.filter(pk=unit.pk, sent_at=None).update(sent_at=now)
        steps += 1 + _ask(unit, [1, 2], load, close, pressing)
    return steps


def _with_places(units: QuerySet[Unit]) -> QuerySet[Unit]:
    return units.select_related("book__scope", "result__place", "result__initiative__place").defer(
        "result__geometry", "result__place__geometry", "result__initiative__place__geometry", "book__scope__geometry"
    )


def _out(book: Book) -> list[Unit]:
    return list(_with_places(book.units.out()).prefetch_related("visits").order_by("rank", "pk"))


def _wanted(unit: Unit) -> list[int]:
    """The seats on which nobody sits: 1 and 2; 3 once both have read and disagree."""
    visits = [v for v in unit.visits.all() if v.state in (VisitState.OFFERED, VisitState.ACCEPTED, VisitState.DONE)]
    taken = {v.seat for v in visits}
    read = [v.reading for v in sorted(visits, key=lambda v: v.seat) if v.reading is not None]
    if len(read) < 2:
        return [seat for seat in (1, 2) if seat not in taken]
    return [3] if settled(read, indicator_of(unit.result.indicator).tolerance) is None and 3 not in taken else []


def _settle(unit: Unit, now: datetime) -> int:
    """Close a unit whose third reader did not come in time, or whose readings say enough."""
    visits = sorted(unit.visits.all(), key=lambda v: v.seat)
    read = [v.reading for v in visits if v.reading is not None]
    ended = [v.ended_at for v in visits if v.state == VisitState.DONE and v.ended_at]
    third_under_way = any(v.seat == 3 and v.state in (VisitState.OFFERED, VisitState.ACCEPTED) for v in visits)
    enough = settled(read, indicator_of(unit.result.indicator).tolerance) is not None
    if enough or (len(ended) == 2 and max(ended) + THIRD < now and not third_under_way):
        return int(close_unit(unit))
    return 0


def _ask(unit: Unit, seats: list[int], load: _Load, close: datetime, pressing: bool) -> int:
    """Offer the seats to the first who may and can; returns how many were taken.

    The first reader is a neighbour of the ward; beside one sits somebody from another ward, and a third comes from another too, as long
    as there is anybody: whoever hands out a ward's accounts and cards can't fill both seats with people of theirs.
    """
    if not seats:
        return 0
    able = {pk: home for pk, home in volunteers_for(unit).values_list("pk", "home__path") if pressing or load.of[pk] < AT_ONCE}
    order = draw.order_of_checkers(unit.book.seed, unit.key, map(str, able))
    place = {int(key): n for n, key in enumerate(order)}
    waiting = sorted(able, key=lambda pk: (load.lately[pk], place[pk]))
    ward = "".join(f"/{pk}" for pk in unit.result.place.ids()[: Rank.WARD + 1]) + "/"
    there = [v for v in unit.visits.all() if v.state in (VisitState.OFFERED, VisitState.ACCEPTED, VisitState.DONE)]
    sitting = [v.volunteer_id for v in there if v.volunteer_id is not None]
    homes = Volunteer.objects.filter(pk__in=sitting).values_list("home__path", flat=True) if sitting else []
    neighbour = any(not _afar(home, ward) for home in homes)
    taken = 0
    for seat in seats:
        first = [pk for pk in waiting if _afar(able[pk], ward) == (neighbour or seat == 3)]
        for pk in [*first, *(pk for pk in waiting if pk not in first)]:
            waiting.remove(pk)
            if _tried(partial(_offer, unit, seat, Volunteer.objects.select_related("user").get(pk=pk), close)):
                load.add(pk)
                neighbour = neighbour or not _afar(able[pk], ward)
                taken += 1
                break
    return taken


def _afar(home: str | None, ward: str) -> bool:
    """Lives in another ward; a board without a home of its own is a neighbour wherever its role reaches."""
    return home is not None and not home.startswith(ward)


def _offer(unit: Unit, seat: int, volunteer: Volunteer, close: datetime) -> None:
    with transaction.atomic():
        visit = offer(SYSTEM, unit, seat=seat, volunteer=volunteer, until=close)
        _write(visit, volunteer, first=True)


def _tried(step: Callable[[], object]) -> int:
    try:
        step()
    except Refused as e:  # somebody was quicker
        log.info("a step of the dispatch was not needed any more", extra={"fields": {"why": str(e.reason)}})
        return 0
    return 1


# ── letters ──


def half_way(now: datetime) -> list[int]:
    """Visits that have used half of their time and were not reminded."""
    found = Visit.objects.open().filter(reminded_at=None, unit__closed_at=None).order_by("pk")
    rows = found.values_list("pk", "state", "offered_at", "answer_by", "accepted_at", "visit_by")
    half = []
    for pk, state, offered, answer_by, accepted, visit_by in rows:
        begin, end = (offered, answer_by) if state == VisitState.OFFERED else (accepted, visit_by)
        if begin and end and begin + (end - begin) / 2 <= now < end:
            half.append(pk)
    return half


def _remind(pk: int) -> int:
    """Once for each half-way; by e-mail where there is one, and on the desk, which shows the hour, for everybody."""
    with transaction.atomic():
        visit = Visit.objects.select_for_update(of=("self",)).select_related("volunteer__user").get(pk=pk)
        if visit.reminded_at is not None or visit.volunteer is None:
            return 0
        visit.reminded_at = clock.now()
        visit.save(update_fields=["reminded_at"])
        _write(visit, visit.volunteer, first=False)
    return 1


def _write(visit: Visit, volunteer: Volunteer, *, first: bool) -> None:
    """A letter to whoever has an address. It never names the place."""
    user = volunteer.user
    if user is None or not user.email:
        return
    page = f"{settings.KHEO_URL}{visit.get_absolute_url()}"
    by = visit.visit_by if visit.state == VisitState.ACCEPTED else visit.answer_by
    with translation.override(user.language or settings.LANGUAGE_CODE):
        moment = date_format(timezone.localtime(by), "DATETIME_FORMAT") if by else ""
        if first:
            body = _("You were drawn to go and count something, about 20 minutes. Can you? Please answer by %(by)s: %(page)s")
        else:
            body = _("A reminder: you were asked to go and count. There is time until %(by)s: %(page)s")
        deliver.enqueue(to=user.email, subject=_("Please count"), body=body % {"by": moment, "page": page})
