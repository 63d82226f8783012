"""Reading a city's units from files: a folder with ``city.toml``, boundaries (GeoJSON) and a list (CSV)."""

import csv
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kheo.core.actor import Actor, Grant, Role
from kheo.places.actions import add_place
from kheo.places.geometry import mend
from kheo.places.models import Place, Rank

#: The installation itself, while it is set up (``kheo init``, the demo). It has no account and no say in any matter.
INSTALLER = Actor(key="system:init", name="Khéo", grants=(Grant(Role.OPERATOR, "/"),))

#: The units that ship with Khéo.
CANTHO = Path(__file__).parent / "data" / "cantho"


class UnitsError(ValueError):
    """The folder can't be read; says the file and what is wrong with it."""


def read_units(path: Path) -> tuple[dict[str, Any], list[dict[str, str]], dict[str, dict[str, Any]]]:
    """The city, its units, and each unit's outline (GeoJSON geometry) by code. Raises :class:`UnitsError`."""
    try:
        city_row = tomllib.loads((path / "city.toml").read_text(encoding="utf-8"))
        features = json.loads((path / city_row["boundaries"]).read_text(encoding="utf-8"))["features"]
        with (path / city_row["units"]).open(encoding="utf-8", newline="") as f:
            units = list(csv.DictReader(f))
        shapes = {feature["properties"]["code"]: feature["geometry"] for feature in features}
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise UnitsError(f"{path}: {type(e).__name__}: {e}") from e
    if missing := sorted({u["code"] for u in units} ^ set(shapes)):
        raise UnitsError(f"{path}: {missing[0]} is only in one of the boundaries and the list")
    return city_row, units, shapes


def import_units(path: Path = CANTHO, actor: Actor = INSTALLER, tell: Callable[[int, int], None] = lambda done, of: None) -> Place:
    """Add the city and its wards from the folder ``path``, and return the city. Units whose code is there already are left as they are.

    ``city.toml``: slug, name, kind, code, boundaries, units. CSV: code, type, name, slug, area_km2. ``tell(done, of)`` hears of progress.
    """
    city_row, units, shapes = read_units(path)
    city = Place.objects.filter(rank=Rank.CITY, code=city_row["code"]).first() or add_place(
        actor, None, city_row["kind"], city_row["name"], slug=city_row["slug"], code=city_row["code"],
        area_m2=round(sum(float(u["area_km2"]) for u in units) * 1_000_000),
    )  # fmt: skip
    there = set(Place.objects.filter(parent=city).values_list("code", flat=True))
    for done, unit in enumerate(units, 1):
        if unit["code"] not in there:
            add_place(
                actor, city, unit["type"], unit["name"], slug=unit["slug"].replace("_", "-"), code=unit["code"],
                area_m2=round(float(unit["area_km2"]) * 1_000_000), geometry=mend(shapes[unit["code"]]),
            )  # fmt: skip
        tell(done, len(units))
    return city
