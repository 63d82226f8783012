"""The acts of meetings."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class MeetingVerb(Verb):
    """What happens to a meeting and the matters on its agenda."""

    #: The households were invited; the place of the meeting and the titles are free text and stay private.
    CALLED = "meeting.called", _("A meeting was called."), Redaction.PRIVATE
    #: The households were counted against the recorded number; the sheet of names is only committed to.
    COUNTED = "meeting.counted", _("The households were counted."), Redaction.PRIVATE
    #: A matter was decided; the tallies and the rule of that day stand in clear, because a mandate rests on them.
    DECIDED = "meeting.decided", _("A matter was decided."), Redaction.PRIVATE
    #: The meeting will not be held; the reason is free text.
    CANCELLED = "meeting.cancelled", _("A meeting was cancelled."), Redaction.PRIVATE
