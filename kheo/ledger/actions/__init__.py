"""Every write of the room, by noun; ``booking`` is how each of them gets an entry into the book."""

from kheo.ledger.actions.bank import (
    approve_account,
    book_line,
    leave_line,
    proposed_account,
    read_statement,
    set_account,
    shown_account,
)
from kheo.ledger.actions.counts import count_cash, who_key
from kheo.ledger.actions.entries import erase_giver, receive, receive_round, reverse, spend
from kheo.ledger.actions.plans import set_plan
from kheo.ledger.actions.pledges import new_code, pledge, withdraw_pledge
from kheo.ledger.actions.prices import publish_prices

__all__ = [
    "approve_account",
    "book_line",
    "count_cash",
    "erase_giver",
    "leave_line",
    "new_code",
    "pledge",
    "proposed_account",
    "publish_prices",
    "read_statement",
    "receive",
    "receive_round",
    "reverse",
    "set_account",
    "set_plan",
    "shown_account",
    "spend",
    "who_key",
    "withdraw_pledge",
]
