"""Who may do what with a need."""

from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.needs.models import Need, State
from kheo.places.models import Place, Rank

GONE = _("This need was hidden. Its page tells why.")
JOINED = _("This need was joined to another one. Please go to that one.")
HELD = _("This need still waits for release. Please release it first.")


def may_raise_need(actor: Actor, place: Place) -> Answer:
    """Anybody, nameless or signed in, at an area, or at a ward where the area is not known."""
    if place.rank not in (Rank.WARD, Rank.AREA):
        return No(_("Choose the area it is in, or the ward."))
    return YES


def may_see_need(actor: Actor, need: Need) -> Answer:
    """Public ones: everybody. Held or hidden: the officer and the head who work with it."""
    if need.shown and need.state != State.HELD:
        return YES
    if actor.has(Role.OFFICER, Role.HEAD, at=need.place):
        return YES
    return No(GONE if not need.shown else _("This need is not public yet. Its ward is looking at it."))


def may_back_need(actor: Actor, need: Need) -> Answer:
    """Anybody, once (which the action sees to), while something can still come of it."""
    if not need.shown or need.state == State.HELD:
        return may_see_need(Actor(""), need)
    if need.same_as_id is not None:
        return No(JOINED)
    if need.state == State.DONE:
        return No(_("It is done already."))
    return YES


def may_release_need(actor: Actor, need: Need) -> Answer:
    """Officer of the ward or head of the area."""
    if not actor.has(Role.OFFICER, Role.HEAD, at=need.place):
        return No(_("Only the head of this area or an officer of its ward can release it."))
    if not need.shown:
        return No(GONE)
    if need.same_as_id is not None:
        return No(JOINED)
    if need.state != State.HELD:
        return No(_("It is public already."))
    return YES


def may_answer_need(actor: Actor, need: Need) -> Answer:
    """Officer of the ward; again when the first answer no longer holds."""
    if not actor.has(Role.OFFICER, at=need.place):
        return No(_("Only an officer of its ward can answer it."))
    if not need.shown:
        return No(GONE)
    if need.same_as_id is not None:
        return No(JOINED)
    if need.state == State.HELD:
        return No(HELD)
    if need.state == State.DONE:
        return No(_("It is done already."))
    return YES


def may_merge_need(actor: Actor, need: Need) -> Answer:
    """Officer of the ward or head of the area, held or public."""
    if not actor.has(Role.OFFICER, Role.HEAD, at=need.place):
        return No(_("Only the head of this area or an officer of its ward can join needs."))
    if not need.shown:
        return No(GONE)
    if need.same_as_id is not None:
        return No(JOINED)
    return YES


def may_merge_into(actor: Actor, need: Need, into: Need) -> Answer:
    """Into another need of the same place or ward that stands for itself and is public."""
    if not (allowed := may_merge_need(actor, need)):
        return allowed
    if into.pk == need.pk:
        return No(_("A need can't be joined to itself."))
    if not into.shown or into.state == State.HELD or into.same_as_id is not None:
        return No(_("Choose a need that is public and stands for itself."))
    if _ward(need) != _ward(into):
        return No(_("Only needs of one ward can be joined."))
    return YES


def may_set_state(actor: Actor, need: Need, state: State) -> Answer:
    """Officer of the ward, while registering or completing a shared work that takes the need up."""
    if not actor.has(Role.OFFICER, at=need.place):
        return No(_("Only an officer of its ward can say what became of it."))
    if state not in (State.PLANNED, State.DONE):
        return No(_("A shared work can only take a need up or have it done."))
    if need.state == State.HELD:
        return No(HELD)
    if need.state == State.DONE and state == State.PLANNED:
        return No(_("It is done already."))
    return YES


def may_reopen_need(actor: Actor, need: Need) -> Answer:
    """Whoever may lead works at its place, while giving up the work that took the need up."""
    if not actor.has(Role.OFFICER, Role.HEAD, Role.ORGANISER, at=need.place):
        return No(_("Only who leads works here can open it again."))
    if need.state != State.PLANNED:
        return No(_("No shared work has taken it up."))
    return YES


def is_overdue(need: Need) -> bool:
    """The ward owes an answer since yesterday or longer. Twin of ``NeedQuerySet.overdue``."""
    return need.state == State.OPEN and need.shown and need.same_as_id is None and need.answer_by < clock.today()


def waits_for(actor: Actor, need: Need) -> bool:
    """It waits for this person, to be released or to be answered. Twin of ``NeedQuerySet.waiting_for``."""
    return bool(may_release_need(actor, need)) or (need.state == State.OPEN and bool(may_answer_need(actor, need)))


def _ward(need: Need) -> list[int]:
    """Ids from the city to the ward."""
    return need.place.ids()[:2]
