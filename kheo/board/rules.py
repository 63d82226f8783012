"""Who may take the file of a work home."""

from django.utils.translation import gettext_lazy as _

from kheo.checks.models import Check, Visit, VisitState
from kheo.core.actor import Actor
from kheo.core.rules import Answer, No
from kheo.initiatives import rules as initiatives
from kheo.initiatives.models import Initiative


def may_see_file(actor: Actor, work: Initiative) -> Answer:
    """Everybody once the work was registered; but whoever is asked to count it is not led by the claim."""
    if not work.shown:
        return No(_("This work was hidden. Its page tells why."))
    if not work.registered_at:
        return No(_("This work isn't registered yet. It becomes public when the ward registers it."))
    if _counts(actor, work):
        return No(_("You were asked to count here. Please count first; the file tells what was claimed."))
    return initiatives.may_see(actor, work)


def _counts(actor: Actor, work: Initiative) -> bool:
    """True for who was asked to count a result of the work, or was drawn and goes to count a place of it."""
    if actor.user_id is not None and Check.objects.waiting_for(actor.user_id).filter(result__initiative=work).exists():
        return True
    if actor.nameless and not actor.household:
        return False
    return Visit.objects.waiting_for(actor).filter(state=VisitState.ACCEPTED, unit__result__initiative=work).exists()
