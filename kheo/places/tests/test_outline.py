"""The small map to point or draw on."""

import json
import math
from typing import Any

import pytest
from django.test import Client

from kheo.places.models import Place
from kheo.places.outline import MOST_BYTES, outline

pytestmark = pytest.mark.django_db


def features(client: Client, place: Place) -> dict[int, Any]:
    response = client.get(f"/places/{place.slug}/outline.json")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/geo+json"
    return {f["id"]: f for f in json.loads(response.content)["features"]}


def test_the_ward_with_its_sites(client: Client, city: Any) -> None:
    found = features(client, city.area)
    assert set(found) == {city.ward.pk, city.road.pk, city.canal.pk}
    assert found[city.ward.pk]["properties"] == {"what": "ward", "name": "Phường Ninh Kiều"}
    assert found[city.ward.pk]["geometry"]["type"] == "Polygon"
    assert found[city.road.pk]["properties"] == {"what": "site", "name": "Hẻm 47", "here": 1}
    assert found[city.road.pk]["geometry"] == {"type": "LineString", "coordinates": [[105.78, 10.034], [105.782, 10.036]]}
    assert "here" not in features(client, city.area2)[city.road.pk]["properties"]
    assert set(features(client, city.road)) == set(found)


def test_the_city_shows_its_wards(client: Client, city: Any) -> None:
    assert set(features(client, city.city)) == {city.ward.pk, city.other_ward.pk}


def test_a_new_drawing_is_seen_at_once(client: Client, city: Any) -> None:
    assert city.road.pk in features(client, city.area)
    Place.objects.filter(pk=city.road.pk).update(geometry={"type": "Point", "coordinates": [105.77, 10.03]}, west=105.77, lon=105.77)
    assert features(client, city.area)[city.road.pk]["geometry"]["type"] == "Point"


def test_nothing_there(client: Client, city: Any) -> None:
    assert client.get("/places/nowhere/outline.json").status_code == 404
    assert client.post(f"/places/{city.area.slug}/outline.json").status_code == 405


@pytest.mark.parametrize(("sites", "vertices"), [(60, 400), (900, 12)])
def test_a_crowded_ward_still_fits(city: Any, sites: int, vertices: int) -> None:
    made = []
    for n in range(sites):
        parent = (city.area, city.area2)[n % 2]
        line = [[105.76 + k * 1e-5, 10.03 + n * 1e-5 + math.sin(k * 1.7) * 1e-3] for k in range(vertices)]
        made.append(
            Place(
                parent=parent, rank=3, kind="road", name=f"Đường thử dài tên {n}", slug=f"thu-{n}", folded=f"thu {n}", sort=f"{n:05}",
                path=f"{parent.path}{10**9 + n}/", geometry={"type": "LineString", "coordinates": line}, west=105.76, lon=105.77, lat=10.03,
            )
        )  # fmt: skip
    Place.objects.bulk_create(made)
    drawn = outline(city.area)
    assert len(drawn) <= MOST_BYTES
    here = [f for f in json.loads(drawn)["features"] if f["properties"].get("here")]
    assert len(here) >= min(sites // 2, 200)
