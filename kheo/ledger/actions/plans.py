"""The plan of spending: what a work means to spend on what, said before it is registered and held against what was spent."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.initiatives.models import Initiative
from kheo.ledger import rules, units
from kheo.ledger.models import PlanLine
from kheo.ledger.verbs import LedgerVerb
from kheo.openlog.door import act, lock, writes

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

LINES = 30
#: (what for, unit, amount)
Line = tuple[str, str, int]


@writes
def set_plan(actor: Actor, initiative: Initiative, *, lines: Sequence[Line], act_id: UUID | None = None) -> Initiative:
    """Set the whole plan anew: (what for, unit, amount) in the order they are shown. No line takes the plan away.

    Raises Refused once the work is registered; Invalid("lines"), naming each wrong line by its number, from 1.
    """
    initiative = lock(initiative)
    require(rules.may_set_plan(actor, initiative))
    if len(lines) > LINES:
        raise Invalid("lines", _("At most %(lines)s lines fit in a plan.") % {"lines": LINES})
    lines = [(" ".join(what.split()), unit, amount) for what, unit, amount in lines]
    wrong = [_("Line %(number)s: %(reason)s") % {"number": n, "reason": why} for n, line in enumerate(lines, 1) if (why := _fault(*line))]
    if wrong:
        raise Invalid("lines", " ".join(str(w) for w in wrong))
    initiative.plan_lines.all().delete()
    PlanLine.objects.bulk_create(
        PlanLine(initiative=initiative, position=n, what=what, unit=unit, amount=amount) for n, (what, unit, amount) in enumerate(lines, 1)
    )
    plan = [{"what": what, "unit": unit, "amount": amount} for what, unit, amount in lines]
    return act(LedgerVerb.PLAN_SET, actor, initiative, place=initiative.place.slug, private={"plan": plan})


def _fault(what: str, unit: str, amount: int) -> "_StrOrPromise":
    if not what:
        return _("Please say what it is for.")
    if len(what) > 160:
        return _("Please keep it under %(most)s characters.") % {"most": 160}
    if unit not in units.all_units():
        return _("Please choose money, materials or labour.")
    if type(amount) is not int or amount <= 0:
        return _("Please give a whole number above zero.")
    if amount > units.get(unit).most:
        return _("That is more than one entry can be. Please look at the zeros.")
    return ""
