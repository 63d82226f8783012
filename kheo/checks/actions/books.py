"""Freezing a book, and fixing the checkpoint that goes into its seed. Rolls, the close and giving up stand beside this file."""

import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kheo import catalogue
from kheo.checks import draw, gathering, rules, totals
from kheo.checks.actions.endings import abandon_book, close_book, close_due_books, give_up
from kheo.checks.actions.rolls import enter_beacon, enter_roll, give_order, seed_book
from kheo.checks.cutting import Piece
from kheo.checks.gathering import EXACTLY, Frame, Outline
from kheo.checks.models import Book, Kind, Phase, Unit
from kheo.checks.verbs import BookVerb as Verb
from kheo.core import clock
from kheo.core.actor import SYSTEM, Actor
from kheo.core.rules import Invalid, Refused, require
from kheo.core.values import line
from kheo.openlog import stored
from kheo.openlog.door import act, lock, name_of, writes
from kheo.openlog.models import Entry
from kheo.places.models import Place
from kheo.results.models import Result
from kheo.results.sums import SMALLEST, is_private

__all__ = [
    "abandon_book",
    "close_book",
    "close_due_books",
    "enter_beacon",
    "enter_roll",
    "fix_checkpoint",
    "freeze_book",
    "freeze_review",
    "refreeze",
]

DRAWN_AT = time(18)  # of the next day, in the city's time, unless somebody says otherwise
OPEN_FOR = timedelta(days=30)  # from the draw until a round closes
LONGEST = timedelta(days=366)
BATCH = 500
_NOTHING = _("Nothing was reported here in this time that has not been counted on site already.")


@writes
def freeze_book(
    actor: Actor,
    scope: Place,
    *,
    kind: str = Kind.ROUND,
    indicator: str,
    starts_on: date,
    ends_on: date,
    months: int = 0,
    planned: int = 60,
    draw_at: datetime | None = None,
    beacon_name: str = "",
    closes_on: date | None = None,
    act_id: UUID | None = None,
) -> Book:
    """Close up what was claimed of ``indicator`` in ``scope`` from ``starts_on`` to ``ends_on`` in a book, and announce its draw.

    ``kind``: "round", or "lasting" with the ``months`` (6, 12) after which it is asked what still stands. ``planned``: places to visit.
    ``draw_at``: the first checkpoint signed at or after this moment goes into the seed. ``beacon_name``: an outside draw later than the
    dice ("XSKT Cần Thơ 2/12, giải đặc biệt"). Up to 60 units all are visited and nothing is drawn.
    Raises Refused, also while another round over the same results is under way, and Invalid on one of these fields.
    """
    lock(Place(pk=scope.ids()[0]))  # two who announce at once, in a ward and in the city, see each other
    scope = lock(scope)
    require(rules.may_freeze_book(actor, scope))
    draw_at = draw_at or default_draw_at()
    closes_on = closes_on or timezone.localdate(draw_at + OPEN_FOR)
    frame = _framed(kind, indicator, scope, starts_on, ends_on, months)
    turn = _checked(frame, planned, draw_at, closes_on, beacon_name)
    pieces = gathering.pieces(frame)
    _enough(indicator, sum(piece.claim for piece in pieces))
    whole = len(pieces) <= EXACTLY
    book = Book(
        kind=kind,
        indicator=indicator,
        scope=scope,
        starts_on=starts_on,
        ends_on=ends_on,
        months=months,
        turn=turn,
        alpha=totals.alpha_of_round(turn),
        planned=planned,
        frozen_by_id=actor.user_id,
        frozen_at=clock.now(),
        draw_at=draw_at,
        beacon_name="" if whole else line("beacon_name", beacon_name, 120),
        closes_on=closes_on,
    )
    _fill(book, pieces)
    return act(Verb.FROZEN, actor, book, place=scope.slug, clear=_told(book))


def outline_book(
    actor: Actor,
    scope: Place,
    *,
    kind: str,
    indicator: str,
    starts_on: date,
    ends_on: date,
    months: int,
    planned: int,
    draw_at: datetime,
    beacon_name: str,
    closes_on: date,
) -> Outline:
    """What :func:`freeze_book` would do now, for the page before it; raises what it would raise."""
    require(rules.may_freeze_book(actor, scope))
    frame = _framed(kind, indicator, scope, starts_on, ends_on, months)
    turn = _checked(frame, planned, draw_at, closes_on, beacon_name)
    found = gathering.outline(frame, turn)
    _enough(indicator, found.claimed)
    return found


@writes
def refreeze(actor: Actor, book: Book, *, act_id: UUID | None = None) -> Book:
    """Make the book anew, because results were corrected, withdrawn or added since; possible until the checkpoint is fixed."""
    book = lock(book, "scope")
    if actor.key != SYSTEM.key:
        require(rules.may_freeze_book(actor, book.scope))
    if book.phase != Phase.FROZEN:
        raise Refused(_("The fingerprint of this draw stands; its book can't be made anew."))
    pieces = gathering.pieces(Frame.of(book))
    if not pieces or _shows_a_home(book.indicator, sum(piece.claim for piece in pieces)):
        return give_up(actor, book, str(_("Too little of what was reported is left to check.")))
    book.units.all().delete()
    book.planned = max(book.planned, EXACTLY) if book.whole else book.planned  # all of few; of many as many as a draw has
    _fill(book, pieces)
    return act(Verb.REFROZEN, actor, book, place=book.scope.slug, clear=_told(book))


def freeze_review(results: list[Result]) -> Book:
    """A book of results that are looked at again, disputed ones among others: each whole, out of every sample, without dice or page."""
    return _freeze_review(SYSTEM, Place.objects.get(slug=settings.KHEO_CITY), results=results)


@writes
def _freeze_review(actor: Actor, city: Place, *, results: list[Result], act_id: UUID | None = None) -> Book:
    today, now = clock.today(), clock.now()
    book = Book(
        kind=Kind.REVIEW,
        indicator="",
        scope=city,
        starts_on=today,
        ends_on=today,
        alpha=totals.alpha_of_round(1),
        planned=len(results),
        frozen_at=now,
        draw_at=now,
        closes_on=today + OPEN_FOR,
    )
    _fill(book, [gathering.whole_piece(result) for result in results])
    book.seed, book.seeded_at, book.phase = f"{draw.VERSION}-review,{secrets.token_hex(32)}", now, Phase.SEEDED
    book.save(update_fields=["seed", "seeded_at", "phase"])
    give_order(book)
    clear = {"book": book.pk, "kind": str(Kind.REVIEW), "units": book.count, "root": book.root}
    return act(Verb.FROZEN, actor, book, place=city.slug, clear=clear)


def fix_checkpoint(book: Book) -> bool:
    """Fix the first checkpoint signed at or after the announced moment, if there is one by now; True when it was fixed by this call.

    Results that were corrected since the freeze are taken up first, and the checkpoint must hold the book as it stands then. Where the log
    is idle, an entry is written, so that one is signed. Of a book that is visited whole the order is made at once.
    """
    book.refresh_from_db()
    if book.phase != Phase.FROZEN or clock.now() < book.draw_at:
        return False
    if gathering.changed(book):
        refreeze(SYSTEM, book)
        return False
    found = _checkpoint_of(book)
    if found is None:
        if not Entry.objects.filter(subject=name_of(book), verb=Verb.DUE).exists():
            _due(SYSTEM, book)
        return False
    try:
        return _fix(SYSTEM, book, checkpoint=found).phase in (Phase.FIXED, Phase.SEEDED)
    except Refused:  # another worker was there first
        return False


@writes
def _due(actor: Actor, book: Book) -> Book:
    return act(Verb.DUE, actor, book, place=book.scope.slug, clear={"book": book.pk, "root": book.root})


@writes
def _fix(actor: Actor, book: Book, *, checkpoint: stored.Signed) -> Book:
    book = lock(book, "scope")
    if book.phase != Phase.FROZEN:
        raise Refused(_("The fingerprint of this draw stands already."))
    if gathering.changed(book):  # corrected while we looked for the checkpoint
        return refreeze(actor, book)
    book.checkpoint_size, book.checkpoint_root = checkpoint.size, checkpoint.root.hex()
    book.fixed_at, book.phase = clock.now(), Phase.FIXED
    book.save(update_fields=["checkpoint_size", "checkpoint_root", "fixed_at", "phase"])
    clear = {"book": book.pk, "size": book.checkpoint_size, "root": book.checkpoint_root}
    act(Verb.FIXED, actor, book, place=book.scope.slug, clear=clear)
    if book.whole:
        seed_book(actor, book, [], "")
    return book


def _checkpoint_of(book: Book) -> stored.Signed | None:
    """The first checkpoint at or after the announced moment that holds the last freeze; where there are witnesses, one they signed."""
    frozen = Entry.objects.filter(subject=name_of(book), verb__in=(Verb.FROZEN, Verb.REFROZEN)).order_by("pk").last()
    if frozen is None or frozen.index is None:
        return None
    return stored.witnessed(since=book.draw_at, holding=frozen.index)


def default_draw_at() -> datetime:
    """Tomorrow evening."""
    return timezone.make_aware(datetime.combine(clock.today() + timedelta(days=1), DRAWN_AT))


def _framed(kind: str, indicator: str, scope: Place, starts_on: date, ends_on: date, months: int) -> Frame:
    if kind not in (Kind.ROUND, Kind.LASTING):
        raise Invalid("kind", _("This kind of round is not announced by hand."))
    kit, _dot, _name = indicator.partition(".")
    if kit not in catalogue.kits() or indicator not in catalogue.kit(kit).indicators:
        raise Invalid("indicator", _("Please choose what is to be checked."))
    if starts_on > ends_on:
        raise Invalid("ends_on", _("This day lies before the first day."))
    if ends_on > clock.today():
        raise Invalid("ends_on", _("This day has not come yet."))
    if kind == Kind.LASTING:
        if not any(d.months == months for d in catalogue.kit(kit).durability):
            raise Invalid("months", _("This kind of work is not asked again after so many months."))
        if ends_on > gathering.months_before(clock.today(), months):
            raise Invalid("ends_on", _("What was finished after this day has not stood long enough."))
    elif months:
        raise Invalid("months", _("Only a round of what still works waits for some months."))
    return Frame(kind, indicator, scope, starts_on, ends_on, months)


def _shows_a_home(indicator: str, claimed: int) -> bool:
    """True of help to so few homes that the sum in the log would tell of a household."""
    return is_private(indicator) and claimed < SMALLEST


def _enough(indicator: str, claimed: int) -> None:
    """Raises Invalid where there is nothing to check, or so little that a household would be seen."""
    if not claimed:
        raise Invalid(None, _NOTHING)
    if _shows_a_home(indicator, claimed):
        raise Invalid(
            None, _("So few homes can't be checked in a round of their own without showing who they are. Please take a larger place.")
        )


def _checked(frame: Frame, planned: int, draw_at: datetime, closes_on: date, beacon_name: str) -> int:
    """How often these were drawn, this time included. Raises Refused, Invalid."""
    _check_times(draw_at, closes_on)
    if not 1 <= planned <= 10_000:
        raise Invalid("planned", _("Please say how many places are to be visited."))
    line("beacon_name", beacon_name, 120)
    earlier = _overlapping(frame)
    if earlier.filter(phase__in=(Phase.FROZEN, Phase.FIXED, Phase.SEEDED)).exists():
        raise Refused(_("Another round over the same results is still under way. Please wait until it is closed."))
    return int(earlier.count()) + 1


def _check_times(draw_at: datetime, closes_on: date) -> None:
    if draw_at < clock.now():
        raise Invalid("draw_at", _("This moment has passed."))
    if draw_at > clock.now() + LONGEST:
        raise Invalid("draw_at", _("Please choose a moment within a year."))
    if not timezone.localdate(draw_at) < closes_on <= timezone.localdate(draw_at) + LONGEST:
        raise Invalid("closes_on", _("Please choose a day after the draw and within a year: by then everybody has been there."))


def _overlapping(frame: Frame) -> Any:
    """Earlier books of the same over some of the same results, also those that were given up: each look at them spends risk."""
    above = [int(i) for i in frame.scope.ids()]
    found = Book.objects.filter(
        kind=frame.kind,
        indicator=frame.indicator,
        months=frame.months,
        starts_on__lte=frame.ends_on,
        ends_on__gte=frame.starts_on,
    )
    return found.filter(scope__in=above) | found.filter(scope__path__startswith=frame.scope.path or "/")


def _fill(book: Book, pieces: list[Piece]) -> None:
    """The units, and what the book says of them."""
    book.count, book.claimed = len(pieces), sum(piece.claim for piece in pieces)
    book.root = draw.book_root({piece.key: piece.claim for piece in pieces}).hex()
    book.whole = book.count <= EXACTLY and book.kind != Kind.REVIEW
    book.planned = book.count if book.whole else min(book.planned, book.count)
    book.save()
    Unit.objects.bulk_create(
        [Unit(book=book, result_id=piece.result, key=piece.key, claim=piece.claim, at=piece.at) for piece in pieces], BATCH
    )


def _told(book: Book) -> dict[str, Any]:
    """The clear part of a freeze: what `kheo verify` holds everything later against."""
    return {
        "book": book.pk,
        "kind": str(book.kind),
        "indicator": book.indicator,
        "starts": str(book.starts_on),
        "ends": str(book.ends_on),
        "months": book.months,
        "turn": book.turn,
        "alpha": book.alpha,
        "units": book.count,
        "claimed": book.claimed,
        "root": book.root,
        "whole": book.whole,
        "planned": book.planned,
        "draw_at": book.draw_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "beacon_name": book.beacon_name,
        "closes_on": str(book.closes_on),
    }
