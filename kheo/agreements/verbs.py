"""The acts of agreements. Clauses become public by being posted; until then they are only committed to."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class AgreementVerb(Verb):
    """What happens to an agreement of neighbours."""

    #: Somebody began to write one, or a new version of one.
    DRAFTED = "agreement.drafted", _("An agreement was drafted."), Redaction.PRIVATE
    #: The words of a draft were changed before it was posted.
    EDITED = "agreement.edited", _("A draft of an agreement was changed."), Redaction.PRIVATE
    #: The draft was posted; the hash of its clauses stands in clear, so that nobody changes them while they are posted.
    POSTED = "agreement.posted", _("A draft of an agreement was posted."), Redaction.PRIVATE
    #: A neighbour said something to a clause, without a name. Neither the clause nor the area is named before it is shown.
    COMMENTED = "agreement.commented", _("A neighbour said something about an agreement."), Redaction.PRIVATE
    #: The head or the ward let a comment be shown.
    RELEASED = "agreement.comment-released", _("What was said about an agreement was shown."), Redaction.PRIVATE
    #: A comment was answered.
    ANSWERED = "agreement.comment-answered", _("What was said about an agreement was answered."), Redaction.PRIVATE
    #: The households decided for it; names the decision.
    ADOPTED = "agreement.adopted", _("An agreement was adopted."), Redaction.PRIVATE
    #: The ward recognised it: it is in force from that day.
    RECOGNISED = "agreement.recognised", _("An agreement came into force."), Redaction.PRIVATE
    #: It holds no longer.
    ENDED = "agreement.ended", _("An agreement ended."), Redaction.PRIVATE
