"""Acts of this room."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class ResultVerb(Verb):
    """What is claimed, and what is claimed anew. Quantities stand in clear: checks and bounds rest on them."""

    #: A quantity was measured and reported with its evidence; a claim until somebody checks it.
    REPORTED = "result.reported", _("A result was reported."), Redaction.PRIVATE
    #: A report was corrected before anybody checked it; names the entry's result and both quantities.
    CORRECTED = "result.corrected", _("A result was corrected before the check."), Redaction.PRIVATE
