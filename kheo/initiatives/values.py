"""Checking the values of an initiative: each refusal names the field it belongs to."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kheo.catalogue import Kit
from kheo.core import clock
from kheo.core.numbers import number
from kheo.core.rules import Invalid
from kheo.places.models import Place, Rank

if TYPE_CHECKING:
    from kheo.needs.models import Need
    from kheo.people.models import Organisation

LONGEST = timedelta(days=366 * 10)


def words(field: str, text: str, longest: int, *, needed: bool = True) -> str:
    """``text`` with single spaces at its ends gone. Raises Invalid when it is missing or too long."""
    text = text.strip()
    if needed and not text:
        raise Invalid(field, gettext_lazy("Please write a few words here."))
    if len(text) > longest:
        raise Invalid(field, _("This is too long: %(have)s letters, at most %(most)s.") % {"have": len(text), "most": longest})
    if "\x00" in text:
        raise Invalid(field, gettext_lazy("There is a character here that can't be kept."))
    return text


def target_field(key: str) -> str:
    """The form field of one indicator's target."""
    return f"target:{key}"


def targets(kit: Kit, wanted: Mapping[str, int]) -> dict[str, int]:
    """The targets that an initiative of this kit may aim for, in the kit's order. Raises Invalid on the target's field."""
    for key in wanted:
        if key not in kit.indicators:
            raise Invalid(target_field(key), _("“%(kit)s” doesn't count “%(key)s”.") % {"kit": kit.name(), "key": key})
    found = {}
    for key, indicator in kit.indicators.items():
        if key not in wanted:
            continue
        quantity = wanted[key]
        if not isinstance(quantity, int) or isinstance(quantity, bool):
            raise Invalid(target_field(key), _("A target is a whole number."))
        if quantity < 1:
            raise Invalid(target_field(key), _("A target is at least 1. Leave it empty if you don't aim for it."))
        if quantity > indicator.target_maximum:
            raise Invalid(
                target_field(key),
                _("This is more than any such work has done; at most %(most)s %(unit)s.")
                % {"unit": indicator.unit(), "most": number(indicator.target_maximum)},
            )
        found[key] = quantity
    if not found:
        raise Invalid("targets", _("Set at least one target: how much will be done?"))
    return found


def site(kit: Kit, place: Place, wanted: Place | None) -> Place | None:
    """The site the work is done at. Raises Invalid when the kit allows none, or it lies elsewhere."""
    if wanted is None:
        return None
    if kit.private_site:
        raise Invalid("site", _("Help for a household shows no site: only the ward is named."))
    if wanted.rank != Rank.SITE or not (wanted.path or "").startswith(place.path or "-"):
        raise Invalid("site", _("Choose a road, canal or other site that lies in %(place)s.") % {"place": place.full_name})
    return wanted


def dates(starts_on: date | None, ends_on: date | None) -> None:
    """Raises Invalid on the date that can't be."""
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if day and abs(day - clock.today()) > LONGEST:
            raise Invalid(field, _("This date is too far away."))
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid("ends_on", _("It can't end before it starts."))


def needs(place: Place, wanted: "Iterable[Need]") -> "list[Need]":
    """The public needs of this place (or of the ward around it) that the work takes up. Raises Invalid on the others."""
    found = list(wanted)
    for need in found:
        path, here = need.place.path or "-", place.path or "-"
        if not path.startswith(here) and not here.startswith(path):
            raise Invalid("needs", _("Need %(code)s belongs to another place.") % {"code": need.code})
        if not need.shown or need.state == "held":
            raise Invalid("needs", _("Need %(code)s isn't public.") % {"code": need.code})
    return found


def organisation(place: Place, wanted: "Organisation | None") -> "Organisation | None":
    """An organisation of this place, or of one around or in it. Raises Invalid on any other."""
    if wanted is not None:
        path, here = wanted.place.path or "-", place.path or "-"
        if not path.startswith(here) and not here.startswith(path):
            raise Invalid("organisation", _("This organisation belongs to another place."))
    return wanted
