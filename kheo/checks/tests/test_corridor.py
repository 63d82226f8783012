"""Where to go, as a drawing."""

import pytest

from kheo.checks.corridor import HIGH, WIDE, drawing

ROAD = {"type": "LineString", "coordinates": [[105.780, 10.034], [105.782, 10.036]]}


def test_a_corridor_lies_inside_the_drawing_with_a_measure() -> None:
    found = drawing({"line": [[105.7801, 10.0341], [105.7812, 10.0352]]}, ROAD)
    assert found is not None
    assert all(0 < x < WIDE and 0 < y < HIGH for x, y in found.ends)
    assert found.scale == 50 and 60 < found.bar < 200
    assert found.metre * found.bar == pytest.approx(found.scale, rel=0.02)
    (x1, y1), (x2, y2) = found.ends
    assert x1 < x2 and y1 > y2  # north is up, east is right
    metres = ((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5 * found.metre
    assert metres == pytest.approx(171, rel=0.02)  # pyproj's geodesic: 171.2
    assert len(found.spots) == 41


def test_a_point_alone_a_site_alone_and_nothing() -> None:
    spot = drawing({"point": [105.78, 10.03]}, None)
    assert spot and spot.spot == (300, 200) and spot.corridor == "" and (spot.lon, spot.lat) == (105.78, 10.03)
    road = drawing({"nth": 4}, ROAD)
    assert road and road.around.startswith("M") and road.spot is None
    assert drawing({"session": "bữa cơm 12/3"}, None) is None
    assert drawing({}, {"type": "Polygon", "coordinates": []}) is None


def test_the_end_from_which_things_are_numbered_is_the_one_it_was_drawn_from() -> None:
    there = drawing({"nth": 4}, ROAD)
    back = drawing({"nth": 4}, {"type": "LineString", "coordinates": ROAD["coordinates"][::-1]})
    assert there and there.start and back and back.start
    assert (there.start.lon, there.start.lat, there.start.side) == (105.78, 10.034, "sw") and back.start.side == "ne"
    assert (there.start.x < back.start.x) and (there.start.y > back.start.y)
    assert there.around.startswith(f"M{there.start.x} {there.start.y} ")
    ring = {"type": "LineString", "coordinates": [*ROAD["coordinates"], [105.79, 10.03], ROAD["coordinates"][0]]}
    for at, site in (({"nth": 4}, ring), ({"nth": 4}, None), ({"nth": 4, "point": [105.78, 10.03]}, ROAD), ({}, ROAD)):
        found = drawing(at, site)
        assert found is None or found.start is None
