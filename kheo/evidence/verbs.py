"""Acts on evidence itself."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class EvidenceVerb(Verb):
    """Photos enter the log with the act that uses them; hiding, showing again and looking at what is confidential are acts of their own."""

    #: An officer hid a public text or photo. Facts: what kind of thing. Private: the reason, which its page shows instead.
    HIDDEN = "evidence.hidden", _("Something that was public was hidden, with a reason."), Redaction.PRIVATE
    #: An officer showed it again. Facts: what kind of thing. Private: the reason.
    UNHIDDEN = "evidence.unhidden", _("Something that was hidden was shown again, with a reason."), Redaction.PRIVATE
    #: Somebody who may see it looked at a photo that is not public. Who, and which photo, is private content; there are no facts.
    LOOKED = "evidence.looked", _("Somebody looked at a confidential photo."), Redaction.PRIVATE
