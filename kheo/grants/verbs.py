"""The acts of grants. Amounts stand in clear; the giver is an organisation and is named, but not where the work is at homes."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class GrantVerb(Verb):
    """What happens to a grant."""

    #: An organisation offered a grant: unit, amount and instalments with their days stand in clear.
    OFFERED = "grant.offered", _("An organisation offered a grant."), Redaction.PRIVATE
    #: Who organises the work took the grant with its conditions.
    ACCEPTED = "grant.accepted", _("A grant was accepted."), Redaction.PRIVATE
    #: Who organises the work did not take the grant; no reason is asked.
    DECLINED = "grant.declined", _("A grant was declined."), Redaction.PRIVATE
    #: The giver sent an instalment: its condition was met, or let go for a reason.
    SENT = "grant.instalment-sent", _("The giver sent an instalment of a grant."), Redaction.PRIVATE
    #: An instalment came; the booking it stands in has its own entry.
    RECEIVED = "grant.instalment-received", _("An instalment of a grant was received."), Redaction.PRIVATE
    #: What was reported and checked, and the sums of the book, as the giver was told them.
    REPORTED_BACK = "grant.reported-back", _("The giver of a grant was told what came of it."), Redaction.PRIVATE
    #: A grant ended; what had not come by then will not come.
    CLOSED = "grant.closed", _("A grant was closed."), Redaction.PRIVATE
