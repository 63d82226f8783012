"""Acts on initiatives."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class InitiativeVerb(Verb):
    """Acts on initiatives."""

    #: An initiative was drafted from a kit; its words stay private until it is registered.
    DRAFTED = "initiative.drafted", _("Shared work was drafted."), Redaction.PRIVATE
    #: The organiser changed the draft.
    EDITED = "initiative.edited", _("The draft of shared work was changed."), Redaction.PRIVATE
    #: The draft was given its mandate: a meeting's decision, or why none is needed.
    MANDATED = "initiative.mandated", _("It was said who decided this work."), Redaction.PRIVATE
    #: The draft was sent to the ward.
    SUBMITTED = "initiative.submitted", _("Shared work was sent to the ward."), Redaction.PRIVATE
    #: The ward returned it with advice per field.
    RETURNED = "initiative.returned", _("The ward asked for more and sent it back."), Redaction.PRIVATE
    #: The ward registered it: kit, the kit file's hash, targets and mandate stand in clear.
    REGISTERED = "initiative.registered", _("The ward registered the work with its targets."), Redaction.PRIVATE
    #: A step of the work was added.
    TASK_ADDED = "initiative.task-added", _("A step of the work was added."), Redaction.PRIVATE
    #: A step of the work was finished.
    TASK_FINISHED = "initiative.task-finished", _("A step of the work was finished."), Redaction.PRIVATE
    #: It was given up, with the reason.
    CLOSED = "initiative.closed", _("The work was given up, with the reason."), Redaction.PRIVATE
