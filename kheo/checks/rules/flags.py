"""Who looks at what a machine noticed: the city board from outside, as with what a household saw otherwise."""

from django.utils.translation import gettext_lazy as _

from kheo.checks.models import Decision, Flag
from kheo.checks.rules.asked import reporters
from kheo.checks.rules.disputes import without_gift
from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No


def may_read_flag(actor: Actor, flag: Flag) -> Answer:
    """The city board, without those who have a part in either work or an office at either place, or gave to one while others are left."""
    if not actor.has(Role.CITY_BOARD, at=flag.result.place):
        return No(_("Only somebody of the city board, from outside the area, reads this."))
    if not flag.result.shown:
        return No(_("This result is not public."))
    for result in filter(None, (flag.result, flag.other)):
        if actor.has(Role.HEAD, Role.OFFICER, at=result.place):
            return No(_("You hold an office in this place. Somebody from outside has to look at it."))
        if actor.user_id == result.initiative.organiser_id or actor.user_id in reporters(result):
            return No(_("You have a part in this work. Somebody else has to look at it."))
    return without_gift(actor, flag.about)


def may_decide_flag(actor: Actor, flag: Flag) -> Answer:
    """Whoever may read it, until somebody has decided."""
    if isinstance(answer := may_read_flag(actor, flag), No):
        return answer
    if flag.decision != Decision.OPEN:
        return No(_("This has been answered already."))
    return YES
