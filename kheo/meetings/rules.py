"""Who may call, count, decide and cancel. Each answer's reason is shown to the person."""

from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.meetings.models import Matter, Meeting, State
from kheo.places.models import Place, Rank

_HEAD = _("Only the head of this area or an officer of its ward can do this.")


def _leads(actor: Actor, area: Place) -> bool:
    return actor.user_id is not None and actor.has(Role.HEAD, Role.OFFICER, at=area)


def may_call_meeting(actor: Actor, area: Place) -> Answer:
    """Call the households of an area together: its head, or an officer of the ward."""
    if area.rank != Rank.AREA:
        return No(_("A meeting is called for one area. Please choose the area first."))
    return YES if _leads(actor, area) else No(_HEAD)


def may_count_households(actor: Actor, meeting: Meeting) -> Answer:
    """Count once, when the meeting has begun, where the area's number of households is recorded."""
    if not _leads(actor, meeting.place):
        return No(_HEAD)
    if meeting.state == State.CANCELLED:
        return No(_("This meeting was cancelled."))
    if meeting.state != State.CALLED:
        return No(_("The households of this meeting are counted already."))
    if clock.now() < meeting.starts_at:
        return No(_("The households are counted when the meeting has begun, not before."))
    if not meeting.place.households:
        return No(_("How many households this area has is not recorded yet. The officer of the ward can set it on the page of the area."))
    return YES


def may_record_decision(actor: Actor, matter: Matter) -> Answer:
    """Record what was decided, once per matter, after the households are counted."""
    meeting = matter.meeting
    if not _leads(actor, meeting.place):
        return No(_HEAD)
    if meeting.state == State.CANCELLED:
        return No(_("This meeting was cancelled."))
    if meeting.state == State.CALLED:
        return No(_("Count the households first; then the decision can be recorded."))
    if hasattr(matter, "decision"):
        return No(_("This matter is decided already. To change it, call another meeting."))
    return YES


def may_cancel_meeting(actor: Actor, meeting: Meeting) -> Answer:
    """Cancel a meeting that was called but not counted."""
    if not _leads(actor, meeting.place):
        return No(_HEAD)
    if meeting.state == State.CANCELLED:
        return No(_("This meeting was cancelled."))
    if meeting.state != State.CALLED:
        return No(_("This meeting has been held; what was counted and decided stays."))
    return YES
