"""Who may say that they saw otherwise, and who looks at it."""

from django.utils.translation import gettext_lazy as _

from kheo.checks.models import Dispute, Outcome
from kheo.checks.models.apart import is_giver, somebody_else
from kheo.checks.rules.asked import reporters
from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.results.models import Result
from kheo.results.sums import is_private


def may_dispute(actor: Actor, result: Result) -> Answer:
    """A household with its card, once (which the action sees to), about a public result. Works at homes are never shown one by one."""
    if not actor.household:
        return No(_("Please sign in with your household's card: so one home speaks once, and without a name."))
    initiative = result.initiative
    if not initiative.shown or initiative.state not in ("registered", "completed") or not result.shown or is_private(result.indicator):
        return No(_("This result is not public."))
    if result.withdrawn_at is not None:
        return No(_("This result was corrected. Please look at the newer one."))
    return YES


def may_read_dispute(actor: Actor, dispute: Dispute) -> Answer:
    """The city board, without those who have a part in the work or an office in its area or ward, or gave to it while others are left."""
    result = dispute.result
    if not actor.has(Role.CITY_BOARD, at=result.place):
        return No(_("Only somebody of the city board, from outside the area, reads this."))
    if actor.has(Role.HEAD, Role.OFFICER, at=result.place):
        return No(_("You hold an office in this place. Somebody from outside has to look at it."))
    if actor.user_id == result.initiative.organiser_id or actor.user_id in reporters(result):
        return No(_("You have a part in this work. Somebody else has to look at it."))
    return without_gift(actor, [result])


def without_gift(actor: Actor, results: list[Result]) -> Answer:
    """Whoever gave to one of the works leaves it to another of the board; alone they may, and it stands beside what they say."""
    if is_giver(actor, results) and somebody_else(results, but=actor.user_id):
        return No(_("You gave to this work. Somebody else of the city board looks at it."))
    return YES


def may_review_dispute(actor: Actor, dispute: Dispute) -> Answer:
    """Whoever may read it, until somebody has answered."""
    if isinstance(answer := may_read_dispute(actor, dispute), No):
        return answer
    if dispute.outcome != Outcome.OPEN:
        return No(_("This has been answered already."))
    return YES
