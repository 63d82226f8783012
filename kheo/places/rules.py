"""Who may change the list of places."""

from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.places.models import Place, Rank


def may_add_place(actor: Actor, parent: Place | None) -> Answer:
    """Areas and sites: the operator or an officer of the ward. Wards: the operator. The city: only while setting up."""
    if parent is None:
        if any(g.role == Role.OPERATOR and g.path == "/" for g in actor.grants):
            return YES
        return No(_("The city itself is set up with the installation."))
    if parent.rank == Rank.SITE:
        return No(_("Nothing lies below a site."))
    if actor.has(Role.OPERATOR, at=parent):
        return YES
    if parent.rank >= Rank.WARD and actor.has(Role.OFFICER, at=parent):
        return YES
    return No(_("Only the ward's officer or the operator can add a place here."))


def may_rename_place(actor: Actor, place: Place) -> Answer:
    """As adding: whoever could add it may mend its name."""
    if actor.has(Role.OPERATOR, at=place):
        return YES
    if place.rank >= Rank.AREA and actor.has(Role.OFFICER, at=place):
        return YES
    return No(_("Only the ward's officer or the operator can rename this place."))


def may_set_households(actor: Actor, place: Place) -> Answer:
    """The ward, never the area's head: quorums rest on this number."""
    if place.rank != Rank.AREA:
        return No(_("Households are recorded for areas; the ward's number is their sum."))
    if actor.has(Role.OFFICER, Role.OPERATOR, at=place):
        return YES
    return No(_("Only the ward can record how many households an area has."))
