"""The acts of the ledger. Sums stand in clear (account, unit, amount); names of givers are never logged, not even privately."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class LedgerVerb(Verb):
    """What happens in the book of an initiative."""

    #: What the work means to spend on what, before it is registered; a draft's plan is only committed to.
    PLAN_SET = "ledger.plan-set", _("The plan of spending was set."), Redaction.PRIVATE
    #: Somebody promised to give; not in the books yet. The code of the stub is never logged.
    PLEDGED = "ledger.pledged", _("A contribution was promised."), Redaction.PRIVATE
    #: The giver thought otherwise; no reason is asked. No amount, so that nobody can be found by it.
    WITHDRAWN = "ledger.withdrawn", _("A promise was withdrawn."), Redaction.PRIVATE
    #: A contribution was booked in; its legs stand in clear.
    RECEIVED = "ledger.received", _("A contribution was received."), Redaction.PRIVATE
    #: Many contributions taken on one walk; the sheet of names is only committed to.
    ROUND_TAKEN = "ledger.round-taken", _("A round of contributions was received."), Redaction.PRIVATE
    #: Money, material or labour was used; its legs stand in clear.
    SPENT = "ledger.spent", _("Something was paid or used."), Redaction.PRIVATE
    #: A booking was wrong; the opposite was booked. Names the booking it takes back.
    REVERSED = "ledger.reversed", _("A booking was taken back."), Redaction.PRIVATE
    #: Who gave was erased on request; the sums stay.
    GIVER_ERASED = "ledger.giver-erased", _("A giver's name was erased."), Redaction.PRIVATE
    #: Where gifts may be sent was proposed; shown to nobody before an officer has compared it.
    ACCOUNT_SET = "ledger.account-set", _("A bank account was proposed."), Redaction.PRIVATE
    #: The ward compared the account with its paper: from now on givers see it.
    ACCOUNT_APPROVED = "ledger.account-approved", _("A bank account was confirmed by the ward."), Redaction.PRIVATE
    #: A bank's statement was read in; every gift it matched has its own receipt. No payer, no memo, no file is kept.
    STATEMENT_READ = "ledger.statement-read", _("A bank statement was read in."), Redaction.PRIVATE
    #: Money on the account that is no gift to this work; its amount is forgotten.
    LINE_LEFT = "ledger.line-left", _("A line of a bank statement was left out."), Redaction.PRIVATE
    #: One of two counters entered what they counted; the number is not logged.
    COUNT_ENTERED = "ledger.count-entered", _("One of two people counted the money."), Redaction.PRIVATE
    #: Two people counted the same; beside it what the book says. A difference is said, never mended in silence.
    CASH_COUNTED = "ledger.cash-counted", _("The money was counted by two people."), Redaction.PRIVATE
    #: What materials and labour are worth from a day on, as published elsewhere.
    PRICES_PUBLISHED = "ledger.prices-published", _("A price list was published."), Redaction.PRIVATE
