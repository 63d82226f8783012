"""The acts of meetings."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class MeetingVerb(Verb):
    """What happens to a meeting and the matters on its agenda."""

    #: The households were invited; the place of the meeting and the titles are free text and stay private.
    CALLED = "meeting.called", _("A meeting was called."), Redaction.PRIVATE
    #: Too few came: a slip goes to every household; names the meeting that it follows.
    SLIPS = "meeting.slips", _("Slips were sent to every household."), Redaction.PRIVATE
    #: The households were counted against the recorded number; the sheet of names is only committed to.
    COUNTED = "meeting.counted", _("The households were counted."), Redaction.PRIVATE
    #: Those attending chose secretary, counting team and how they vote; the names are private.
    OFFICERS = "meeting.officers-chosen", _("Those attending chose who writes, who counts and how they vote."), Redaction.PRIVATE
    #: A second counter may join; the code is never in the log.
    SECOND = "meeting.second-count", _("A second counter was let in."), Redaction.PRIVATE
    #: One of two counters entered numbers, which are committed to and not served: the other must not see them.
    TALLIED = "meeting.tallied", _("One of two counters entered a count."), Redaction.PRIVATE
    #: The two counts were not equal: the votes are counted again.
    RECOUNT = "meeting.recount", _("Two counts were not equal; the votes are counted again."), Redaction.PRIVATE
    #: A matter was decided; the tallies and the rule of that day stand in clear, because a mandate rests on them.
    DECIDED = "meeting.decided", _("A matter was decided."), Redaction.PRIVATE
    #: What they decided was put into words, once; the words are private content, their SHA-256 stands in clear.
    WORDED = "meeting.worded", _("What was decided was written down."), Redaction.PRIVATE
    #: An opinion was written down without a name; its words are private content, its households are served.
    OPINION = "meeting.opinion", _("An opinion was written down."), Redaction.PRIVATE
    #: An opinion was answered in public.
    ANSWERED = "meeting.opinion-answered", _("An opinion was answered."), Redaction.PRIVATE
    #: What must follow a decision was done, on which day and by which day it was owed; a photo is only committed to here.
    DUTY_DONE = "meeting.duty-done", _("What must follow a decision was done."), Redaction.PRIVATE
    #: The meeting will not be held; the reason is free text.
    CANCELLED = "meeting.cancelled", _("A meeting was cancelled."), Redaction.PRIVATE
    #: The objection period is over: the attendance numbers were deleted; says how many there were.
    FORGOTTEN = "meeting.attendance-forgotten", _("The attendance numbers of a meeting were deleted."), Redaction.PRIVATE
