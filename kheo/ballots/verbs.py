"""The acts of secret ballots. What a recount rests on stands in clear: `kheo verify` counts every ballot again from it."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class BallotVerb(Verb):
    """What happens to a ballot."""

    #: What is put to the vote, how it is counted and until when; titles are free text and stay private.
    CALLED = "ballot.called", _("A secret vote was called."), Redaction.PRIVATE
    #: The slips were printed: one commitment for each code, sorted, before the vote begins. No code.
    SEALED = "ballot.sealed", _("The voting slips were printed and sealed."), Redaction.NEVER
    #: Voting is over, the box is open; how many slips had been handed out. The protocol is only committed to.
    OPENED = "ballot.opened", _("The box was opened."), Redaction.PRIVATE
    #: One of the two counters has entered every slip. No number: the other counter must not know it.
    ENTERED = "ballot.entered", _("One counter has entered all slips."), Redaction.PRIVATE
    #: The two entries were not equal; some slips are entered again.
    RECOUNT = "ballot.recount", _("The two counters differ; they look again."), Redaction.PRIVATE
    #: Codes and choices, sorted by code; as many entries as they need.
    CHOICES = "ballot.choices", _("Codes and choices were published."), Redaction.NEVER
    #: The result, and the salt with which anybody recounts.
    PUBLISHED = "ballot.published", _("The result of a secret vote was published."), Redaction.PRIVATE
    #: It will not be held, or not be counted; the reason is free text.
    CANCELLED = "ballot.cancelled", _("A secret vote was cancelled."), Redaction.PRIVATE
    #: A household took a voting code for its phone. Neither which household nor which code.
    TAKEN = "ballot.taken", _("A voting code was given out."), Redaction.PRIVATE
    #: A vote came in with a code. Neither the code nor the choice before the end.
    VOTED = "ballot.voted", _("A vote came in."), Redaction.PRIVATE
