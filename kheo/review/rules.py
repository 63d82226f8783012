"""Who may complete an initiative."""

from django.utils.translation import gettext_lazy as _

from kheo.checks.models import Check
from kheo.checks.models import State as CheckState
from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.initiatives.models import Initiative, State


def may_complete(actor: Actor, initiative: Initiative) -> Answer:
    """An officer of the place who doesn't organise it, once something was reported and nobody is still out counting."""
    if not actor.has(Role.OFFICER, at=initiative.place):
        return No(_("An officer of the ward completes a work."))
    if initiative.organiser_id == actor.user_id:
        return No(_("You organise this work yourself: another officer completes it."))
    if initiative.state == State.COMPLETED:
        return No(_("It is completed already."))
    if initiative.state != State.REGISTERED:
        return No(_("Only registered work can be completed."))
    if not initiative.results.filter(withdrawn_at=None).exists():
        return No(_("Nothing has been reported yet. Without a result there is nothing to complete; it can be given up instead."))
    if Check.objects.filter(result__initiative=initiative, result__withdrawn_at=None, state=CheckState.ASKED).exists():
        return No(_("Somebody has been asked to count and hasn't answered yet. Wait for the count."))
    return YES
