"""Who may call, print, open, count, cancel. Each answer's reason is shown to the person."""

import hmac

from django.utils.translation import gettext_lazy as _

from kheo.ballots import codes
from kheo.ballots.models import Ballot, Seat, State
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import YES, Answer, No
from kheo.meetings import rules as meetings
from kheo.meetings.models import Matter
from kheo.meetings.models import State as MeetingState
from kheo.meetings.rules import leads
from kheo.people import household_door
from kheo.places.models import Place, Rank

_HEAD = _("Only the head of this area or an officer of its ward can do this.")
_CANCELLED = _("This vote was cancelled. Its page tells why.")


def may_call_ballot(actor: Actor, place: Place) -> Answer:
    """Ask the households of an area, or of a ward."""
    if place.rank not in (Rank.AREA, Rank.WARD):
        return No(_("A secret vote is held in one area or one ward. Please choose it first."))
    if not leads(actor, place):
        return No(_HEAD)
    if not place.households:
        return No(_("How many households live here is not recorded yet. The officer of the ward can set it on the page of the area."))
    return YES


def may_call_for_matter(actor: Actor, matter: Matter) -> Answer:
    """Decide a matter of a meeting by secret slips, where its law rule lets it be voted so."""
    if not (allowed := may_call_ballot(actor, matter.meeting.place)):
        return allowed
    if matter.meeting.state == MeetingState.CANCELLED:
        return No(_("This meeting was cancelled."))
    if matter.decided:
        return No(_("This matter is decided already. To change it, call another meeting."))
    if not matter.law.votes:
        return No(_("On this matter opinions are taken; nothing is voted on."))
    if not (law_allows(matter, "secret") or law_allows(matter, "slips")):
        return No(_("The law does not let this matter be decided by secret slips."))
    if Ballot.objects.filter(matter=matter).exclude(state=State.CANCELLED).exists():
        return No(_("There is a secret vote on this matter already."))
    return YES


def in_the_box(matter: Matter) -> bool:
    """True while a secret vote is to decide the matter: from its call on, unless it was cancelled or its result does not hold."""
    votes = [ballot for ballot in matter.ballots.all() if ballot.state != State.CANCELLED]
    return any(ballot.state != State.PUBLISHED or (ballot.result or {}).get("holds", False) for ballot in votes)


def law_allows(matter: Matter, method: str) -> bool:
    """Whether the rule of the matter's day knows this way of voting."""
    return matter.law.allows(method)


def may_print_slips(actor: Actor, ballot: Ballot) -> Answer:
    """Print before the vote opens. Printing again makes the slips before it worthless."""
    if not leads(actor, ballot.place):
        return No(_HEAD)
    if ballot.state == State.CANCELLED:
        return No(_CANCELLED)
    if ballot.state not in (State.CALLED, State.SEALED):
        return No(_("The voting is over."))
    if clock.now() >= ballot.opens_at:
        return No(_("The voting has begun. Slips are printed and sealed before it, so that nobody can add any."))
    return YES


def may_open_box(actor: Actor, ballot: Ballot) -> Answer:
    """Open the box once, when the voting is over."""
    if not leads(actor, ballot.place):
        return No(_HEAD)
    if ballot.state == State.CANCELLED:
        return No(_CANCELLED)
    if ballot.state == State.CALLED:
        return No(_("No slips were printed before the voting began, so there is nothing to count."))
    if ballot.state != State.SEALED:
        return No(_("The box is open already."))
    if clock.now() < ballot.closes_at:
        return No(_("The box stays closed until the voting is over."))
    return YES


def may_enter_slips(actor: Actor, ballot: Ballot, seat: int, code: str = "") -> Answer:
    """Enter slips at a seat: the first is for who opened the box, the second for who has the second counter's ``code``."""
    if ballot.state == State.CANCELLED:
        return No(_CANCELLED)
    if ballot.state in (State.CALLED, State.SEALED):
        return No(_("The box is not open yet."))
    if seat == Seat.FIRST:
        if not leads(actor, ballot.place):
            return No(_HEAD)
        if actor.user_id != ballot.opened_by_id:
            return No(_("The person who opened the box counts first."))
    elif seat != Seat.SECOND or not is_second(ballot, code):
        return No(_("The second counter needs the code that the first one shows."))
    elif actor.user_id is not None and actor.user_id == ballot.opened_by_id:
        return No(_("Two different people count. Please hand this over to somebody else."))
    if ballot.state == State.PUBLISHED:
        return No(_("Everything is counted and published."))
    if seat in ballot.entered:
        return No(_("You have finished. The other counter is still at it."))
    return YES


def is_second(ballot: Ballot, code: str) -> bool:
    """True when this is the second counter's code."""
    return bool(ballot.counter_hash and code) and hmac.compare_digest(ballot.counter_hash, codes.commitment(str(ballot.pk), code))


def may_let_second_in(actor: Actor, ballot: Ballot) -> Answer:
    """Show a new code for the second counter; the one before stops working."""
    if not leads(actor, ballot.place):
        return No(_HEAD)
    if ballot.state != State.COUNTING or Seat.SECOND in ballot.entered:
        return No(_("A second counter is needed only while slips are counted."))
    return YES


def may_cancel_ballot(actor: Actor, ballot: Ballot) -> Answer:
    """Cancel until the box is open; what was counted stays."""
    if not leads(actor, ballot.place):
        return No(_HEAD)
    if ballot.state == State.CANCELLED:
        return No(_CANCELLED)
    if ballot.state not in (State.CALLED, State.SEALED):
        return No(_("The box is open; what was voted stays."))
    return YES


def may_decide(actor: Actor, ballot: Ballot) -> Answer:
    """Take the result of a yes-no vote over as the decision of its matter, once the meeting's households are counted."""
    if ballot.matter is None:
        return No(_("This vote belongs to no meeting."))
    if not leads(actor, ballot.place):
        return No(_HEAD)
    if ballot.state != State.PUBLISHED or not ballot.result or not ballot.result["holds"]:
        return No(_("There is no result that holds."))
    return meetings.may_be_counted(ballot.matter)


def can_decide(ballot: Ballot) -> bool:
    """Whether the result that was just counted can be taken over at once."""
    matter, result = ballot.matter, ballot.result
    if matter is None or not result or not result["holds"] or not meetings.may_be_counted(matter):
        return False
    return bool(result["counted"] <= (matter.meeting.present or 0))


def may_take_code(actor: Actor, ballot: Ballot) -> Answer:
    """A household with its card takes a code for its phone, once, instead of a slip."""
    if not ballot.online:
        return No(_("This vote is on paper only."))
    if not actor.lives_at(ballot.place):
        return No(_("Please sign in with the card of a household that lives here."))
    # A card that is shut, and another printed for its number: two households in the table, one at home.
    printed = household_door.since(actor)
    if printed is not None and printed >= ballot.opens_at:
        return No(_("Your card was printed after this voting had begun, so it counts from the next vote on. Please talk to the ward."))
    return may_vote(actor, ballot)


def may_vote(actor: Actor, ballot: Ballot) -> Answer:
    """Vote by phone with a code: anybody who has one, while the vote is open."""
    if not ballot.online:
        return No(_("This vote is on paper only."))
    if ballot.state == State.CANCELLED:
        return No(_CANCELLED)
    if ballot.state == State.SEALED and clock.now() < ballot.opens_at:
        return No(_("The voting has not begun yet."))
    if not ballot.voting:
        return No(_("The voting is over."))
    return YES
