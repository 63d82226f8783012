"""Maps as SVG paths, drawn on the server from our own boundaries: the city for the home page, a ward with what lies in it."""

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from kheo.places import cutting
from kheo.places.importing import CANTHO, read_units
from kheo.places.models import Place, Rank


@dataclass(frozen=True, slots=True)
class MapUnit:
    """One unit of a map: ``d`` is an SVG path in the map's units (empty for a point), ``x``/``y`` a point on or in it."""

    slug: str
    name: str
    d: str
    x: int
    y: int
    kind: str = ""
    shape: str = "polygon"  # point, line, polygon


@dataclass(frozen=True, slots=True)
class CityMap:
    """The units of the city and the drawing's ``viewBox``."""

    units: tuple[MapUnit, ...]
    view_box: str


@dataclass(frozen=True, slots=True)
class WardMap:
    """A ward's outline, its areas and its sites; all paths share one ``viewBox``."""

    outline: MapUnit
    areas: tuple[MapUnit, ...]
    sites: tuple[MapUnit, ...]
    view_box: str


def city_map() -> CityMap:
    """The city's map: ``map.json`` in the data folder, else the one that ships, when it is of this city; else no units."""
    own = Path(settings.KHEO_DATA) / "map.json"
    return _read(own if own.exists() else CANTHO / "map.json", settings.KHEO_CITY)


@lru_cache(maxsize=4)
def _read(path: Path, city: str) -> CityMap:
    data = json.loads(path.read_text(encoding="utf-8"))
    if data["city"] != city:
        return CityMap((), "0 0 0 0")
    return CityMap(tuple(MapUnit(*row) for row in data["units"]), data["view_box"])


def build_city_map(folder: Path = CANTHO) -> dict[str, Any]:
    """The content of ``map.json`` for a folder of units (see :mod:`kheo.places.importing`)."""
    city, units, shapes = read_units(folder)
    outlines = {unit["code"]: shapely.make_valid(shape(shapes[unit["code"]])) for unit in units}
    west, south, east, north = shapely.union_all(list(outlines.values())).bounds
    mx, my = cutting.plane((west + east) / 2, (south + north) / 2)
    metric = {code: shapely.transform(g, lambda xy: (xy - [west, north]) * [mx, -my]) for code, g in outlines.items()}
    scale = cutting.WIDTH / ((east - west) * mx)
    drawing = {code: shapely.transform(g, lambda xy: xy * scale) for code, g in cutting.cut(metric).items()}
    whole = cutting.cut(drawing, grid=1, close=1.5, simplify=0)  # the drawing has whole units only: node the borders once more on these
    rows = []
    for unit in units:
        drawn = whole[unit["code"]]
        middle = drawn.representative_point()
        slug = unit["slug"].replace("_", "-")
        rows.append([slug, unit["name"], cutting.path_of(drawn), round(middle.x), round(middle.y), unit["type"]])
    height = math.ceil((north - south) * my * scale)
    return {"city": city["slug"], "view_box": f"-2 -2 {cutting.WIDTH + 4} {height + 4}", "units": rows}


def ward_map(ward: Place, width: int = 600) -> WardMap | None:
    """A ward with its areas and sites that are on the map; None for a ward without a boundary. Two queries."""
    if not ward.geometry or ward.west is None or ward.east is None or ward.north is None or ward.south is None:
        return None
    below = Place.objects.under(ward).filter(rank__in=(Rank.AREA, Rank.SITE)).exclude(lon=None)
    west, north = ward.west, ward.north
    mx, my = cutting.plane((ward.west + ward.east) / 2, (ward.south + ward.north) / 2)
    scale = width / max((ward.east - ward.west) * mx, 1.0)

    def flat(xy: Any) -> Any:
        return (xy - [west, north]) * [mx * scale, -my * scale]

    def unit(place: Place) -> MapUnit:
        found = shapely.transform(shape(place.geometry or {"type": "Point", "coordinates": [place.lon, place.lat]}), flat)
        at = shapely.transform(shapely.Point(place.lon, place.lat), flat)
        d, kind = _drawn(found)
        return MapUnit(place.slug, place.full_name, d, round(at.x), round(at.y), place.kind, kind)

    height = math.ceil((ward.north - ward.south) * my * scale)
    places = list(below.order_by("sort", "id"))
    areas = tuple(unit(p) for p in places if p.rank == Rank.AREA)
    sites = tuple(unit(p) for p in places if p.rank == Rank.SITE)
    return WardMap(unit(ward), areas, sites, f"-6 -6 {width + 12} {height + 12}")


def _drawn(found: BaseGeometry) -> tuple[str, str]:
    if found.geom_type == "Point":
        return "", "point"
    if found.geom_type in ("LineString", "MultiLineString"):
        lines = shapely.get_parts(found.simplify(0.5))
        return "".join("M" + "L".join(f"{round(x)} {round(y)}" for x, y in line.coords) for line in lines), "line"
    return cutting.path_of(found.simplify(0.5)), "polygon"
