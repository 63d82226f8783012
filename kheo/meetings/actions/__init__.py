"""Every write of the room, by noun: calling, attendance, tallies and the decision they make, talks without a vote."""

from kheo.meetings.actions.attendance import choose_officers, count_households, forget_attendance, keep_numbers
from kheo.meetings.actions.calling import call_meeting, call_second_way, cancel_meeting
from kheo.meetings.actions.talks import answer_opinion, close_talk, record_opinion
from kheo.meetings.actions.tallies import decide_by_ballot, enter_tally, open_second_count, word_decision

__all__ = [
    "answer_opinion",
    "call_meeting",
    "call_second_way",
    "cancel_meeting",
    "choose_officers",
    "close_talk",
    "count_households",
    "decide_by_ballot",
    "enter_tally",
    "forget_attendance",
    "keep_numbers",
    "open_second_count",
    "record_opinion",
    "word_decision",
]
