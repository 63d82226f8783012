"""Where to go, drawn: the corridor or point of a unit on its road or canal, as paths of an SVG. Pure; says nothing of the claim."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from kheo.places.cutting import plane

WIDE, HIGH, EDGE = 600, 400, 40  # of the drawing
_MEASURES = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)  # metres
_WINDS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
LEAST = 120.0  # metres that the drawing shows at least: what lies around helps to find it

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Start:
    """The end of a road from which its things are numbered: the one from which it was drawn, whoever goes.

    ``x``, ``y``: in the drawing. ``side``: towards which of eight winds it lies, seen from the other end ("ne").
    """

    x: int
    y: int
    lon: float
    lat: float
    side: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Paths in a box of 600 × 400. ``corridor`` or ``spot`` is where to go; ``around`` what it lies on.

    ``scale``: metres of the drawn measure, which is ``bar`` points long; ``metre``: metres in one point.

    ``west``, ``north``, ``per_lon``, ``per_lat``: a position's x is (lon − west)·per_lon, its y (north − lat)·per_lat.
    """

    corridor: str
    around: str
    spot: tuple[int, int] | None
    ends: tuple[tuple[int, int], ...]
    start: "Start | None"
    scale: int
    bar: int
    metre: float
    west: float
    north: float
    per_lon: float
    per_lat: float
    lon: float
    lat: float
    spots: list[list[int]]  # points along where to go, to measure how far one is from it


def lines_of(geometry: Mapping[str, Any] | None) -> list[list[Position]]:
    """Every line, ring or point of a GeoJSON geometry as lists of positions."""
    found: list[list[Position]] = []

    def walk(value: Any) -> None:
        if value and isinstance(value[0], int | float):
            found.append([(value[0], value[1])])
        elif value and isinstance(value[0][0], int | float):
            found.append([(x, y) for x, y, *_z in value])
        else:
            for item in value:
                walk(item)

    if geometry and geometry.get("coordinates"):
        walk(geometry["coordinates"])
    return found


def drawing(at: Mapping[str, Any], site: Mapping[str, Any] | None) -> Drawing | None:
    """The drawing of ``Unit.at`` on its site's GeoJSON; None where neither says a position."""
    line: list[Position] = [(x, y) for x, y, *_z in at.get("line", ())]
    point: list[Position] = [(at["point"][0], at["point"][1])] if at.get("point") else []
    around = lines_of(site)
    shown = line or point or [p for part in around for p in part]
    if not shown:
        return None
    lon, lat = _centre(shown)
    across, up = plane(lon, lat)
    reach_x = max(max(abs(x - lon) for x, _y in shown) * across * 2, LEAST)
    reach_y = max(max(abs(y - lat) for _x, y in shown) * up * 2, LEAST * HIGH / WIDE)
    per_metre = min((WIDE - 2 * EDGE) / reach_x, (HIGH - 2 * EDGE) / reach_y)
    per_lon, per_lat = across * per_metre, up * per_metre
    numbered = around[0] if "nth" in at and not point and around and len(around[0]) > 1 and around[0][0] != around[0][-1] else []
    scale = next((m for m in _MEASURES if m * per_metre > 60), _MEASURES[-1])
    west, north = lon - WIDE / 2 / per_lon, lat + HIGH / 2 / per_lat

    def xy(p: Position) -> tuple[int, int]:
        return round((p[0] - west) * per_lon), round((north - p[1]) * per_lat)

    def path(parts: Iterable[list[Position]]) -> str:
        return " ".join("M" + " L".join(f"{x} {y}" for x, y in map(xy, part)) for part in parts if len(part) > 1)

    return Drawing(
        corridor=path([line]),
        around=path(around),
        spot=xy(point[0]) if point else None,
        ends=(xy(line[0]), xy(line[-1])) if line else (),
        start=Start(*xy(numbered[0]), round(numbered[0][0], 6), round(numbered[0][1], 6), _side(numbered, across / up))
        if numbered
        else None,
        scale=scale,
        bar=round(scale * per_metre),
        metre=1 / per_metre,
        west=west,
        north=north,
        per_lon=per_lon,
        per_lat=per_lat,
        lon=round(lon, 6),
        lat=round(lat, 6),
        spots=[list(xy(p)) for p in _along(shown)],
    )


def _side(line: list[Position], flat: float) -> str:
    """The wind towards which a line's first point lies from its last; ``flat``: how much shorter a degree of longitude is."""
    (x, y), (far_x, far_y) = line[0], line[-1]
    return _WINDS[round(math.degrees(math.atan2((x - far_x) * flat, y - far_y)) / 45) % 8]


def _centre(positions: list[Position]) -> Position:
    """The middle of the box around them."""
    lons, lats = [x for x, _y in positions], [y for _x, y in positions]
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2


def _along(positions: list[Position], most: int = 40) -> list[Position]:
    """Points between the corners too, so that the nearest one is near."""
    if len(positions) < 2:
        return positions
    each = max(1, most // (len(positions) - 1))
    found = [(a[0] + (b[0] - a[0]) * n / each, a[1] + (b[1] - a[1]) * n / each) for a, b in pairwise(positions) for n in range(each)]
    return [*found, positions[-1]]
