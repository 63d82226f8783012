"""Who may ask for a check, be asked, answer, dispute, review. Every reason is shown to the person."""

from kheo.checks.models.apart import STANDING_GRANTS
from kheo.checks.rules.asked import (
    may_ask_check,
    may_check,
    may_decline_check,
    may_record_check,
    may_report_unreached,
    may_see_check,
)
from kheo.checks.rules.books import (
    holds_draw,
    holds_office,
    may_abandon_book,
    may_close_book,
    may_enter_roll,
    may_fix_checkpoint,
    may_freeze_book,
    visited,
)
from kheo.checks.rules.disputes import may_dispute, may_read_dispute, may_review_dispute
from kheo.checks.rules.flags import may_decide_flag, may_read_flag
from kheo.checks.rules.mending import may_put_right
from kheo.checks.rules.visits import (
    may_accept_visit,
    may_decline_visit,
    may_join_pool,
    may_leave_pool,
    may_read,
    may_reread,
    may_say_unreached,
    may_see_visit,
    may_swear_in,
    may_visit,
    sites_of,
    takes_part,
)

__all__ = [
    "STANDING_GRANTS",
    "holds_draw",
    "holds_office",
    "may_abandon_book",
    "may_accept_visit",
    "may_ask_check",
    "may_check",
    "may_close_book",
    "may_decide_flag",
    "may_decline_check",
    "may_decline_visit",
    "may_dispute",
    "may_enter_roll",
    "may_fix_checkpoint",
    "may_freeze_book",
    "may_join_pool",
    "may_leave_pool",
    "may_put_right",
    "may_read",
    "may_read_dispute",
    "may_read_flag",
    "may_record_check",
    "may_report_unreached",
    "may_reread",
    "may_review_dispute",
    "may_say_unreached",
    "may_see_check",
    "may_see_visit",
    "may_swear_in",
    "may_visit",
    "sites_of",
    "takes_part",
    "visited",
]
