"""Reporting a measured quantity, and correcting it until somebody has checked it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kheo.catalogue import indicator as indicator_of
from kheo.catalogue import kit as kit_of
from kheo.catalogue.shapes import Indicator, Kit
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.numbers import number
from kheo.core.rules import Invalid, require
from kheo.evidence import photos as evidence
from kheo.evidence.models import Photo
from kheo.initiatives.models import Initiative
from kheo.openlog.door import act, lock, writes
from kheo.places.geometry import read_geometry, ward_at, write_geometry
from kheo.places.models import Place, Rank
from kheo.results import corrected, rules, tallies
from kheo.results.models import Result
from kheo.results.verbs import ResultVerb as Verb

MOST_PHOTOS = 6


@writes
def report_result(
    actor: Actor,
    initiative: Initiative,
    *,
    indicator: str,
    quantity: int,
    day: date,
    site: Place | None = None,
    geometry: dict[str, Any] | None = None,
    session: str = "",
    note: str = "",
    photos: list[Photo] | None = None,
    before: Photo | None = None,
    act_id: UUID | None = None,
) -> Result:
    """Claim that ``quantity`` (whole, in the indicator's unit) was done on ``day``.

    ``indicator``: "<kit>.<key>" of the initiative's kit. ``site``: where, inside the initiative's place; its own site when left out.
    ``geometry``: GeoJSON of what was done. ``session``: "bữa cơm 12/3" for what has no place. ``photos``: at most six, at least one
    where the kit asks for a photo. Kits of private sites take no site and no geometry, and their photos are never public.
    Raises Refused, or Invalid on one of these fields.
    """
    initiative = lock(initiative, "place", "site")
    require(rules.may_report_result(actor, initiative))
    photos = list(photos or [])
    kit = kit_of(initiative.kit)
    counted = _indicator(kit, indicator)
    _check_quantity(counted, quantity)
    _check_day(initiative, day)
    if kit.private_site:
        _check_private(site, geometry)
    else:
        site = _site(initiative, site)
    shape = _geometry(geometry)
    _check_photos(kit, counted, photos, before)
    place = _tallied_at(kit, initiative, site)
    result = Result.objects.create(
        initiative=initiative,
        indicator=counted.key,
        quantity=quantity,
        day=day,
        place=place,
        site=site,
        geometry=shape,
        session=session.strip()[:80],
        note=note.strip()[:500],
        before=before,
        reported_by_id=actor.user_id or 0,  # the rule has refused nameless actors
        reported_at=clock.now(),
    )
    result.photos.add(*photos)
    _publish(kit, initiative, place, [*photos, before])
    tallies.add((result, tallies.counts_of(result)))
    return act(
        Verb.REPORTED,
        actor,
        result,
        place=place.slug,
        **_told(kit, result, {"quantity": quantity}, photos),
    )


@writes
def correct_result(
    actor: Actor, result: Result, *, quantity: int, note: str, photos: list[Photo] | None = None, act_id: UUID | None = None
) -> Result:
    """Replace a claim that nobody has checked yet; the old one stays readable and counts no more. Returns the new result.

    ``note`` says why (required). ``photos`` are added to those of the old one. Corrected downwards, it is shown as credit
    (``Result.credit``). A checker who was already asked will count for the new claim, and knows of neither.
    Where it lies in a book whose draw is fixed, its claim there stays and no more than the new number counts (``corrected``).
    Raises Refused once it was checked or corrected, or Invalid.
    """
    corrected.hold(result)
    initiative = lock(result.initiative)
    old = lock(result)
    require(rules.may_correct_result(actor, old))
    kit = kit_of(initiative.kit)
    counted = indicator_of(old.indicator)
    _check_quantity(counted, quantity)
    if quantity == old.quantity:
        raise Invalid("quantity", _("This is the number that stands already."))
    if not note.strip():
        raise Invalid("note", _("Please say in a few words why the number changes."))
    kept = list(old.photos.all())
    added = [p for p in photos or [] if p.pk not in {k.pk for k in kept}]
    if len(kept) + len(added) > MOST_PHOTOS:
        raise Invalid("photos", _("At most %(most)s photos, please.") % {"most": MOST_PHOTOS})
    before = tallies.counts_of(old)
    old.withdrawn_at = clock.now()
    old.save(update_fields=["withdrawn_at"])
    new = Result.objects.create(
        initiative=initiative,
        indicator=old.indicator,
        quantity=quantity,
        day=old.day,
        place=old.place,
        site=old.site,
        geometry=old.geometry,
        session=old.session,
        note=note.strip()[:500],
        before=old.before,
        reported_by_id=actor.user_id or 0,  # the rule has refused nameless actors
        reported_at=clock.now(),
        replaces=old,
        standing=old.standing,
    )
    new.photos.add(*kept, *added)
    old.readings.update(result=new)
    _publish(kit, initiative, new.place, added)
    tallies.add((old, -before), (new, tallies.counts_of(new)))
    corrected.follow(actor, old, new)
    return act(
        Verb.CORRECTED,
        actor,
        new,
        place=new.place.slug,
        **_told(kit, new, {"replaces": old.pk, "was": old.quantity, "quantity": quantity}, added),
    )


def _indicator(kit: Kit, key: str) -> Indicator:
    if key not in kit.indicators:
        raise Invalid("indicator", _("This kind of work doesn't count that."))
    return kit.indicators[key]


def _check_quantity(counted: Indicator, quantity: int) -> None:
    if isinstance(quantity, bool) or not isinstance(quantity, int):
        raise Invalid("quantity", _("Please give a whole number."))
    if quantity < 1:
        raise Invalid("quantity", _("Please report at least 1. Nothing done needs no report."))
    if quantity > counted.maximum:
        raise Invalid(
            "quantity",
            _("More than %(most)s %(unit)s in one report can't be right. Please look at the number again, or report it in parts.")
            % {"most": number(counted.maximum), "unit": counted.unit()},
        )


def _check_day(initiative: Initiative, day: date) -> None:
    if day > clock.today():
        raise Invalid("day", _("This day has not come yet."))
    if initiative.registered_at and day < timezone.localdate(initiative.registered_at):
        raise Invalid("day", _("This day lies before the work was registered."))


def _check_private(site: Place | None, geometry: dict[str, Any] | None) -> None:
    if site is not None:
        raise Invalid("site", _("To protect the household, no place is recorded for this kind of work."))
    if geometry is not None:
        raise Invalid("geometry", _("To protect the household, no place is recorded for this kind of work."))


def _site(initiative: Initiative, site: Place | None) -> Place | None:
    if site is None:
        return initiative.site
    if site.rank != Rank.SITE or not str(site.path).startswith(str(initiative.place.path)):
        raise Invalid("site", _("This site doesn't lie where the work is done."))
    return site


def _geometry(geometry: dict[str, Any] | None) -> dict[str, Any] | None:
    if geometry is None:
        return None
    shape = read_geometry(geometry)
    written = write_geometry(shape)
    try:
        for lon, lat in _corners(written["coordinates"]):
            ward_at(lon, lat)
    except Invalid as e:
        raise Invalid("geometry", e.message) from e
    return written


def _corners(coordinates: Any) -> set[tuple[float, float]]:
    """At most some fifty positions of a shape: enough to know that it lies in the city."""
    found: list[tuple[float, float]] = []
    stack = [coordinates]
    while stack:
        item = stack.pop()
        if isinstance(item[0], int | float):
            found.append((item[0], item[1]))
        else:
            stack.extend(item)
    return set(found[:: max(1, len(found) // 50)]) | {found[0], found[-1], min(found), max(found)}


def _check_photos(kit: Kit, counted: Indicator, photos: list[Photo], before: Photo | None) -> None:
    if len(photos) > MOST_PHOTOS:
        raise Invalid("photos", _("At most %(most)s photos, please.") % {"most": MOST_PHOTOS})
    if counted.needs_photo and not kit.private_site and not photos:
        raise Invalid("photos", _("Please take a photo: without one nobody can see what was done."))
    if before is not None and not photos:
        raise Invalid("photos", _("Please add a photo from after the work too."))


def _tallied_at(kit: Kit, initiative: Initiative, site: Place | None) -> Place:
    """The site's area (or ward); for private sites the ward, never finer."""
    if not kit.private_site:
        return initiative.place if site is None or site.parent_id == initiative.place_id else site.public
    place = initiative.place
    return place if place.rank <= Rank.WARD else Place.objects.get(pk=tallies.ward_id(place))


def _publish(kit: Kit, initiative: Initiative, place: Place, photos: Sequence[Photo | None]) -> None:
    for photo in photos:
        if photo is not None and kit.private_site:
            evidence.keep(photo, place, initiative.organiser_id)
        elif photo is not None:
            evidence.publish(photo, place)


def _told(kit: Kit, result: Result, quantities: dict[str, int], photos: list[Photo]) -> dict[str, Any]:
    """What the entry says. Of private sites only that there was a report: one house is a household, and entries can be counted."""
    clear: dict[str, Any] = {"result": result.pk}
    private: dict[str, Any] = {
        "site": result.site.slug if result.site else None,
        "session": result.session,
        "note": result.note,
        "photos": [p.original_sha256 for p in photos],
    }
    if kit.private_site:
        named = {"initiative": result.initiative.slug, "day": str(result.day), "indicator": result.indicator}
        return {"clear": clear, "private": private | quantities | named}
    facts = {"initiative": result.initiative.slug, "day": str(result.day), "photos": len(photos)}
    return {"clear": clear | quantities | {"indicator": result.indicator}, "facts": facts, "private": private}
