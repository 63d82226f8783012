"""Who may do what with an initiative."""

from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.initiatives.models import Initiative, State, Task
from kheo.places.models import Place, Rank

SIGN_IN = No(_("Please sign in first."))
EDITABLE = (State.DRAFT, State.RETURNED)


def may_draft(actor: Actor, place: Place) -> Answer:
    """Heads, officers and organisers of an area or ward start shared work there."""
    if actor.nameless:
        return SIGN_IN
    if place.rank not in (Rank.WARD, Rank.AREA):
        return No(_("Shared work is started in an area or a ward."))
    if not actor.has(Role.HEAD, Role.OFFICER, Role.ORGANISER, at=place):
        return No(_("The head of the area, the ward or an organisation starts shared work here. Raise a need and they will see it."))
    return YES


def may_see(actor: Actor, initiative: Initiative) -> Answer:
    """Registered work is public; a draft is seen by its organiser, a submission also by the ward's officers."""
    if initiative.state in (State.REGISTERED, State.COMPLETED) or (initiative.state == State.CLOSED and initiative.registered_at):
        return YES
    if _organises(actor, initiative):
        return YES
    if initiative.state != State.DRAFT and actor.has(Role.OFFICER, at=initiative.place):
        return YES
    return No(_("This work isn't registered yet. It becomes public when the ward registers it."))


def may_edit(actor: Actor, initiative: Initiative) -> Answer:
    """The organiser changes a draft, or what the ward sent back."""
    if not _organises(actor, initiative):
        return No(_("Only who organises this work changes it."))
    return _editable(initiative)


def may_give_mandate(actor: Actor, initiative: Initiative) -> Answer:
    """The organiser says who decided the work."""
    return may_edit(actor, initiative)


def may_submit(actor: Actor, initiative: Initiative) -> Answer:
    """The organiser sends a draft that has targets and a mandate to the ward."""
    if not (answer := may_edit(actor, initiative)):
        return answer
    if not initiative.mandate:
        return No(_("Say first who decided this work: a meeting, or why none is needed."))
    if not initiative.targets.exists():
        return No(_("Set at least one target first."))
    return YES


def may_register(actor: Actor, initiative: Initiative) -> Answer:
    """An officer of the place registers a submission, never her own."""
    if actor.nameless:
        return SIGN_IN
    if not actor.has(Role.OFFICER, at=initiative.place):
        return No(_("Only an officer of this ward does this."))
    if _organises(actor, initiative):
        return No(_("You organise this work yourself: another officer must look at it."))
    if initiative.state != State.SUBMITTED:
        return No(_NOT_SUBMITTED[State(initiative.state)])
    return YES


def may_return(actor: Actor, initiative: Initiative) -> Answer:
    """Who may register may also send back with advice."""
    return may_register(actor, initiative)


def may_add_task(actor: Actor, initiative: Initiative) -> Answer:
    """The organiser, or the head of the place, adds steps until the work is over."""
    if not _organises(actor, initiative) and not actor.has(Role.HEAD, at=initiative.place):
        return No(_("The organiser or the head of the area looks after the steps."))
    if initiative.state in (State.COMPLETED, State.CLOSED):
        return No(_("This work is over."))
    return YES


def may_finish_task(actor: Actor, task: Task) -> Answer:
    """The organiser, or the head of the place, ticks off a step of registered work."""
    initiative = task.initiative
    if not (answer := may_add_task(actor, initiative)):
        return answer
    if initiative.state != State.REGISTERED:
        return No(_("The work begins when the ward has registered it."))
    if task.done_on:
        return No(_("This step is done already."))
    return YES


def may_close(actor: Actor, initiative: Initiative) -> Answer:
    """The organiser gives up a work; an officer of the place gives up a registered one."""
    officer = actor.has(Role.OFFICER, at=initiative.place) and initiative.state == State.REGISTERED
    if not _organises(actor, initiative) and not officer:
        return No(_("The organiser gives up a work, or an officer of the ward once it is registered."))
    if initiative.state in (State.COMPLETED, State.CLOSED):
        return No(_("This work is over."))
    return YES


def _organises(actor: Actor, initiative: Initiative) -> bool:
    return actor.user_id is not None and actor.user_id == initiative.organiser_id


def _editable(initiative: Initiative) -> Answer:
    if initiative.state in EDITABLE:
        return YES
    if initiative.state == State.SUBMITTED:
        return No(_("It is with the ward now. You can change it if the ward sends it back."))
    return No(_("It is registered: what was registered isn't changed any more."))


_NOT_SUBMITTED = {
    State.DRAFT: _("It hasn't been sent to the ward yet."),
    State.RETURNED: _("It was sent back already and waits for the organiser."),
    State.REGISTERED: _("It is registered already."),
    State.COMPLETED: _("It is completed already."),
    State.CLOSED: _("It was given up."),
}
