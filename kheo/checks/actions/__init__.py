"""Every write of the room, by noun."""

from kheo.checks.actions.asked import ask_check, decline_check, record_check, report_unreached
from kheo.checks.actions.disputes import answer_dispute, dispute, dispute_key

__all__ = ["answer_dispute", "ask_check", "decline_check", "dispute", "dispute_key", "record_check", "report_unreached"]
