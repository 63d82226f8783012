"""Who may say that what a check found missing was put right."""

from django.utils.translation import gettext_lazy as _

from kheo.checks.models import Found, Unit
from kheo.core.actor import Actor
from kheo.core.rules import YES, Answer, No
from kheo.results.rules import leads


def may_put_right(actor: Actor, unit: Unit) -> Answer:
    """Who leads the work or heads its area, once, of a closed check that found less than was reported."""
    if actor.nameless:
        return No(_("Please sign in to say that it was put right."))
    if not leads(actor, unit.result.initiative):
        return No(_("Only the one who leads this work, or the head of the area, says that it was put right."))
    if unit.closed_at is None or unit.outcome != Found.SHORT:
        return No(_("No check found anything missing here."))
    if unit.put_right_on is not None:
        return No(_("It was put right already. Thank you."))
    return YES
