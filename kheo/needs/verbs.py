"""Acts on needs. The words people wrote are never in an entry's facts: they can be hidden, an entry cannot."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class NeedVerb(Verb):
    """What happens to a need."""

    #: A nameless need came in and is held. The entry names the ward only and has no facts: neither area, category nor day can be
    #: joined to who stood where at that hour. Its text is committed (private), so that the ward can't deny having received it.
    RECEIVED = "need.received", _("The ward received a need without a name."), Redaction.PRIVATE
    #: A need is public: raised by somebody signed in, or released (then the entry enters late, at the release, with the day of raising).
    #: Facts: code, category, day. Private: text, site, photo's hash; who only when the person raised it with their name.
    RAISED = "need.raised", _("A need was raised."), Redaction.PRIVATE
    #: Somebody said "me too". Facts: code. Private: a key that differs for every need, so that two backings never link.
    BACKED = "need.backed", _("Somebody else needs it too."), Redaction.PRIVATE
    #: The ward answered with a day. Facts: code, due day. Private: the text.
    ANSWERED = "need.answered", _("The ward answered a need, with a date."), Redaction.PRIVATE
    #: The ward said no, with the reason. Facts: code. Private: the text.
    DECLINED = "need.declined", _("The ward declined a need, with the reason."), Redaction.PRIVATE
    #: Two needs are one. Facts: the code that stays, and the other's where it was public.
    MERGED = "need.merged", _("A need was joined to another that asks for the same."), Redaction.PRIVATE
    #: A registered shared work takes the need up. Facts: code.
    PLANNED = "need.planned", _("A shared work takes up a need."), Redaction.PRIVATE
    #: The shared work is complete. Facts: code.
    DONE = "need.done", _("What was needed is done."), Redaction.PRIVATE
    #: The shared work that took the need up was given up: the ward owes an answer again. Facts: code.
    REOPENED = "need.reopened", _("A need is open again: the work that took it up was given up."), Redaction.PRIVATE
