"""Every write of the room, by noun."""

from kheo.checks.actions.asked import ask_check, decline_check, record_check, report_unreached
from kheo.checks.actions.closing import close_unit, reread
from kheo.checks.actions.disputes import answer_dispute, dispute, dispute_key
from kheo.checks.actions.pool import join_pool, leave_pool, swear_in
from kheo.checks.actions.visits import accept_visit, decline_visit, forget_households, read, say_unreached

__all__ = [
    "accept_visit",
    "answer_dispute",
    "ask_check",
    "close_unit",
    "decline_check",
    "decline_visit",
    "dispute",
    "dispute_key",
    "forget_households",
    "join_pool",
    "leave_pool",
    "read",
    "record_check",
    "report_unreached",
    "reread",
    "say_unreached",
    "swear_in",
]
