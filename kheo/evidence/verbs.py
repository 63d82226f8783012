"""Acts on evidence itself."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class EvidenceVerb(Verb):
    """Photos enter the log with the act that uses them; only hiding is an act of its own."""

    #: An officer hid a public text or photo. Facts: what kind of thing. Private: the reason, which its page shows instead.
    HIDDEN = "evidence.hidden", _("Something that was public was hidden, with a reason."), Redaction.PRIVATE
