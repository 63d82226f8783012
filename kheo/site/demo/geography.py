"""Areas and sites for the demo, cut out of a ward's real boundary: the same every time, plainly invented inside."""

import math
import random
from typing import Any

from shapely.geometry import LineString, MultiPoint, Point, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import voronoi_diagram

METRES_PER_DEGREE = 110_600  # of latitude near the equator; good enough to place invented lines


def _largest(geometry: BaseGeometry) -> Polygon:
    parts = [g for g in getattr(geometry, "geoms", [geometry]) if isinstance(g, Polygon)]
    return max(parts, key=lambda g: g.area)


def _points_in(polygon: Polygon, count: int, rng: random.Random) -> list[Point]:
    """Points spread over the polygon: of many draws the set whose nearest pair is farthest apart."""
    west, south, east, north = polygon.bounds
    inside: list[Point] = []
    while len(inside) < 60:
        p = Point(rng.uniform(west, east), rng.uniform(south, north))
        if polygon.contains(p):
            inside.append(p)
    best = max((rng.sample(inside, count) for _ in range(80)), key=lambda s: min(a.distance(b) for a in s for b in s if a is not b))
    return sorted(best, key=lambda p: (-p.y, p.x))


def cut_areas(ward: dict[str, Any], count: int, seed: str) -> list[dict[str, Any]]:
    """``count`` GeoJSON polygons that fill the ward's GeoJSON polygon without gaps."""
    rng = random.Random(seed)
    outline = _largest(shape(ward).buffer(0))
    points = _points_in(outline, count, rng)
    cells = voronoi_diagram(MultiPoint(points), envelope=outline).geoms
    cut = []
    for point in points:
        cell = next(c for c in cells if c.contains(point))
        # A hair inside the ward, so that rounding never puts a corner across the border.
        cut.append(_largest(cell.intersection(outline.buffer(-0.00002))))
    return [_rounded(mapping(c)) for c in cut]


def line_in(area: dict[str, Any], metres: int, seed: str) -> dict[str, Any]:
    """A gently bent GeoJSON line of about ``metres`` that lies inside the area's polygon (shorter where the area is small)."""
    rng = random.Random(seed)
    polygon = _largest(shape(area)).buffer(-0.0001)
    middle = polygon.representative_point()
    for attempt in range(400):
        length = metres / METRES_PER_DEGREE * (0.97 ** (attempt // 12))
        angle, bend = rng.uniform(0, math.pi), rng.uniform(-0.5, 0.5)
        x = middle.x + rng.uniform(-0.4, 0.4) * length
        y = middle.y + rng.uniform(-0.4, 0.4) * length
        line = []
        for i in range(9):
            t = i / 8 - 0.5
            a = angle + bend * t
            line.append((x + math.cos(a) * t * length, y + math.sin(a) * t * length))
        if polygon.contains(LineString(line)):
            return _rounded(mapping(LineString(line)))
    raise ValueError(f"no line of {metres} m fits the area")


def point_in(area: dict[str, Any], seed: str) -> dict[str, Any]:
    """A GeoJSON point inside the area's polygon."""
    rng = random.Random(seed)
    polygon = _largest(shape(area)).buffer(-0.0002)
    west, south, east, north = polygon.bounds
    while True:
        p = Point(rng.uniform(west, east), rng.uniform(south, north))
        if polygon.contains(p):
            return _rounded(mapping(p))


def _rounded(geometry: Any) -> dict[str, Any]:
    def cut(c: Any) -> Any:
        return round(c, 6) if isinstance(c, float | int) else [cut(x) for x in c]

    return {"type": geometry["type"], "coordinates": cut(geometry["coordinates"])}
