"""The acts of the ledger. Sums stand in clear (account, unit, amount); names of givers are never logged, not even privately."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class LedgerVerb(Verb):
    """What happens in the book of an initiative."""

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
