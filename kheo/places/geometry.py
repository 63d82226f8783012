"""Positions and shapes on the ground: which ward, how long, how far. WGS 84 degrees in, metres out."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import shapely
from django.db.models import Count, Max, Sum
from django.utils.translation import gettext_lazy as _
from pyproj import Geod
from shapely.geometry import Point, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from kheo.core.rules import Invalid
from kheo.places.models import Place

GEOD = Geod(ellps="WGS84")
METRE = 1 / 111_320  # degrees of latitude per metre, near enough for tolerances
TOLERANCE = 80 * METRE  # the boundaries are simplified to about 33 m and neighbours leave slits
MAX_VERTICES = 5_000
SHAPES = {"Point": "point", "LineString": "line", "MultiLineString": "line", "Polygon": "polygon", "MultiPolygon": "polygon"}
DECIMALS = 6  # 0.1 m


def read_geometry(value: Any) -> BaseGeometry:
    """A GeoJSON geometry as a clean shape. Raises ``Invalid("geometry", …)`` for anything that isn't one on this earth."""
    unreadable = Invalid("geometry", _("This drawing can't be read. Please draw it again."))
    if not isinstance(value, dict) or value.get("type") not in SHAPES:
        raise unreadable
    numbers = _numbers(value.get("coordinates"))
    if numbers is None or not all(math.isfinite(n) and abs(n) <= 180 for n in numbers):
        raise unreadable
    if len(numbers) > MAX_VERTICES * 2:
        raise Invalid("geometry", _("This drawing has too many points. Please draw it more simply."))
    try:
        found = shape({"type": value["type"], "coordinates": value["coordinates"]})
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError) as e:
        raise unreadable from e
    if found.is_empty or not all(abs(y) <= 90 for _x, y in shapely.get_coordinates(found)):
        raise unreadable
    found = shapely.force_2d(found)
    if not found.is_valid or (SHAPES[value["type"]] != "point" and metres(found) <= 0):
        raise Invalid("geometry", _("This drawing crosses itself or has no size. Please draw it again."))
    return found


def _numbers(coordinates: Any) -> list[float] | None:
    """Every number in the nest, at most one more than fits; None when there is anything else in it. Depth does not matter."""
    numbers: list[float] = []
    stack = [coordinates]
    while stack and len(numbers) <= MAX_VERTICES * 2:
        item = stack.pop()
        if isinstance(item, list | tuple):
            stack.extend(item)
        elif isinstance(item, int | float) and not isinstance(item, bool):
            numbers.append(item)
        else:
            return None
    return numbers


def mend(value: dict[str, Any]) -> dict[str, Any]:
    """GeoJSON of an outline with the knots undone that simplifying made: the polygons of the made-valid shape."""
    found = shape(value)
    if found.is_valid:
        return value
    made = shapely.make_valid(found, method="structure", keep_collapsed=False)
    return write_geometry(shapely.union_all([g for g in getattr(made, "geoms", [made]) if g.geom_type in ("Polygon", "MultiPolygon")]))


def write_geometry(found: BaseGeometry) -> dict[str, Any]:
    """GeoJSON with six decimals (0.1 m)."""
    geojson = mapping(found)
    return {"type": geojson["type"], "coordinates": _rounded(geojson["coordinates"])}


def _rounded(value: Any) -> Any:
    return round(value, DECIMALS) if isinstance(value, float | int) else [_rounded(v) for v in value]


def metres(found: BaseGeometry) -> int:
    """Geodesic length of a line, or perimeter of a polygon, in whole metres (at least 1 for anything that has a length)."""
    length = float(GEOD.geometry_length(found))
    return max(1, round(length)) if length > 0 else 0


def square_metres(found: BaseGeometry) -> int:
    """Geodesic area of a polygon in whole square metres, whichever way round it was drawn."""
    parts = getattr(found, "geoms", [found])
    return round(sum(abs(GEOD.geometry_area_perimeter(part)[0]) for part in parts))


def distance(lon: float, lat: float, lon2: float, lat2: float) -> float:
    """Geodesic metres between two positions."""
    return float(GEOD.inv(lon, lat, lon2, lat2)[2])


@dataclass(frozen=True, slots=True)
class Snap:
    """The nearest point on a site, and how many metres away it is."""

    lon: float
    lat: float
    metres: float


def snap(site: Place, lon: float, lat: float) -> Snap | None:
    """The point of the site nearest to a position; None when the site has no place on the map."""
    if not site.geometry:
        if site.lon is None or site.lat is None:
            return None
        return Snap(site.lon, site.lat, distance(lon, lat, site.lon, site.lat))
    # Degrees of longitude are shorter: stretch them, so that "nearest" is nearest on the ground.
    stretch = math.cos(math.radians(lat))
    flat = shapely.transform(shape(site.geometry), lambda xy: xy * [stretch, 1])
    found = nearest_points(flat, Point(lon * stretch, lat))[0]
    x, y = round(found.x / stretch, DECIMALS), round(found.y, DECIMALS)
    return Snap(x, y, distance(lon, lat, x, y))


def within(found: BaseGeometry, place: Place) -> bool:
    """Whether a shape lies in the place or within the tolerance of its simplified boundary. True for a place without a boundary."""
    if not place.geometry:
        return True
    outline = shape(place.geometry)
    if outline.geom_type not in ("Polygon", "MultiPolygon"):
        return True
    return bool(outline.buffer(TOLERANCE).covers(found))


@dataclass(frozen=True, slots=True)
class _Wards:
    ids: tuple[int, ...]
    outlines: tuple[BaseGeometry, ...]
    tree: shapely.STRtree


@lru_cache(maxsize=2)
def _wards(_fingerprint: tuple[object, ...]) -> _Wards:
    rows = list(Place.objects.wards().filter(geometry__isnull=False).order_by("code", "id").values_list("id", "geometry"))
    outlines = [shape(geometry) for _id, geometry in rows]
    for outline in outlines:
        shapely.prepare(outline)
    return _Wards(tuple(pk for pk, _geometry in rows), tuple(outlines), shapely.STRtree(outlines))


def ward_at(lon: float, lat: float) -> Place:
    """The ward or commune in which a position lies. Raises ``Invalid("position", …)`` outside the city.

    A position in a slit between two simplified boundaries belongs to the nearer one; in an overlap to the lower code.
    """
    outside = Invalid("position", _("This position lies outside the city."))
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise outside
    seen = Place.objects.wards().filter(geometry__isnull=False).aggregate(n=Count("id"), last=Max("id"), x=Sum("west"), y=Sum("north"))
    if not seen["n"]:
        raise outside
    wards = _wards((seen["n"], seen["last"], seen["x"], seen["y"]))
    position = Point(lon, lat)
    hits = sorted(int(i) for i in wards.tree.query(position, predicate="intersects"))
    if not hits:
        near = int(wards.tree.nearest(position))
        if wards.outlines[near].distance(position) > TOLERANCE:
            raise outside
        hits = [near]
    return Place.objects.defer("geometry").get(pk=wards.ids[hits[0]])
