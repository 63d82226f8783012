"""Every write of the room, by noun."""

from kheo.checks.actions.asked import ask_check, decline_check, record_check, report_unreached
from kheo.checks.actions.books import (
    abandon_book,
    close_book,
    close_due_books,
    enter_beacon,
    enter_roll,
    fix_checkpoint,
    freeze_book,
    freeze_review,
    refreeze,
)
from kheo.checks.actions.closing import close_unit, reread
from kheo.checks.actions.disputes import answer_dispute, dispute, dispute_key
from kheo.checks.actions.flags import decide_flag
from kheo.checks.actions.mending import put_right
from kheo.checks.actions.pool import join_pool, leave_pool, swear_in
from kheo.checks.actions.visits import accept_visit, decline_visit, forget_households, read, say_unreached

__all__ = [
    "abandon_book",
    "accept_visit",
    "answer_dispute",
    "ask_check",
    "close_book",
    "close_due_books",
    "close_unit",
    "decide_flag",
    "decline_check",
    "decline_visit",
    "dispute",
    "dispute_key",
    "enter_beacon",
    "enter_roll",
    "fix_checkpoint",
    "forget_households",
    "freeze_book",
    "freeze_review",
    "join_pool",
    "leave_pool",
    "put_right",
    "read",
    "record_check",
    "refreeze",
    "report_unreached",
    "reread",
    "say_unreached",
    "swear_in",
]
