"""Adding, renaming and counting places, through actions and forms."""

import json
import math
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kheo.core.actor import Role
from kheo.core.rules import Invalid, Refused
from kheo.openlog.models import Entry
from kheo.places import actions, geometry, levels
from kheo.places.importing import INSTALLER
from kheo.places.models import Place
from kheo.places.search import search
from kheo.places.sorting import sort_key

LINE = {"type": "LineString", "coordinates": [[105.780, 10.034], [105.782, 10.034]]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[105.78, 10.03], [105.79, 10.04], [105.79, 10.03], [105.78, 10.04], [105.78, 10.03]]]}
FAR = {"type": "LineString", "coordinates": [[106.78, 10.034], [106.782, 10.034]]}


def test_an_officer_adds_a_road_with_its_geodesic_length(city: Any, actor: Any) -> None:
    road = actions.add_place(actor(Role.OFFICER, city.ward), city.area, "road", "Hai Bà Trưng", geometry=LINE)
    assert road.length_m == 219  # 0.002° of longitude at 10.034° N
    assert road.path == f"{city.area.path}{road.pk}/"
    assert road.slug == "duong-hai-ba-trung-ninh-kieu"
    assert road.lon == pytest.approx(105.781)
    assert search("hai ba trung") == search("Đường Hai Bà") == [road]
    entry = Entry.objects.get(subject=f"places.place:{road.pk}")
    assert entry.place == city.area.slug
    assert json.loads(bytes(entry.facts or b"")) == {"place": road.slug, "kind": "road", "name": "Hai Bà Trưng", "length_m": 219}


@pytest.mark.parametrize(
    ("role", "where", "allowed"),
    [
        (Role.OFFICER, "ward", True), (Role.OPERATOR, "city", True), (Role.OFFICER, "other_ward", False),
        (Role.HEAD, "area", False), (Role.CITY_BOARD, "city", False), (Role.CHECKER, "ward", False), (None, None, False),
    ],
)  # fmt: skip
def test_who_may_add_rename_and_count(city: Any, signed_in: Any, role: Role | None, where: str | None, allowed: bool) -> None:
    client = signed_in(role, getattr(city, where)) if role else signed_in()
    for page, place in (("add", city.area), ("rename", city.area), ("households", city.area)):
        assert client.get(f"/places/{place.slug}/{page}/").status_code == (200 if allowed else 403)
    sent = client.post(f"/places/{city.area.slug}/households/", {"act_id": uuid.uuid4(), "households": "250"})
    assert sent.status_code == (302 if allowed else 403)
    city.area.refresh_from_db()
    assert city.area.households == (250 if allowed else 240)


def test_nobody_but_the_installation_adds_a_city(city: Any, actor: Any) -> None:
    with pytest.raises(Refused):
        actions.add_place(actor(Role.OPERATOR, city.city), None, "thanh-pho", "Khác")
    with pytest.raises(Refused):
        actions.add_place(actor(Role.OFFICER, city.ward), city.city, "phuong", "Mới")
    with pytest.raises(Refused):
        actions.add_place(INSTALLER, city.road, "bridge", "Nhỏ")


@pytest.mark.parametrize(
    ("kind", "name", "more", "field"),
    [
        ("castle", "X", {}, "kind"), ("phuong", "X", {}, "kind"), ("khu-vuc", "X", {}, "kind"),
        ("road", "  ", {}, "name"), ("road", "a\u202eb", {}, "name"), ("road", "x" * 121, {}, "name"), ("alley", "47", {}, "name"),
        ("road", "X", {"households": 5}, "households"),
        ("road", "X", {"geometry": FAR}, "geometry"),
        ("kitchen", "X", {"geometry": LINE}, "geometry"),
        ("road", "X", {"geometry": {"type": "LineString", "coordinates": [[105.78, 10.03], [105.78, 10.03]]}}, "geometry"),
        ("road", "X", {"geometry": {"type": "LineString", "coordinates": [[105.78, math.nan], [105.78, 10.03]]}}, "geometry"),
        ("road", "X", {"geometry": {"type": "LineString", "coordinates": "no"}}, "geometry"),
        ("road", "X", {"geometry": {"type": "Circle", "coordinates": [1, 2]}}, "geometry"),
        ("road", "X", {"geometry": {"type": "LineString", "coordinates": [[105.78, 10.03 + i * 1e-6] for i in range(6000)]}}, "geometry"),
        ("garden", "X", {"geometry": BOW_TIE}, "geometry"),
    ],
)  # fmt: skip
def test_bad_places_are_refused_with_the_field(city: Any, actor: Any, kind: str, name: str, more: dict[str, Any], field: str) -> None:
    before = Place.objects.count(), Entry.objects.count()
    with pytest.raises(Invalid) as e:
        actions.add_place(actor(Role.OFFICER, city.ward), city.area, kind, name, **more)
    assert e.value.field == field
    assert str(e.value.message)
    assert (Place.objects.count(), Entry.objects.count()) == before


@given(st.recursive(st.none() | st.floats() | st.text(max_size=3), lambda x: st.lists(x, max_size=4), max_leaves=12))
def test_no_coordinates_whatever_break_reading(coordinates: Any) -> None:
    for kind in ("Point", "LineString", "Polygon", "MultiPolygon"):
        try:
            found = geometry.read_geometry({"type": kind, "coordinates": coordinates})
        except Invalid as e:
            assert e.field == "geometry"
        else:
            assert not found.is_empty


def test_the_same_act_sent_twice_adds_one_place(city: Any, signed_in: Any) -> None:
    client, data = signed_in(Role.OFFICER, city.ward), {"act_id": str(uuid.uuid4()), "kind": "khu-vuc", "name": "5", "households": "100"}
    for _ in range(2):
        assert client.post(f"/places/{city.ward.slug}/add/", data).status_code == 302
    area = Place.objects.get(parent=city.ward, name="5")
    assert area.full_name == "Khu vực 5"
    city.ward.refresh_from_db()
    city.city.refresh_from_db()
    assert city.ward.households == 460
    assert city.city.households == 700


def test_a_drawing_comes_through_the_form(city: Any, signed_in: Any) -> None:
    client = signed_in(Role.OFFICER, city.ward)
    data = {"act_id": str(uuid.uuid4()), "kind": "canal", "name": "Xáng", "geometry": json.dumps(LINE)}
    assert client.post(f"/places/{city.area.slug}/add/", data).status_code == 302
    assert Place.objects.get(name="Xáng").length_m == 219
    for wrong in ("{", "[]", "[" * 3000):
        sent = client.post(f"/places/{city.area.slug}/add/", {**data, "act_id": str(uuid.uuid4()), "name": "Khác", "geometry": wrong})
        assert sent.status_code == 200
    assert not Place.objects.filter(name="Khác").exists()


@pytest.mark.parametrize("number", [0, -1, 20_001, True, 1.5])
def test_households_are_a_whole_number(city: Any, actor: Any, number: Any) -> None:
    with pytest.raises(Invalid) as e:
        actions.set_households(actor(Role.OFFICER, city.ward), city.area, number)
    assert e.value.field == "households"


def test_households_stand_in_clear_and_add_up(city: Any, actor: Any) -> None:
    actions.set_households(actor(Role.OFFICER, city.ward), city.area, 300)
    city.ward.refresh_from_db()
    city.city.refresh_from_db()
    assert (city.ward.households, city.city.households) == (420, 660)
    leaf = json.loads(bytes(Entry.objects.get(verb="place.households-set").leaf))
    assert leaf["clear"] == {"households": 300, "before": 240}
    with pytest.raises(Refused):
        actions.set_households(actor(Role.OFFICER, city.ward), city.ward, 300)


def test_renaming_keeps_the_address(city: Any, actor: Any) -> None:
    officer = actor(Role.OFFICER, city.ward)
    place = actions.rename_place(officer, city.canal, "Mương  Lớn")
    assert (place.name, place.slug) == ("Mương Lớn", "muong-cui")
    assert search("muong lon") == [place] and not search("muong cui")
    for wrong in ("Mương Lớn", "..."):
        with pytest.raises(Invalid):
            actions.rename_place(officer, place, wrong)


def test_a_site_is_drawn_anew(city: Any, signed_in: Any, actor: Any) -> None:
    officer = signed_in(Role.OFFICER, city.ward)
    page = officer.get(f"/places/{city.canal.slug}/rename/").content.decode()
    assert f'data-outline="/places/{city.canal.slug}/outline.json"' in page
    sent = {"act_id": uuid.uuid4(), "name": city.canal.name, "geometry": json.dumps(LINE)}
    assert officer.post(f"/places/{city.canal.slug}/rename/", sent).status_code == 302
    city.canal.refresh_from_db()
    assert (city.canal.length_m, city.canal.name) == (219, "Mương Củi")
    entry = Entry.objects.get(subject=f"places.place:{city.canal.pk}")
    assert entry.verb == "place.redrawn"
    assert json.loads(bytes(entry.facts or b"")) == {"place": city.canal.slug, "length_m_before": 328, "length_m": 219}
    both = {"act_id": uuid.uuid4(), "name": "Mương Lớn", "geometry": json.dumps({"type": "Point", "coordinates": [105.78, 10.03]})}
    assert officer.post(f"/places/{city.canal.slug}/rename/", both).status_code == 302
    city.canal.refresh_from_db()
    assert (city.canal.length_m, city.canal.name, city.canal.lon) == (None, "Mương Lớn", 105.78)
    for wrong in (FAR, BOW_TIE):
        response = officer.post(f"/places/{city.canal.slug}/rename/", {**both, "act_id": uuid.uuid4(), "geometry": json.dumps(wrong)})
        assert response.context["form"].errors["geometry"]
    with pytest.raises(Invalid):  # the boundaries of wards come from the state
        actions.rename_place(actor(Role.OPERATOR, city.city), city.ward, "Ninh Kiều", geometry=BOW_TIE)


def test_places_are_named_in_the_language_of_the_page(city: Any) -> None:
    with translation.override("en"):
        assert (city.ward.full_name, city.ward.kind_name) == ("Ninh Kiều Ward", "Ward")
    with translation.override("vi"):
        assert city.road.full_name == "Hẻm 47"
        assert city.area.full_name == "Khu vực 3"  # its name says its kind already
        assert levels.kinds()["xa"].full_name("Xà Phiên") == "Xã Xà Phiên"  # only sounds like its kind
        assert levels.kinds()["alley"].full_name("hem 47") == "hem 47"  # typed without accents
    with translation.override("id"):
        assert city.ward.full_name == "Kelurahan Ninh Kiều"


def test_every_kind_is_named_in_every_language() -> None:
    for kind in levels.kinds().values():
        assert set(kind.names) == set(kind.full) == {"vi", "en", "id"}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[x]\nrank="site"\ncolour=1', "colour"), ('[x]\nrank="site"', "lacks"), ("x = 1", "table"),
        ('[x]\nrank="moon"\nnames={en="X"}\nfull={en="{name}"}\nshape=["point"]', "moon"),
        ('[x]\nrank="site"\nnames={en="X"}\nfull={en="X"}\nshape=["point"]', "full"),
        ('[x]\nrank="site"\nnames={}\nfull={en="{name}"}\nshape=["point"]', "names"),
        ('[x]\nrank="site"\nnames={en="X"}\nfull={en="{name}"}\nshape=["cube"]', "shape"),
    ],
)  # fmt: skip
def test_a_wrong_levels_file_says_what_is_wrong(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "levels.toml"
    file.write_text(text)
    with pytest.raises(levels.LevelsError, match=word):
        levels.read(file)


def test_a_city_brings_its_own_levels(tmp_path: Path, settings: Any, city: Any) -> None:
    file = tmp_path / "levels.toml"
    file.write_text('[phuong]\nrank="ward"\nnames={en="Borough"}\nfull={en="{name} Borough"}\nshape=["polygon"]')
    settings.KHEO_LEVELS = str(file)
    assert city.ward.full_name == "Ninh Kiều Borough"
    assert city.road.full_name == "47"


def test_search_ranks_and_reaches_the_ward_above(city: Any) -> None:
    assert search("47") == [city.road]
    assert search("47 ninh kieu") == [city.road]
    assert search("ninh kieu")[0] == city.ward
    assert search("muong khu vuc 3") == [city.canal]
    assert search("") == search("  ") == search("%") == search("_") == []
    assert search("ninh kieu", limit=1) == [city.ward]


def test_a_pin_snaps_to_the_road(city: Any) -> None:
    found = geometry.snap(city.canal, 105.7765, 10.0310)
    assert found is not None
    assert (found.lon, found.lat) == pytest.approx((105.7765, 10.0300), abs=1e-6)
    assert found.metres == pytest.approx(110.6, abs=0.5)
    assert geometry.snap(city.area, 105.7, 10.0) is None


@given(st.floats(105.76, 105.80), st.floats(10.02, 10.06))
def test_snapping_ends_on_the_line_and_is_never_beaten_by_its_ends(lon: float, lat: float) -> None:
    road = Place(geometry=LINE)
    found = geometry.snap(road, lon, lat)
    assert found is not None
    ends = min(geometry.distance(lon, lat, x, y) for x, y in LINE["coordinates"])
    assert found.metres <= ends + 0.2
    again = geometry.snap(road, found.lon, found.lat)
    assert again is not None and again.metres < 0.2


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=8), st.sampled_from(["Khu vực", "Hẻm", "Ấp Đông"]))
def test_numbers_in_names_sort_by_value(numbers: list[int], word: str) -> None:
    names = [f"{word} {n}" for n in numbers]
    assert sorted(names, key=sort_key) == [f"{word} {n}" for n in sorted(numbers)]


@given(st.text(max_size=40))
def test_a_sort_key_has_only_what_no_collation_reorders(name: str) -> None:
    key = sort_key(name)
    assert key == sort_key(name)
    assert all(c in "0123456789abcdefghijklmnopqrstuvwxyz" for c in key)
    assert len(key) <= 160


def test_the_alphabet_is_vietnamese() -> None:
    words = ["An", "Ăn", "Ân", "Ba", "Cá", "Chợ", "Dừa", "Đa", "E", "Ê", "La", "Mơ", "Na", "O", "Ô", "Ơ", "U", "Ư", "Y"]
    backwards = words[::-1]
    assert sorted(backwards, key=sort_key) == words
    assert sorted(["ma", "má", "mà", "mã", "mả", "mạ"], key=sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]
