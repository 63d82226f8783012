"""Hiding what must not be public."""

from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.evidence import rules
from kheo.evidence.models import Hideable, Photo, photos_of, place_of
from kheo.evidence.verbs import EvidenceVerb
from kheo.openlog.door import act, lock, writes

H = TypeVar("H", bound=Hideable)
REASON = 300  # characters that ``Hideable.hidden_reason`` holds


@writes
def hide(actor: Actor, thing: H, *, reason: str, act_id: UUID | None = None) -> H:
    """Hide a public text or photo with a reason (5 to 300 characters) that is shown instead; its photos are hidden with it.

    Raises Refused unless the actor is an officer of the thing's place, Invalid("reason") without a reason.
    """
    thing = lock(thing)
    require(rules.may_hide(actor, thing))
    reason = " ".join(reason.split())
    if not 5 <= len(reason) <= REASON:
        raise Invalid("reason", _("Say in a few words why it is hidden: everybody will read the reason in its place."))
    place = place_of(thing)
    assert place is not None  # noqa: S101 - the rule has refused a thing without a place
    now = clock.now()
    all_of_it: list[Hideable] = [thing]
    all_of_it += [p for p in photos_of(thing) if p.shown and (p.pk != thing.pk or not isinstance(thing, Photo))]
    for hidden in all_of_it:
        hidden.hidden_at, hidden.hidden_reason = now, reason
        hidden.save(update_fields=["hidden_at", "hidden_reason"])
    return act(
        EvidenceVerb.HIDDEN, actor, thing, place=place.public.slug, facts={"kind": str(thing._meta.label_lower)}, private={"reason": reason}
    )
