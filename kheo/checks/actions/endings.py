"""The end of a book: closed, with every id and claim open, or given up, and then it shows 0."""

from contextlib import suppress
from itertools import batched
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.checks import rules
from kheo.checks.actions import closing
from kheo.checks.actions.held import named, said_at
from kheo.checks.actions.visits import forget_households
from kheo.checks.models import Book, Found, Kind, Phase, Unit, Visit, VisitState
from kheo.checks.verbs import BookVerb as Verb
from kheo.checks.verbs import VisitVerb
from kheo.core import clock
from kheo.core.actor import SYSTEM, Actor
from kheo.core.rules import Refused, require
from kheo.core.values import line
from kheo.openlog.door import act, lock, writes

AT_ONCE = 500  # units that one entry of the log opens
UNDRAWN = (Phase.FROZEN, Phase.FIXED)


@writes
def close_book(actor: Actor, book: Book, *, act_id: UUID | None = None) -> Book:
    """Close a round: where somebody was sent and nobody has been counts 0, every {id, claim} is opened, and the bound stands.

    By the city board once all places were visited, or by the city's worker (``SYSTEM``) after the announced day. Raises Refused.
    """
    book = lock(book, "scope")
    if actor.key != SYSTEM.key:
        require(rules.may_close_book(actor, book))
    elif book.phase != Phase.SEEDED or (clock.today() <= book.closes_on and not rules.visited(book)):
        raise Refused(_("This round is not over yet."))
    left = Unit.objects.filter(book=book, closed_at=None) if book.whole else Unit.objects.out().filter(book=book)
    for unit in left.order_by("rank"):
        closing.close_unit(unit)  # what was read counts, else 0
    book.phase, book.closed_at = Phase.CLOSED, clock.now()
    book.save(update_fields=["phase", "closed_at"])
    forget_households(book)
    if book.kind == Kind.REVIEW:
        return act(Verb.CLOSED, actor, book, place=book.scope.slug, clear={"book": book.pk, "kind": str(Kind.REVIEW)})
    units = sorted(Unit.objects.filter(book=book).order_by().values_list("key", "claim"))
    parts = list(batched(units, AT_ONCE))
    for number, part in enumerate(parts, start=1):
        opened = {"book": book.pk, "part": number, "units": [[key, claim] for key, claim in part]}
        act(Verb.OPENED, actor, book, place=book.scope.slug, clear=opened)
    closing.recount(book)
    book.refresh_from_db(fields=["at_least"])
    if book.at_least is None:
        book.at_least = 0
        book.save(update_fields=["at_least"])
    ended = list(Unit.objects.filter(book=book, closed_at__isnull=False).values_list("outcome", flat=True))
    clear = {
        "book": book.pk,
        "parts": len(parts),
        "checks": len(ended) - ended.count(Found.UNVISITED),
        "right": ended.count(Found.RIGHT),
        "short": ended.count(Found.SHORT),
        "unvisited": ended.count(Found.UNVISITED),
        "at_least": book.at_least,
    }
    return act(Verb.CLOSED, actor, book, place=book.scope.slug, clear=clear)


@writes
def abandon_book(actor: Actor, book: Book, *, reason: str, act_id: UUID | None = None) -> Book:
    """Give a round up, with the reason for everybody to read. It shows 0 for ever, and the next draw of the same spends its own risk.

    Raises Refused, Invalid("reason").
    """
    book = lock(book, "scope")
    require(rules.may_abandon_book(actor, book))
    return give_up(actor, book, line("reason", reason, 300, _("Please say why: everybody can read it."), least=3))


def give_up(actor: Actor, book: Book, reason: str) -> Book:
    """Inside an act on the locked book: whoever is under way is thanked, and nothing more is opened."""
    book.phase, book.closed_at, book.abandoned_reason, book.at_least = Phase.ABANDONED, clock.now(), reason, 0
    book.save(update_fields=["phase", "closed_at", "abandoned_reason", "at_least"])
    for visit in Visit.objects.open().filter(unit__book=book).select_related("unit__book__scope"):
        visit.state, visit.ended_at = VisitState.EXPIRED, clock.now()
        visit.save(update_fields=["state", "ended_at"])
        act(VisitVerb.PASSED, actor, visit, place=said_at(book), clear=named(visit.unit), private={"why": "given up"})
    forget_households(book)
    return act(Verb.ABANDONED, actor, book, place=book.scope.slug, clear={"book": book.pk, "reason": reason})


@writes
def _lapse(actor: Actor, book: Book, *, act_id: UUID | None = None) -> Book:
    book = lock(book, "scope")
    if book.phase not in UNDRAWN or clock.today() <= book.closes_on:
        raise Refused(_("This round is not over yet."))
    return give_up(actor, book, str(_("Nobody held its draw until the last day that was announced.")))


def close_due_books() -> int:
    """Close every round after its announced day, and every review once all have been there (worker); returns how many.

    A round that was not drawn until that day is given up: it shows 0, and stands in nobody's way.
    """
    count = 0
    for book in Book.objects.public().filter(phase__in=UNDRAWN, closes_on__lt=clock.today()):
        with suppress(Refused):
            _lapse(SYSTEM, book)
            count += 1
    for book in Book.objects.checking():
        if clock.today() > book.closes_on or (book.kind == Kind.REVIEW and rules.visited(book)):
            with suppress(Refused):  # another worker, or somebody of the board, was there first
                close_book(SYSTEM, book)
                count += 1
    return count
