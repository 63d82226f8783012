"""Completing an initiative."""

from uuid import UUID

from django.utils.translation import gettext as _

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.initiatives.models import Initiative, State
from kheo.needs import actions as needs_actions
from kheo.needs.models import State as NeedState
from kheo.openlog.door import act, lock, writes
from kheo.people.models import User
from kheo.results import sums
from kheo.review import rules
from kheo.review.models import Completion
from kheo.review.verbs import ReviewVerb

LONGEST = 600


@writes
def complete(actor: Actor, initiative: Initiative, *, note: str = "", act_id: UUID | None = None) -> Completion:
    """Complete a work: its figures of the day are kept, the needs it took up count as done. Raises Refused, Invalid(note)."""
    initiative = lock(initiative)
    require(rules.may_complete(actor, initiative))
    note = note.replace("\r\n", "\n").replace("\0", "").strip()
    if len(note) > LONGEST:
        raise Invalid("note", _("Please say it in at most %(n)s letters.") % {"n": LONGEST})
    figures = {
        key: {"target": f.target, "reported": f.reported, "checked": f.checked}
        for key, f in sums.of_initiatives([initiative.pk])[initiative.pk].items()
        if not f.suppressed
    }
    completion = Completion.objects.create(
        initiative=initiative, completed_on=clock.today(), by=User.objects.get(pk=actor.user_id or 0), note=note, figures=figures
    )
    initiative.state, initiative.completed_at = State.COMPLETED, clock.now()
    initiative.save(update_fields=["state", "completed_at"])
    for need in initiative.needs.filter(state=NeedState.PLANNED).order_by("pk"):
        needs_actions.set_state(actor, need, NeedState.DONE)
    return act(
        ReviewVerb.COMPLETED,
        actor,
        completion,
        place=initiative.place.slug,
        clear={"kit": initiative.kit, "figures": figures},
        private={"initiative": initiative.pk, "note": note},
    )
