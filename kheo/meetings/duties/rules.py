"""Who may say that a duty was done."""

from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Actor
from kheo.core.rules import YES, Answer, No
from kheo.meetings import rules
from kheo.meetings.models import Duty, DutyKind

_HEAD = _("Only the head of this area or an officer of its ward can do this.")


def may_fulfil_duty(actor: Actor, duty: Duty) -> Answer:
    """Say once that it was done: the head of the area or an officer of its ward. What Khéo sees for itself nobody needs to say."""
    if not rules.leads(actor, duty.decision.matter.meeting.place):
        return No(_HEAD)
    if duty.kind == DutyKind.ANSWER:
        return No(_("This is done by itself when every opinion has its answer."))
    if duty.done_on:
        return No(_("This is done already."))
    return YES
