"""Going to count: asked, yes, no, counted, couldn't reach it. What somebody read stays sealed until the check is closed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.checks import rules
from kheo.checks.actions.closing import check_reading, close_unit, settles
from kheo.checks.actions.held import ends, hold, hold_visit, named, said_at
from kheo.checks.models import Book, Phase, Unit, Visit, VisitState, Volunteer
from kheo.checks.verbs import VisitVerb as Verb
from kheo.core import clock, codes
from kheo.core.actor import SYSTEM, Actor
from kheo.core.rules import Invalid, Refused, require
from kheo.evidence import photos as evidence
from kheo.evidence.models import Photo
from kheo.openlog.door import act, writes
from kheo.places.models import Place
from kheo.results.sums import is_private

ANSWER = timedelta(hours=24)  # to say yes or no
GO = timedelta(hours=48)  # from yes to counted: later work on the place doesn't count
GRACE = timedelta(hours=12)  # for a phone that found no signal: the visit was in time, its answer is late
CODE, NONCE = 16, 6  # characters: 23^16 ≈ 6·10^21 addresses; a word that one writes on a leaf of paper


@writes
def offer(actor: Actor, unit: Unit, *, seat: int, volunteer: Volunteer, until: datetime, act_id: UUID | None = None) -> Visit:
    """Ask ``volunteer`` to read ``unit``; they answer by ``until`` or within :data:`ANSWER`. The worker's act.

    Raises Refused when the seat was taken in the meantime, or the volunteer may not go.
    """
    unit = hold(unit)
    if unit.book.phase != Phase.SEEDED or unit.closed_at is not None:
        raise Refused(_("This doesn't need to be counted any more. Thank you all the same!"))
    if unit.visits.filter(seat=seat).exclude(state__in=(VisitState.DECLINED, VisitState.EXPIRED, VisitState.UNREACHED)).exists():
        raise Refused(_("Somebody else has been asked in the meantime."))
    require(rules.may_visit(volunteer, unit))
    now = clock.now()
    if unit.sent_at is None:
        unit.sent_at = now
        unit.save(update_fields=["sent_at"])
    visit = Visit.objects.create(
        unit=unit, volunteer=volunteer, seat=seat, code=codes.draw(CODE), offered_at=now, answer_by=min(now + ANSWER, until)
    )
    who = f"user:{volunteer.user_id}" if volunteer.user_id else "nameless"
    return act(Verb.OFFERED, actor, visit, place=said_at(unit.book), clear=named(unit), private={"checker": who})


@writes
def accept_visit(actor: Actor, visit: Visit, *, act_id: UUID | None = None) -> Visit:
    """ "Yes, I'll go": from now on they see the place, and have :data:`GO` to count. Raises Refused."""
    visit = hold_visit(visit)
    require(rules.may_accept_visit(actor, visit))
    now = clock.now()
    visit.state, visit.accepted_at, visit.visit_by = VisitState.ACCEPTED, now, min(now + GO, ends(visit.unit.book))
    visit.nonce, visit.reminded_at = codes.draw(NONCE), None
    visit.save(update_fields=["state", "accepted_at", "visit_by", "nonce", "reminded_at"])
    return act(Verb.ACCEPTED, actor, visit, place=said_at(visit.unit.book), clear=named(visit.unit), late=actor.nameless)


@writes
def decline_visit(actor: Actor, visit: Visit, *, act_id: UUID | None = None) -> Visit:
    """ "Can't, replace me": no reason is asked. Raises Refused."""
    visit = hold_visit(visit)
    require(rules.may_decline_visit(actor, visit))
    return pass_on(actor, visit, VisitState.DECLINED)


@writes
def say_unreached(actor: Actor, visit: Visit, *, note: str = "", act_id: UUID | None = None) -> Visit:
    """ "Couldn't reach it": neither right nor wrong; somebody else is asked. Raises Refused."""
    visit = hold_visit(visit)
    require(rules.may_say_unreached(actor, visit))
    visit.note = note.strip()[:500]
    return pass_on(actor, visit, VisitState.UNREACHED)


@writes
def expire(actor: Actor, visit: Visit, *, act_id: UUID | None = None) -> Visit:
    """The time to answer, or to go, is over. The worker's act. Raises Refused when it is not, or they have answered."""
    visit = hold_visit(visit)
    if not overdue(visit, clock.now()):
        raise Refused(_("There is still time."))
    return pass_on(actor, visit, VisitState.EXPIRED)


def overdue(visit: Visit, now: datetime) -> bool:
    """Whether somebody else has to be asked. Twin of ``dispatching.late``."""
    if visit.state == VisitState.OFFERED:
        return visit.answer_by < now
    return visit.state == VisitState.ACCEPTED and visit.visit_by is not None and visit.visit_by + GRACE < now


def pass_on(actor: Actor, visit: Visit, state: VisitState) -> Visit:
    """End a visit without a reading, inside an act that holds it."""
    visit.state, visit.ended_at = state, clock.now()
    visit.save(update_fields=["state", "ended_at", "note"])
    kept = {"why": str(state), "note": visit.note}
    place = said_at(visit.unit.book)
    return act(Verb.PASSED, actor, visit, place=place, clear=named(visit.unit), private=kept, late=actor.nameless)


@writes
def read(
    actor: Actor, visit: Visit, *, measured: int, photo: Photo | None, nonce: str, note: str = "", act_id: UUID | None = None
) -> Visit:
    """The one who went counted ``measured`` (whole, 0 or more). ``nonce``: what the page gave them with the place.

    Where earlier reports lie at the same site, what counts is what was found beyond them.
    ``photo`` may be None at private sites only; nobody but the city sees it until the check is closed. The check closes when two readings
    agree or three are there. Raises Refused, Invalid("measured" | "photo").
    """
    visit = hold_visit(visit)
    unit = visit.unit
    require(rules.may_read(actor, visit))
    if nonce != visit.nonce:
        raise Refused(_("This form belongs to another visit. Please open the visit's page again."))
    over = unit.at.get("over", 0)
    check_reading(unit, measured, "measured", over)
    reading = max(0, measured - over)
    if photo is None and not is_private(unit.result.indicator):
        raise Invalid("photo", _("Please take a photo of what you counted."))
    visit.state, visit.reading, visit.ended_at = VisitState.DONE, reading, clock.now()
    visit.photo, visit.note = photo, note.strip()[:500]
    visit.save(update_fields=["state", "reading", "ended_at", "photo", "note"])
    if photo is not None:
        evidence.keep(photo, Place.objects.get(pk=unit.book.scope.ids()[0]))
    # Of who read it nothing: that stands with the yes, where it can be erased; the reading can't be.
    at, sealed = said_at(unit.book), {"reading": reading} | ({"measured": measured} if over else {})
    act(Verb.READ, SYSTEM, visit, place=at, clear=named(unit, seat=visit.seat), private=sealed, late=actor.nameless)
    if settles(unit):
        close_unit(unit)
    return visit


def forget_households(book: Book) -> int:
    """Drop who went, of households, once a book is closed or given up, inside that act; returns how many visits it was."""
    return Visit.objects.filter(unit__book=book, volunteer__user__isnull=True, volunteer__isnull=False).update(volunteer=None)
