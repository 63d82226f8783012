"""Forms of this room: promising, booking, the plan, the bank, counting, prices."""

from kheo.ledger.forms.bank import AccountForm, ConfirmAccountForm, ConfirmForm, LineForm, StatementForm
from kheo.ledger.forms.counts import CountForm
from kheo.ledger.forms.entries import EraseForm, ReceiveForm, ReverseForm, SpendForm
from kheo.ledger.forms.fields import AmountField, UnitField, UnitForm
from kheo.ledger.forms.plans import PlanForm
from kheo.ledger.forms.pledges import PledgeForm, WithdrawForm
from kheo.ledger.forms.prices import PricesForm
from kheo.ledger.forms.rounds import RoundForm

__all__ = [
    "AccountForm",
    "AmountField",
    "ConfirmAccountForm",
    "ConfirmForm",
    "CountForm",
    "EraseForm",
    "LineForm",
    "PlanForm",
    "PledgeForm",
    "PricesForm",
    "ReceiveForm",
    "ReverseForm",
    "RoundForm",
    "SpendForm",
    "StatementForm",
    "UnitField",
    "UnitForm",
    "WithdrawForm",
]
