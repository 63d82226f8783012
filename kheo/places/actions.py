"""Writing the list of places."""

import unicodedata
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from kheo.core.actor import Actor
from kheo.core.folding import fold
from kheo.core.rules import Invalid, No, require
from kheo.openlog.door import act, lock, writes
from kheo.places import geometry as ground
from kheo.places import lowering, rules
from kheo.places.levels import Kind, kinds
from kheo.places.models import Place, Rank
from kheo.places.search import folded_names
from kheo.places.sorting import sort_key
from kheo.places.verbs import PlaceVerb

MAX_HOUSEHOLDS = 20_000  # per area; the largest quarters have some two thousand


@writes
def add_place(
    actor: Actor,
    parent: Place | None,
    kind: str,
    name: str,
    *,
    geometry: dict[str, Any] | None = None,
    households: int | None = None,
    slug: str = "",
    code: str = "",
    area_m2: int | None = None,
    act_id: UUID | None = None,
) -> Place:
    """Add the city, a ward, an area or a site below ``parent``.

    ``geometry``: GeoJSON geometry, WGS 84, inside the ward; ``households``: recorded number, areas only; ``slug``: else made from kind and
    name; ``area_m2``: the state's figure, else measured. Raises Refused, Invalid("kind" | "name" | "geometry" | "households" | "slug").
    """
    if parent is not None:
        parent = lock(parent)
    require(rules.may_add_place(actor, parent))
    known = _fitting_kind(kind, parent)
    name = _clean_name(name)
    _refuse_twin(parent, kind, name)
    if households is not None:
        if known.rank != Rank.AREA:
            raise Invalid("households", _("Households are recorded for areas; the ward's number is their sum."))
        _check_households(households)
    place = Place(parent=parent, rank=known.rank, kind=kind, name=name, code=code, households=households, area_m2=area_m2)
    place.folded, place.sort = folded_names(name, kind), sort_key(name)
    if geometry is not None:
        _draw(place, known, ground.read_geometry(geometry))
    place.slug = _free_slug(slug or _slug_of(place))
    place.save(force_insert=True)
    place.path = f"{parent.path if parent else '/'}{place.pk}/"
    place.save(update_fields=["path"])
    if households is not None:
        _sum_up(place)
    facts: dict[str, Any] = {"place": place.slug, "kind": kind, "name": name} | _measures(place)
    clear = {"households": households} if households is not None else {}
    return act(PlaceVerb.ADDED, actor, place, place=place.public.slug, clear=clear, facts=facts)


@writes
def rename_place(actor: Actor, place: Place, name: str, *, geometry: dict[str, Any] | None = None, act_id: UUID | None = None) -> Place:
    """Give a place another proper name, or with ``geometry`` (areas and sites; GeoJSON, WGS 84, inside the ward) another drawing, or both.

    Its address (slug) stays, so that links live on. Raises Refused, Invalid("name" | "geometry").
    """
    place = lock(place)
    require(rules.may_rename_place(actor, place))
    name, before = _clean_name(name), place.name
    if name == before and geometry is None:
        raise Invalid("name", _("That is its name already."))
    if name != before:
        _refuse_twin(place.parent, place.kind, name, but=place)
        place.name, place.folded, place.sort = name, folded_names(name, place.kind), sort_key(name)
        place.save(update_fields=["name", "folded", "sort"])
        act(PlaceVerb.RENAMED, actor, place, place=place.public.slug, facts={"place": place.slug, "name": name, "before": before})
    if geometry is not None:
        _redraw(actor, place, geometry)
    return place


def _redraw(actor: Actor, place: Place, geometry: dict[str, Any]) -> None:
    if place.rank < Rank.AREA:
        raise Invalid("geometry", _("The boundaries of wards come from the state and are not drawn here."))
    before = {"length_m_before": place.length_m} if place.length_m else {}
    place.length_m = place.area_m2 = None
    _draw(place, kinds()[place.kind], ground.read_geometry(geometry))
    place.save(update_fields=["geometry", "west", "south", "east", "north", "lon", "lat", "length_m", "area_m2"])
    act(PlaceVerb.REDRAWN, actor, place, place=place.public.slug, facts={"place": place.slug} | before | _measures(place))


def _measures(place: Place) -> dict[str, int]:
    """Length and area in the log's facts, where there is one."""
    return {key: value for key in ("length_m", "area_m2") if (value := getattr(place, key))}


@writes
def set_households(actor: Actor, place: Place, households: int, *, act_id: UUID | None = None) -> Place:
    """Record how many households an area has (a whole number, 1 to 20,000).

    Fewer than before only while nothing was handed out to those above the number. Raises Refused, Invalid("households").
    """
    place = lock(place)
    require(rules.may_set_households(actor, place))
    _check_households(households)
    if isinstance(answer := lowering.may_lower(place, households), No):
        raise Invalid("households", answer.reason)
    before, place.households = place.households, households
    place.save(update_fields=["households"])
    _sum_up(place)
    return act(PlaceVerb.HOUSEHOLDS_SET, actor, place, place=place.slug, clear={"households": households, "before": before})


def _fitting_kind(kind: str, parent: Place | None) -> Kind:
    known = kinds().get(kind)
    if known is None:
        raise Invalid("kind", _("Please choose what kind of place this is."))
    above = {None: (Rank.CITY,), Rank.CITY: (Rank.WARD,), Rank.WARD: (Rank.AREA, Rank.SITE), Rank.AREA: (Rank.SITE,)}
    if known.rank not in above[None if parent is None else Rank(parent.rank)]:
        raise Invalid("kind", _("This kind of place doesn't belong here."))
    return known


def _clean_name(name: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not fold(name) or not any(c.isalnum() for c in name) or any(unicodedata.category(c) in ("Cc", "Cf") for c in name):
        raise Invalid("name", _("Please write the name."))
    if len(name) > 120:
        raise Invalid("name", _("The name is too long; 120 letters fit."))
    return name


def _refuse_twin(parent: Place | None, kind: str, name: str, but: Place | None = None) -> None:
    twins = Place.objects.filter(parent=parent, kind=kind)
    others = (twins.exclude(pk=but.pk) if but else twins).values_list("name", flat=True)
    if any(unicodedata.normalize("NFC", other).casefold() == name.casefold() for other in others):
        raise Invalid("name", _("A place of this name is already here."))


def _check_households(households: int) -> None:
    if isinstance(households, bool) or not isinstance(households, int) or not 1 <= households <= MAX_HOUSEHOLDS:
        raise Invalid("households", _("Please write a whole number of households, from 1 to 20,000."))


def _draw(place: Place, kind: Kind, found: BaseGeometry) -> None:
    drawn = ground.SHAPES[found.geom_type]
    if drawn not in kind.shape:
        raise Invalid("geometry", gettext("A place of this kind isn't drawn like this: %(kind)s.") % {"kind": kind.called()})
    if place.rank >= Rank.AREA:
        ward = place.parent
        while ward is not None and ward.rank > Rank.WARD:
            ward = ward.parent
        if ward is not None and not ground.within(found, ward):
            raise Invalid("geometry", gettext("This lies outside %(ward)s.") % {"ward": ward.full_name})
    place.geometry = ground.write_geometry(found)
    place.west, place.south, place.east, place.north = found.bounds
    inside = found.interpolate(0.5, normalized=True) if found.geom_type == "LineString" else found.representative_point()
    place.lon, place.lat = round(inside.x, ground.DECIMALS), round(inside.y, ground.DECIMALS)
    if drawn == "line":
        place.length_m = ground.metres(found)
    if drawn == "polygon" and place.area_m2 is None:
        place.area_m2 = ground.square_metres(found)


def _slug_of(place: Place) -> str:
    """ "hem-47-ninh-kieu": Vietnamese kind, name, and the ward for what lies below it."""
    parts = [kinds()[place.kind].full_name(place.name, "vi") if place.rank >= Rank.AREA else place.name]
    if place.rank >= Rank.AREA and place.parent:
        above = place.parent if place.parent.rank == Rank.WARD else place.parent.parent
        parts.append(above.name if above else "")
    return slugify(fold(" ".join(parts)))[:100].strip("-")


def _free_slug(wanted: str) -> str:
    """The slug, or the first free one with a number behind it."""
    wanted = slugify(wanted)[:100] or "place"
    taken = set(Place.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    n, slug = 1, wanted
    while slug in taken:
        n += 1
        slug = f"{wanted}-{n}"
    return slug


def _sum_up(area: Place) -> None:
    """Carry an area's number up to its ward and city (from below upwards, always in this order)."""
    above = area.parent
    while above is not None:
        Place.objects.select_for_update().get(pk=above.pk)
        total = Place.objects.filter(parent=above).aggregate(n=Sum("households"))["n"]
        Place.objects.filter(pk=above.pk).update(households=total)
        above = above.parent
