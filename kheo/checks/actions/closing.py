"""Closing the check of a unit: which reading counts, what the result and the bound say now."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kheo.catalogue import indicator as indicator_of
from kheo.checks import bound, rules
from kheo.checks.actions.held import hold, named, said_at
from kheo.checks.models import Book, Found, Kind, Mark, Phase, Unit, VisitState
from kheo.checks.reviewing import newest
from kheo.checks.settling import final, settled
from kheo.checks.verbs import VisitVerb as Verb
from kheo.core import clock
from kheo.core.actor import SYSTEM, Actor
from kheo.core.rules import Invalid, require
from kheo.evidence import photos
from kheo.openlog.door import act, lock, writes
from kheo.results import tallies
from kheo.results.models import Result, Standing
from kheo.results.sums import is_private


def readings(unit: Unit) -> list[int]:
    """What was read so far, by seat."""
    done = unit.visits.filter(state=VisitState.DONE).order_by("seat", "pk").values_list("reading", flat=True)
    return [reading for reading in done if reading is not None]


def settles(unit: Unit) -> bool:
    """Whether its readings say enough: two that agree, or three."""
    return settled(readings(unit), indicator_of(unit.result.indicator).tolerance) is not None


def close_unit(unit: Unit) -> bool:
    """Close the check of a unit with the readings there are, as an act of the worker's; False when it was closed already.

    Two that agree: the lower. Three: the median. Fewer, because nobody goes any more: the lowest, and 0 where nobody has been.
    """
    with transaction.atomic():
        lock(Book(pk=unit.book_id))
        if Unit.objects.filter(pk=unit.pk, closed_at__isnull=False).exists():
            return False
        _close(SYSTEM, unit)
    return True


@writes
def _close(actor: Actor, unit: Unit) -> Unit:
    unit = hold(unit)
    counted, private = indicator_of(unit.result.indicator), is_private(unit.result.indicator)
    _call_off(actor, unit)
    done = list(unit.visits.filter(state=VisitState.DONE).select_related("photo").order_by("seat", "pk"))
    read = [v.reading for v in done if v.reading is not None]
    unit.reading = final(read, counted.tolerance)
    unit.outcome = _outcome(unit) if read else Found.UNVISITED
    unit.closed_at = clock.now()
    unit.save(update_fields=["reading", "outcome", "closed_at"])
    for visit in done:
        if visit.photo is not None and not private:
            photos.publish(visit.photo, unit.result.place)
    weigh(unit.book, unit.result)
    _mark(unit.book)
    kept = {"notes": [v.note for v in done], "photos": [v.photo.original_sha256 if v.photo else None for v in done]}
    opened = {"id": unit.key, "claim": unit.claim, "reading": unit.reading, "readings": read, "cap": unit.cap, "outcome": str(unit.outcome)}
    at = said_at(unit.book) if private or unit.book.kind == Kind.REVIEW else unit.result.place.slug
    if unit.book.kind == Kind.REVIEW:
        kept |= opened
    return act(Verb.UNIT_CLOSED, actor, unit, place=at, clear=named(unit, **opened), private=kept)


def _call_off(actor: Actor, unit: Unit) -> None:
    for visit in unit.visits.open().order_by("pk"):
        visit.state, visit.ended_at = VisitState.EXPIRED, clock.now()
        visit.save(update_fields=["state", "ended_at"])
        act(Verb.PASSED, actor, visit, place=said_at(unit.book), clear=named(unit), private={"why": "closed"})


def _outcome(unit: Unit) -> Found:
    claim = unit.claim if unit.cap is None else unit.cap
    return Found.RIGHT if indicator_of(unit.result.indicator).agrees(claim, unit.reading or 0) else Found.SHORT


def weigh(book: Book, result: Result) -> None:
    """Once every unit of a result was visited: what of it is checked, inside an act that holds the result.

    A round's check stands in for all before it. A review only lowers what a check had found; what still works after months changes
    nothing that was checked then. A result with a place where nobody has been stays as it was: that is not the same as wrong.
    """
    if book.kind == Kind.LASTING:
        return
    units = list(Unit.objects.filter(book=book, result=result))
    result = newest(result)
    before, counted = tallies.counts_of(result), indicator_of(result.indicator)
    if any(u.closed_at is None or u.outcome == Found.UNVISITED for u in units):
        return
    measured = sum(u.reading or 0 for u in units) if len(units) == 1 else sum(u.counted for u in units)
    checked = min(measured, result.quantity)
    if book.kind == Kind.REVIEW and result.checked is not None and result.checked <= checked:
        return
    # What an earlier report claims of the same is no miss of this one.
    lying = min(sum(u.claim for u in units), result.quantity)
    result.checked = checked
    result.standing = Standing.RIGHT if counted.agrees(lying, measured) else Standing.SHORT
    result.save(update_fields=["checked", "standing"])
    tallies.add((result, tallies.counts_of(result) - before))


def _prefix(book: Book) -> list[Unit]:
    """The closed units in ticket order, up to the first that is open."""
    found = []
    for rank, unit in enumerate(book.units.filter(rank__isnull=False, closed_at__isnull=False).order_by("rank")):
        if unit.rank != rank:
            break
        found.append(unit)
    return found


def _mark(book: Book) -> None:
    """Write down the bound after each check that the gapless prefix has gained."""
    if book.kind == Kind.REVIEW:
        return
    prefix, known = _prefix(book), book.marks.count()
    if len(prefix) <= known:
        return
    checks, claims = [(u.key, u.counted) for u in prefix], {} if book.whole else dict(book.units.values_list("key", "claim"))
    for after in range(known + 1, len(prefix) + 1):
        found = sum(u.counted for u in prefix[:after])  # of a book counted whole it is there, and no chance comes in
        least = found if book.whole else bound.at_least(claims, checks[:after], book.confidence)
        Mark.objects.create(book=book, after=after, at_least=least, at=prefix[after - 1].closed_at or clock.now())
        book.at_least = least
    book.save(update_fields=["at_least"])


def recount(book: Book) -> None:
    """Make all marks of a book anew, inside an act that holds the book: after a correction. The bound may fall."""
    book.marks.all().delete()
    book.at_least = None
    book.save(update_fields=["at_least"])
    _mark(book)


@writes
def reread(actor: Actor, unit: Unit, *, reading: int, why: str, act_id: UUID | None = None) -> Unit:
    """Correct the reading of a closed check; everybody sees it with the reason, and all that rests on it is computed again.

    Raises Refused, Invalid("reading" | "why").
    """
    unit = hold(unit)
    require(rules.may_reread(actor, unit))
    check_reading(unit, reading, "reading")
    why = why.strip()[:300]
    if len(why) < 3:
        raise Invalid("why", _("Please say in a few words why the number changes."))
    if reading == unit.reading and unit.outcome != Found.UNVISITED:
        raise Invalid("reading", _("This is the number that stands already."))
    unit.reading = reading
    unit.outcome = _outcome(unit)
    unit.save(update_fields=["reading", "outcome"])
    if unit.book.phase in (Phase.SEEDED, Phase.CLOSED):
        recount(unit.book)
    weigh(unit.book, unit.result)
    return act(Verb.REREAD, actor, unit, place=said_at(unit.book), clear=named(unit, reading=reading, why=why))


def check_reading(unit: Unit, reading: int, field: str, over: int = 0) -> None:
    """Raise Invalid on ``field`` for what nobody can have counted. ``over``: so many of earlier reports stand there too."""
    if isinstance(reading, bool) or not isinstance(reading, int):
        raise Invalid(field, _("Please give a whole number."))
    if reading < 0:
        raise Invalid(field, _("Less than nothing can't be counted. If there was nothing, write 0."))
    if reading > indicator_of(unit.result.indicator).maximum + over:
        raise Invalid(field, _("This number can't be right. Please look at it again."))
