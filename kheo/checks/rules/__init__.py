"""Who may ask for a check, be asked, answer, dispute, review. Every reason is shown to the person."""

from kheo.checks.rules.asked import (
    STANDING_GRANTS,
    may_ask_check,
    may_check,
    may_decline_check,
    may_record_check,
    may_report_unreached,
    may_see_check,
)
from kheo.checks.rules.disputes import may_dispute, may_review_dispute

__all__ = [
    "STANDING_GRANTS",
    "may_ask_check",
    "may_check",
    "may_decline_check",
    "may_dispute",
    "may_record_check",
    "may_report_unreached",
    "may_review_dispute",
    "may_see_check",
]
