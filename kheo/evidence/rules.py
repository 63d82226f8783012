"""Who may hide something, and who may look at a photo."""

from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.evidence.models import Hideable, Photo, place_of
from kheo.places.models import Rank


def may_hide(actor: Actor, thing: Hideable) -> Answer:
    """An officer of the place, once."""
    place = place_of(thing)
    if place is None or not actor.has(Role.OFFICER, at=place):
        return No(_("Only an officer of this ward can hide it. Tell them what is wrong with it."))
    if not thing.shown:
        return No(_("It is hidden already."))
    return YES


def may_unhide(actor: Actor, thing: Hideable) -> Answer:
    """An officer of the place, what is hidden."""
    place = place_of(thing)
    if place is None or not actor.has(Role.OFFICER, at=place):
        return No(_("Only an officer of this ward can show it again. Tell them why it should be seen."))
    if thing.shown:
        return No(_("It is not hidden."))
    return YES


def may_see_photo(actor: Actor, photo: Photo) -> Answer:
    """Public and not hidden: everybody. Else (sheets of names, photos not released yet): its keeper, the head and the officer of the place.

    What is kept at the city itself (the photo of somebody who saw otherwise) only its board sees.
    The keeper of a sheet of givers organises that work: with the head who keeps its book (twin of ``ledger.rules.keeps_book``).
    """
    if not photo.shown:
        return No(_("This photo was hidden. The page it stood on tells why."))
    if photo.public:
        return YES
    if actor.user_id is not None and photo.keeper_id == actor.user_id:
        return YES
    if photo.place is not None and actor.has(Role.OFFICER, Role.HEAD, at=photo.place):
        return YES
    if photo.place is not None and photo.place.rank == Rank.CITY and actor.has(Role.CITY_BOARD, at=photo.place):
        return YES
    return No(_("This photo is not public."))
