"""A place as a map to point or draw on: its ward's outline, its areas and its sites as small GeoJSON."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Sum
from django.utils.translation import get_language
from shapely.geometry import mapping, shape

from kheo.places.geometry import METRE
from kheo.places.models import Place, PlaceQuerySet, Rank

MOST_BYTES = 60_000  # for a phone on 3G
KEPT = 600  # seconds
DECIMALS = 5  # 1 m
#: (metres that outlines may be off, metres that lines may be off): coarser until it fits.
COARSER = ((10, 1), (30, 5), (60, 15), (150, 50), (400, 200))


def outline(place: Place) -> bytes:
    """GeoJSON of at most 60 kB; each feature has the place's id, ``what`` (ward, area, site), ``name``, and ``here`` if below ``place``.

    Kept for ten minutes, or until something in the ward is drawn or added.
    """
    top = place
    while top.rank > Rank.WARD and top.parent is not None:
        top = top.parent
    found = Place.objects.wards() if top.rank == Rank.CITY else Place.objects.under(top)
    seen = found.aggregate(n=Count("id"), last=Max("id"), w=Sum("west"), n_=Sum("north"), x=Sum("lon"), y=Sum("lat"), l=Sum("length_m"))
    key = f"outline|{place.pk}|{get_language()}|{'|'.join(map(str, seen.values()))}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = _draw(place, found)
        cache.set(key, kept, KEPT)
    return kept


def _draw(place: Place, found: PlaceQuerySet) -> bytes:
    around = place if place.rank < Rank.SITE or place.parent is None else place.parent
    rows = [(p, shape(_geometry(p))) for p in found.filter(lon__isnull=False) | found.filter(geometry__isnull=False)]
    for number, (coarse, fine) in enumerate(COARSER):
        # At the very last, sites that are not asked for stay away.
        far = number < len(COARSER) - 1
        kept = [row for row in rows if far or row[0].rank < Rank.SITE or _below(row[0], around)]
        made = _write(_features(kept, around, coarse * METRE, fine * METRE))
        if len(made) <= MOST_BYTES:
            return made
    features = list(_features([row for row in rows if row[0].rank < Rank.SITE], around, COARSER[-1][0] * METRE, 0))
    points = [
        _feature(p, {"type": "Point", "coordinates": _round([p.lon, p.lat])}, around) for p, _g in rows if p.lon and _below(p, around)
    ]
    while len(made := _write(features + points)) > MOST_BYTES and (features or points):
        points, features = (points[: len(points) // 2], features) if points else (points, features[: len(features) // 2])
    return made


def _geometry(place: Place) -> dict[str, Any]:
    return place.geometry or {"type": "Point", "coordinates": [place.lon, place.lat]}


def _below(place: Place, around: Place) -> bool:
    return (place.path or "").startswith(around.path or "-")


def _features(rows: list[tuple[Place, Any]], around: Place, coarse: float, fine: float) -> Iterator[dict[str, Any]]:
    for place, ground in rows:
        if place.rank < Rank.SITE and ground.geom_type == "Point":
            continue
        geojson = mapping(ground.simplify(coarse if place.rank < Rank.SITE else fine))
        yield _feature(place, {"type": geojson["type"], "coordinates": _round(geojson["coordinates"])}, around)


def _feature(place: Place, geometry: dict[str, Any], around: Place) -> dict[str, Any]:
    named = {"what": Rank(place.rank).name.lower(), "name": place.full_name}
    return {
        "type": "Feature",
        "id": place.pk,
        "properties": named | ({"here": 1} if place.pk != around.pk and _below(place, around) else {}),
        "geometry": geometry,
    }


def _write(features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False, separators=(",", ":")).encode()


def _round(value: Any) -> Any:
    return round(value, DECIMALS) if isinstance(value, float | int) else [_round(v) for v in value]
