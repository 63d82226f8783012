"""Money, materials and labour of an initiative, by noun: accounts, promises, the plan, entries, givers; the bank, counts, prices.

Nothing booked is edited. Who gave stands in its own table, which can be erased without touching a sum.
"""

from kheo.ledger.models.account import Account, Balance
from kheo.ledger.models.bank import BankAccount, BankLine, LineState, Statement
from kheo.ledger.models.book import Kind, Leg, Posting, Round
from kheo.ledger.models.count import CashCount, CashEntry, CountState, latest_counts
from kheo.ledger.models.giver import Cover, Giver
from kheo.ledger.models.plan import PlanLine
from kheo.ledger.models.pledge import Pledge, PledgeState
from kheo.ledger.models.price import Price, PriceList

__all__ = [
    "Account",
    "Balance",
    "BankAccount",
    "BankLine",
    "CashCount",
    "CashEntry",
    "CountState",
    "Cover",
    "Giver",
    "Kind",
    "Leg",
    "LineState",
    "PlanLine",
    "Pledge",
    "PledgeState",
    "Posting",
    "Price",
    "PriceList",
    "Round",
    "Statement",
    "latest_counts",
]
