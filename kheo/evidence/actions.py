"""Hiding what must not be public, showing it again, and keeping account of who looks at what is confidential."""

from typing import TYPE_CHECKING, TypeVar
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.evidence import rules
from kheo.evidence.models import Hideable, Photo, photos_of, place_of
from kheo.evidence.verbs import EvidenceVerb
from kheo.openlog.door import act, lock, writes

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

H = TypeVar("H", bound=Hideable)
REASON = 300  # characters that ``Hideable.hidden_reason`` holds
LOOKS = UUID("5c6a3c0e-4f0e-4b43-9d8e-1b0e3c5d7a91")  # the namespace of looks' act ids


@writes
def hide(actor: Actor, thing: H, *, reason: str, act_id: UUID | None = None) -> H:
    """Hide a public text or photo with a reason (5 to 300 characters) that is shown instead; its photos are hidden with it.

    Raises Refused unless the actor is an officer of the thing's place, Invalid("reason") without a reason.
    """
    thing = lock(thing)
    require(rules.may_hide(actor, thing))
    reason = _reason(reason, _("Say in a few words why it is hidden: everybody will read the reason in its place."))
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


@writes
def unhide(actor: Actor, thing: H, *, reason: str, act_id: UUID | None = None) -> H:
    """Show a hidden text or photo again, with a reason (5 to 300 characters), and those of its photos that were hidden with it.

    What was hidden by itself stays hidden. Raises Refused unless the actor is an officer of the thing's place, Invalid("reason").
    """
    thing = lock(thing)
    require(rules.may_unhide(actor, thing))
    reason = _reason(reason, _("Say in a few words why it is shown again."))
    place = place_of(thing)
    assert place is not None  # noqa: S101 - the rule has refused a thing without a place
    together = [p for p in photos_of(thing) if p.hidden_at == thing.hidden_at and (p.pk != thing.pk or not isinstance(thing, Photo))]
    all_of_it: list[Hideable] = [thing, *together]
    for shown in all_of_it:
        shown.hidden_at, shown.hidden_reason = None, ""
        shown.save(update_fields=["hidden_at", "hidden_reason"])
    facts = {"kind": str(thing._meta.label_lower)}
    return act(EvidenceVerb.UNHIDDEN, actor, thing, place=place.public.slug, facts=facts, private={"reason": reason})


@writes
def _look(actor: Actor, photo: Photo, *, act_id: UUID | None = None) -> Photo:
    require(rules.may_see_photo(actor, photo))
    private = {"photo": photo.original_sha256}
    return act(EvidenceVerb.LOOKED, actor, photo, place=photo.place.public.slug if photo.place else "", private=private)


def look(actor: Actor, photo: Photo) -> Photo:
    """Log that somebody looks at a confidential photo: once per person, photo and hour of the clock. Raises Refused.

    The act id is made from the three, so that the write door itself makes it once.
    """
    hour = int(clock.now().timestamp()) // 3600
    return _look(actor, photo, act_id=uuid5(LOOKS, f"{actor.key}|{photo.pk}|{hour}"))


def _reason(reason: str, words: "_StrPromise") -> str:
    reason = " ".join(reason.split())
    if not 5 <= len(reason) <= REASON:
        raise Invalid("reason", words)
    return reason
