"""Who may call, count, decide, talk and cancel. Each answer's reason is shown to the person."""

import hmac

from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.meetings import boxes
from kheo.meetings.codes import code_hash
from kheo.meetings.models import Decision, Matter, Meeting, Method, Opinion, Seat, State
from kheo.places.models import Place, Rank

_HEAD = _("Only the head of this area or an officer of its ward can do this.")
_CANCELLED = _("This meeting was cancelled.")


def leads(actor: Actor, area: Place) -> bool:
    """True for the head of the area and the officers of its ward: who may see sheets and minutes with names."""
    return actor.user_id is not None and actor.has(Role.HEAD, Role.OFFICER, at=area)


def may_call_meeting(actor: Actor, area: Place) -> Answer:
    """Call the households of an area together: its head, or an officer of the ward."""
    if area.rank != Rank.AREA:
        return No(_("A meeting is called for one area. Please choose the area first."))
    return YES if leads(actor, area) else No(_HEAD)


def may_count_households(actor: Actor, meeting: Meeting) -> Answer:
    """Count once, when the meeting has begun (slips: when their last day is over), where the number of households is recorded."""
    if not leads(actor, meeting.place):
        return No(_HEAD)
    if meeting.state == State.CANCELLED:
        return No(_CANCELLED)
    if meeting.state != State.CALLED:
        return No(_("The households of this meeting are counted already."))
    if meeting.slips and meeting.ends_at and clock.now() < meeting.ends_at:
        return No(_("Slips are still being handed in. They are counted when that time is over."))
    if clock.now() < meeting.starts_at:
        return No(_("The households are counted when the meeting has begun, not before."))
    if not meeting.invited:
        return No(_("How many households this area has is not recorded yet. The officer of the ward can set it on the page of the area."))
    return YES


def may_choose_officers(actor: Actor, meeting: Meeting) -> Answer:
    """Record secretary, counting team and way of voting: when the households are counted and before anything is tallied."""
    if not leads(actor, meeting.place):
        return No(_HEAD)
    if meeting.state == State.CANCELLED:
        return No(_CANCELLED)
    if meeting.slips:
        return No(_("Slips are counted by two people; nobody has to be chosen for that."))
    if meeting.state == State.CALLED:
        return No(_("Count the households first; then they choose who writes and who counts."))
    if meeting.state == State.CLOSED:
        return No(_("Everything on this agenda is settled."))
    if meeting.matters.filter(tallies__isnull=False).exists():
        return No(_("The votes are being counted already."))
    return YES


def may_use_method(matter: Matter, method: str) -> Answer:
    """Whether the law lets households vote this way on such a matter."""
    rule = matter.law
    if not rule.votes or rule.allows(method):
        return YES
    return No(_("The law does not let “%(rule)s” be decided this way.") % {"rule": rule.name})


def may_be_counted(matter: Matter) -> Answer:
    """Whether votes on the matter can be counted now, whoever counts: by hand or by a secret ballot."""
    meeting = matter.meeting
    if meeting.state == State.CANCELLED:
        return No(_CANCELLED)
    if meeting.state == State.CALLED:
        return No(_("Count the households first; then the decision can be recorded."))
    if matter.decided:
        return No(_("This matter is decided already. To change it, call another meeting."))
    if not matter.law.votes:
        return No(_("Nothing is voted on in this matter: write down the opinions instead."))
    if not meeting.method:
        return No(_("First those attending choose who writes, who counts and how they vote."))
    return YES


def may_open_second_count(actor: Actor, meeting: Meeting) -> Answer:
    """Open the second seat: while there is something to count."""
    if not leads(actor, meeting.place):
        return No(_HEAD)
    if meeting.state == State.CLOSED:
        return No(_("Everything on this agenda is settled."))
    open_ones = [m for m in meeting.matters.select_related("decision") if not m.decided]
    answers = [_counted_in(m, meeting) for m in open_ones]
    return next((a for a in answers if a), answers[0] if answers else No(_("Everything on this agenda is settled.")))


def may_enter_tally(actor: Actor, matter: Matter, code: str = "") -> Answer:
    """Enter what one counter counted, once for each count: the head or an officer; with the meeting's code, whoever holds it."""
    meeting = matter.meeting
    if code:
        if not meeting.counter_hash or not hmac.compare_digest(meeting.counter_hash, code_hash(code)):
            return No(_("This code is no longer open. Please ask the head of the area for a new one."))
    elif not leads(actor, meeting.place):
        return No(_HEAD)
    if not (answer := may_be_counted(matter)):
        return answer
    if boxes.hold(matter):
        return No(_("A secret vote decides this matter: its slips are counted, not hands."))
    _count, filled = matter.count_now()
    if (Seat.SECOND if code else Seat.FIRST) in filled:
        return No(_("This count is in. Please wait until the other counter is done."))
    return YES


def may_call_second_way(actor: Actor, meeting: Meeting) -> Answer:
    """Send slips where a meeting had too few households for a matter, and the law knows this second way."""
    if not leads(actor, meeting.place):
        return No(_HEAD)
    if meeting.slips:
        return No(_("Slips were sent already. Please call a new meeting."))
    if meeting.state in (State.CALLED, State.CANCELLED):
        return No(_("Slips are for a meeting that was held and had too few households."))
    if hasattr(meeting, "followed_by"):
        return No(_("Slips are on their way already."))
    if not for_second_way(meeting):
        return No(_("Enough households came, or the law knows no second way here. Please call a new meeting."))
    return YES


def for_second_way(meeting: Meeting) -> list[Matter]:
    """The matters that had too few households and may be settled by slips."""
    found = []
    for matter in meeting.matters.filter(decision__quorate=False, hidden_at=None).prefetch_related("needs"):
        matter.meeting = meeting
        if matter.law.votes and matter.law.second_way and matter.law.allows(Method.SLIPS):
            found.append(matter)
    return found


def may_record_opinion(actor: Actor, matter: Matter) -> Answer:
    """Write down an opinion on a matter without a vote, while its talk goes on."""
    return _talked(actor, matter)


def may_close_talk(actor: Actor, matter: Matter) -> Answer:
    """End the talk on a matter without a vote."""
    return _talked(actor, matter)


def may_answer_opinion(actor: Actor, opinion: Opinion) -> Answer:
    """Answer an opinion in public, once, when the talk is over: an officer of the ward."""
    if actor.user_id is None or not actor.has(Role.OFFICER, at=opinion.place):
        return No(_("Only an officer of the ward answers opinions."))
    if not opinion.matter.decided:
        return No(_("The meeting still talks about this. It is answered afterwards."))
    if opinion.answered_at:
        return No(_("This opinion has its answer."))
    return YES


def may_word_decision(actor: Actor, decision: Decision) -> Answer:
    """Write down, once, what was decided: where the households voted and agreed."""
    if not leads(actor, decision.matter.meeting.place):
        return No(_HEAD)
    if not decision.voted:
        return No(_("Nothing is voted on in this matter: write down the opinions instead."))
    if not decision.passed:
        return No(_("The households did not agree on this, so there is nothing to write down."))
    if decision.matter.outcome:
        return No(_("What was decided is written down already. To change it, call another meeting."))
    return YES


def may_cancel_meeting(actor: Actor, meeting: Meeting) -> Answer:
    """Cancel a meeting that was called but not counted."""
    if not leads(actor, meeting.place):
        return No(_HEAD)
    if meeting.state == State.CANCELLED:
        return No(_CANCELLED)
    if meeting.state != State.CALLED:
        return No(_("This meeting has been held; what was counted and decided stays."))
    return YES


def may_see_sheets(actor: Actor, meeting: Meeting) -> Answer:
    """Print what bears names or goes to single households: attendance sheet, minutes, slips."""
    return YES if leads(actor, meeting.place) else No(_HEAD)


def _counted_in(matter: Matter, meeting: Meeting) -> Answer:
    matter.meeting = meeting
    return may_be_counted(matter)


def _talked(actor: Actor, matter: Matter) -> Answer:
    meeting = matter.meeting
    if not leads(actor, meeting.place):
        return No(_HEAD)
    if meeting.state == State.CANCELLED:
        return No(_CANCELLED)
    if matter.law.votes:
        return No(_("This matter is voted on: count the votes instead."))
    if meeting.state == State.CALLED:
        return No(_("Count the households first; then write down what they say."))
    if matter.decided:
        return No(_("The talk on this matter is over."))
    return YES
