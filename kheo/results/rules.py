"""Who may report a result and who may correct it."""

from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.initiatives.models import Initiative, State
from kheo.results.models import Result


def leads(actor: Actor, initiative: Initiative) -> bool:
    """True for the initiative's organiser and for the head of its place."""
    if actor.nameless:
        return False
    return actor.user_id == initiative.organiser_id or actor.has(Role.HEAD, at=initiative.place)


def may_report_result(actor: Actor, initiative: Initiative) -> Answer:
    """The organiser, or the head of the place, once the work is registered and before it is completed."""
    if actor.nameless:
        return No(_("Please sign in to report a result."))
    if not leads(actor, initiative):
        return No(_("Only the one who leads this work, or the head of the area, can report its results."))
    if initiative.state in (State.DRAFT, State.SUBMITTED, State.RETURNED):
        return No(_("Results can be reported once the ward has registered this work."))
    if initiative.state == State.COMPLETED:
        return No(_("This work is completed; no more results are added."))
    if initiative.state != State.REGISTERED:
        return No(_("This work was given up; no more results are added."))
    return YES


def may_correct_result(actor: Actor, result: Result) -> Answer:
    """Whoever may report, until somebody has checked it; also after the work is completed."""
    if actor.nameless:
        return No(_("Please sign in to correct a result."))
    if not leads(actor, result.initiative):
        return No(_("Only the one who leads this work, or the head of the area, can correct its results."))
    if result.withdrawn_at is not None:
        return No(_("This result has already been corrected. Please look at the newer one."))
    if result.checked is not None:
        return No(_("Somebody has checked this result on site; it can't be changed any more."))
    return YES
