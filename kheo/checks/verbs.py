"""Acts of this room."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class CheckVerb(Verb):
    """Who counts again. Readings stand in clear: every bound rests on them. Who read them is private."""

    #: Somebody was asked to count a result on site.
    ASKED = "check.asked", _("Somebody was asked to count a result on site."), Redaction.PRIVATE
    #: The one who was asked can't; somebody else will be asked.
    DECLINED = "check.declined", _("The one who was asked to count can't go."), Redaction.PRIVATE
    #: Somebody went and could not reach it: not the same as wrong.
    UNREACHED = "check.unreached", _("Somebody went to count and could not reach it."), Redaction.PRIVATE
    #: Somebody counted on site; names the reading and what of the claim it confirms.
    RECORDED = "check.recorded", _("A result was checked on site."), Redaction.PRIVATE
    #: A household said it saw otherwise. The entry names the ward alone and has no facts: which result, and the words, are committed only.
    DISPUTED = "check.disputed", _("A household saw otherwise. Somebody from outside the area looks at it."), Redaction.PRIVATE
    #: A reviewer answered. The ward alone; what and how are committed only.
    DISPUTE_ANSWERED = "check.dispute-answered", _("Somebody who saw otherwise was answered."), Redaction.PRIVATE
