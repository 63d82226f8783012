"""Who may announce a round, hold its draw, close it, give it up."""

from django.utils.translation import gettext_lazy as _

from kheo.checks.models import Book, Kind, Phase, Unit
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.places.models import Place, Rank

_OFFICES = (Role.HEAD, Role.OFFICER, Role.ORGANISER)


def holds_office(actor: Actor, scope: Place) -> bool:
    """True for who answers for works in this place, for one of its wards and areas, or above it."""
    path = scope.path or "/"
    return any(g.role in _OFFICES and (g.path.startswith(path) or path.startswith(g.path)) for g in actor.grants)


def may_freeze_book(actor: Actor, scope: Place) -> Answer:
    """The city board, without those who answer for the works that are checked."""
    if not actor.has(Role.CITY_BOARD, at=scope):
        return No(_("Only the city board announces a draw."))
    if scope.rank == Rank.SITE:
        return No(_("A draw is held for an area, a ward or the city."))
    if holds_office(actor, scope):
        return No(_("You hold an office in this place yourself. Somebody else of the city board has to announce the draw."))
    return YES


def may_fix_checkpoint(actor: Actor, book: Book) -> Answer:
    """Whoever holds the draw, once the announced moment has come. It happens by itself too."""
    if not holds_draw(actor, book):
        return No(_("Only the city board, or an officer of this place, holds the draw."))
    if book.phase != Phase.FROZEN:
        return No(_("The fingerprint of this draw stands already."))
    if clock.now() < book.draw_at:
        return No(_("The announced moment has not come yet."))
    return YES


def may_enter_roll(actor: Actor, book: Book) -> Answer:
    """Two people of the board or the offices at or above the place type what was rolled, after the checkpoint and once."""
    if not holds_draw(actor, book):
        return No(_("Only the city board, or an officer of this place, types what was rolled."))
    if book.phase == Phase.ABANDONED:
        return No(_("This round was given up."))
    if book.whole or book.kind == Kind.REVIEW:
        return No(_("Every place is visited in this round, so nothing is rolled."))
    if book.phase == Phase.FROZEN:
        return No(_("Never dice before the checkpoint: please wait until the fingerprint stands on this page."))
    if book.phase != Phase.FIXED:
        return No(_("The order stands. One book, one seed: there is no second roll."))
    return YES


def may_close_book(actor: Actor, book: Book) -> Answer:
    """The city board, once everybody has been everywhere, or the announced day has come. On that day it happens by itself too."""
    if not (answer := _may_end(actor, book)):
        return answer
    if book.phase != Phase.SEEDED:
        return No(_("Nothing has been drawn in this round yet."))
    if clock.today() <= book.closes_on and not visited(book):
        return No(_("Some places are still to be visited. This round closes by itself on the announced day."))
    return YES


def may_abandon_book(actor: Actor, book: Book) -> Answer:
    """The city board, before it is closed. It shows 0 for ever."""
    return _may_end(actor, book)


def visited(book: Book) -> bool:
    """True once every planned ticket is closed."""
    return not Unit.objects.filter(book=book, rank__lt=book.planned, closed_at=None).exists()


def holds_draw(actor: Actor, book: Book) -> bool:
    """True for the board, and the officers at or above the place: they stand in the room."""
    return book.kind != Kind.REVIEW and actor.has(Role.CITY_BOARD, Role.OFFICER, at=book.scope)


def _may_end(actor: Actor, book: Book) -> Answer:
    if not actor.has(Role.CITY_BOARD, at=book.scope) or book.kind == Kind.REVIEW:
        return No(_("Only the city board closes a round or gives it up."))
    if holds_office(actor, book.scope):
        return No(_("You hold an office in this place yourself. Somebody else of the city board has to do this."))
    if book.phase == Phase.CLOSED:
        return No(_("This round is closed."))
    if book.phase == Phase.ABANDONED:
        return No(_("This round was given up."))
    return YES
