"""Acts of review."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class ReviewVerb(Verb):
    """Acts of review."""

    #: The ward completed a work: what was aimed for, reported and checked on that day stands in clear.
    COMPLETED = "review.completed", _("The ward completed the work, with what was reported and what was checked."), Redaction.PRIVATE
