"""Cutting a city's units clean for the home map: every border is one line, drawn once, shared by both neighbours.

The boundaries of the data are simplified one by one: neighbours leave slits and overlaps. All edges are noded on a grid, every
face between them goes to the unit that covers most of it (slits: to the neighbour with the longest common border), and the
resulting coverage is simplified as a whole.
"""

import math
from collections.abc import Mapping

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

GRID = 30.0  # metres; about the precision of the data
CLOSE = 120.0  # metres; slits narrower than twice this are no holes in the city
SIMPLIFY = 150.0  # metres; what one pixel of a phone's map can't show
WIDTH = 1000  # units of the drawing


def plane(lon0: float, lat0: float) -> tuple[float, float]:
    """Metres per degree of longitude and latitude around a position (spherical; for drawing only)."""
    return 111_320 * math.cos(math.radians(lat0)), 110_574.0


def cut(
    shapes: Mapping[str, BaseGeometry], grid: float = GRID, close: float = CLOSE, simplify: float = SIMPLIFY
) -> dict[str, BaseGeometry]:
    """Shapes on a plane → the same units as a clean coverage on the grid, without gaps or overlaps. All lengths in the plane's unit."""
    keys = sorted(shapes)
    raw = [shapely.make_valid(shapes[k]).buffer(0) for k in keys]
    snapped = [shapely.set_precision(g, grid) for g in raw]
    city = shapely.union_all(raw).buffer(close, join_style="mitre").buffer(-close, join_style="mitre")
    city = shapely.union_all([_without_slits(city), *snapped])
    city = shapely.set_precision(_without_slits(city), grid)
    lines = shapely.union_all([g.boundary for g in [*snapped, city]], grid_size=grid)
    faces = [f for f in shapely.get_parts(shapely.polygonize([lines])) if city.covers(f.representative_point())]
    tree = shapely.STRtree(snapped)
    owned: dict[int, list[BaseGeometry]] = {i: [] for i in range(len(keys))}
    orphans: list[BaseGeometry] = []
    for face in faces:
        shares = [(face.intersection(snapped[i]).area, -int(i)) for i in tree.query(face, predicate="intersects")]
        area, i = max(shares, default=(0.0, 0))
        owned[-i].append(face) if area > face.area / 2 else orphans.append(face)
    while orphans:  # a slit may only touch other slits at first
        left = []
        for face in orphans:
            touch = [(sum(face.boundary.intersection(o).length for o in parts), -i) for i, parts in owned.items()]
            length, i = max(touch)
            owned[-i].append(face) if length > 0 else left.append(face)
        if len(left) == len(orphans):
            break
        orphans = left
    whole = [shapely.union_all(owned[i], grid_size=grid) for i in range(len(keys))]
    return dict(zip(keys, shapely.coverage_simplify(whole, simplify) if simplify else whole, strict=True))


def _without_slits(city: BaseGeometry) -> BaseGeometry:
    parts = [Polygon(p.exterior) for p in shapely.get_parts(city)]
    return shapely.union_all(parts)


def path_of(shape: BaseGeometry) -> str:
    """An SVG path with whole relative steps: "M12 7l3-4 …z"."""
    rings = [ring for part in shapely.get_parts(shape) for ring in [part.exterior, *part.interiors]]
    return "".join(_ring([(round(x), round(y)) for x, y in ring.coords]) for ring in rings)


def _ring(points: list[tuple[int, int]]) -> str:
    points = [p for i, p in enumerate(points[:-1]) if i == 0 or p != points[i - 1]]
    if len(points) < 3:
        return ""
    out, (x, y) = f"M{points[0][0]} {points[0][1]}l", points[0]
    for nx, ny in points[1:]:
        dx, dy = nx - x, ny - y
        first = "" if out[-1] == "l" or dx < 0 else " "
        out += f"{first}{dx}{'' if dy < 0 else ' '}{dy}"
        x, y = nx, ny
    return out + "z"
