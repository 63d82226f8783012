"""The real city: 103 units, their order, positions and the map that is cut from them."""

import gzip
import json
import re
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kheo.core.rules import Invalid
from kheo.openlog.models import Entry
from kheo.places import geometry, importing
from kheo.places.map import build_city_map, city_map, ward_map
from kheo.places.models import Place
from kheo.places.search import search


@pytest.fixture
def real_city(db: None) -> Place:
    return importing.import_units()


def test_import_adds_the_103_units_once(real_city: Place) -> None:
    wards = Place.objects.wards()
    assert wards.count() == 103
    assert wards.filter(kind="phuong").count() == 31
    assert real_city.full_name == "Thành phố Cần Thơ"
    assert Entry.objects.filter(verb="place.added").count() == 104
    assert all(w.path == f"/{real_city.pk}/{w.pk}/" and w.parent_id == real_city.pk for w in wards)
    # The state's areas and ours, measured on the ellipsoid, agree within the simplification.
    total = sum(geometry.square_metres(shapely.geometry.shape(w.geometry)) for w in wards)
    assert total == pytest.approx(6_360_800_000, rel=0.01)
    assert importing.import_units() == real_city
    assert Place.objects.count() == 104


@pytest.mark.parametrize(("lon", "lat", "slug"), [(105.7870, 10.0340, "ninh-kieu"), (106.0000, 9.6350, "soc-trang")])
def test_a_position_lies_in_its_ward(real_city: Place, lon: float, lat: float, slug: str) -> None:
    assert geometry.ward_at(lon, lat).slug == slug


def test_every_units_own_point_lies_in_it(real_city: Place) -> None:
    for ward in Place.objects.wards():
        assert geometry.ward_at(ward.lon or 0, ward.lat or 0) == ward


@pytest.mark.parametrize(("lon", "lat"), [(106.7, 10.77), (105.8, 21.0), (0, 0), (float("nan"), 10.0), (float("inf"), 10.0), (181, 95)])
def test_a_position_outside_the_city_is_refused(real_city: Place, lon: float, lat: float) -> None:
    with pytest.raises(Invalid) as e:
        geometry.ward_at(lon, lat)
    assert e.value.field == "position"


@pytest.mark.parametrize("typed", ["ninh kieu", "Ninh Kiều", "NINH KIEU", "phuong ninh kieu", "nin", "kieu ninh"])
def test_search_finds_with_and_without_marks(real_city: Place, typed: str) -> None:
    assert search(typed)[0].slug == "ninh-kieu"


def test_the_list_is_in_vietnamese_order(real_city: Place) -> None:
    names = list(Place.objects.wards().values_list("name", flat=True))
    assert names.index("Cù Lao Dung") < names.index("Đại Hải") < names.index("Đông Phước") < names.index("Hiệp Hưng")
    assert names.index("Long Phú") < names.index("Long Phú 1")


def _polygon(d: str) -> shapely.Geometry:
    parts = []
    for ring in re.findall(r"M([^z]+)z", d):
        start, steps = ring.split("l")
        (x, y), numbers = map(int, start.split()), [int(n) for n in re.findall(r"-?\d+", steps)]
        points = [(x, y)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        parts.append(shapely.Polygon(points).buffer(0))
    return shapely.union_all(parts)


def test_the_map_has_every_unit_and_neither_gap_nor_overlap() -> None:
    map_ = city_map()
    assert len({u.slug for u in map_.units}) == 103
    shapes = [_polygon(u.d) for u in map_.units]
    whole = shapely.union_all(shapes)
    assert whole.geom_type == "Polygon" and not whole.interiors
    assert sum(s.area for s in shapes) == pytest.approx(whole.area, rel=1e-4)
    assert all(s.area > 50 for s in shapes)
    for unit, s in zip(map_.units, shapes, strict=True):
        assert s.distance(shapely.Point(unit.x, unit.y)) < 1


def test_the_shipped_map_is_small_and_made_by_the_command() -> None:
    file = importing.CANTHO / "map.json"
    assert len(gzip.compress(file.read_bytes(), mtime=0)) <= 30_000
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(json.dumps(build_city_map()))


def test_another_city_has_no_map_until_it_is_built(settings: object) -> None:
    settings.KHEO_CITY = "elsewhere"  # type: ignore[attr-defined]
    assert city_map().units == ()
    own = {"city": "elsewhere", "view_box": "0 0 9 9", "units": [["a", "A", "M0 0l9 0 0 9z", 6, 3, "xa"]]}
    (Path(settings.KHEO_DATA) / "map.json").write_text(json.dumps(own))  # type: ignore[attr-defined]
    assert [u.slug for u in city_map().units] == ["a"]


def test_the_notice_of_the_data_is_shipped() -> None:
    assert "MIT" in (importing.CANTHO / "LICENSE-thanglequoc-MIT.txt").read_text(encoding="utf-8")


def test_a_wards_map_draws_what_lies_in_it(city) -> None:  # type: ignore[no-untyped-def]
    map_ = ward_map(city.ward)
    assert map_ is not None
    assert {s.slug for s in map_.sites} == {"hem-47", "muong-cui"}
    assert {s.shape for s in map_.sites} == {"line"}
    assert map_.outline.d.startswith("M")


@settings(max_examples=60, deadline=None)
@given(st.floats(105.0, 106.5), st.floats(9.0, 10.5))
def test_reading_a_drawing_keeps_a_point(lon: float, lat: float) -> None:
    point = geometry.read_geometry({"type": "Point", "coordinates": [lon, lat]})
    written = geometry.write_geometry(point)
    assert geometry.distance(lon, lat, *written["coordinates"]) < 0.2


@pytest.mark.parametrize("folder_fault", ["nothing", "bad toml", "a unit without boundary"])
def test_a_broken_units_folder_is_named(tmp_path: Path, folder_fault: str) -> None:
    if folder_fault != "nothing":
        for file in importing.CANTHO.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    if folder_fault == "bad toml":
        (tmp_path / "city.toml").write_text("slug = ")
    if folder_fault == "a unit without boundary":
        with (tmp_path / "cantho_103_units.csv").open("a", encoding="utf-8") as f:
            f.write("99999,xa,Nowhere,Xã Nowhere,Nowhere,nowhere,1.0\n")
    with pytest.raises(importing.UnitsError, match=str(tmp_path)):
        importing.read_units(tmp_path)
