"""A whole installation of its own, driven through the ``kheo`` command as an operator would."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

UNITS = {"31135": ("phuong", "Ninh Kiều", 105.76, 10.02), "31217": ("xa", "Thuận Hưng", 105.50, 10.20)}


@pytest.fixture
def small_units(tmp_path: Path) -> Path:
    """A city of two units, in the form that ``kheo init --units`` reads."""
    folder = tmp_path / "units"
    folder.mkdir()
    (folder / "city.toml").write_text(
        'slug = "can-tho"\nname = "Cần Thơ"\nkind = "thanh-pho"\ncode = "92"\nboundaries = "wards.geojson"\nunits = "wards.csv"\n'
    )
    rows = [f"{code},{kind},{name},{code}-u,4.1" for code, (kind, name, _, _) in UNITS.items()]
    (folder / "wards.csv").write_text("\n".join(["code,type,name,slug,area_km2", *rows]) + "\n")
    features = []
    for code, (_, _, west, south) in UNITS.items():
        ring = [[west, south], [west + 0.02, south], [west + 0.02, south + 0.02], [west, south + 0.02], [west, south]]
        features.append({"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    (folder / "wards.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return folder


@pytest.fixture
def database_url() -> Iterator[Callable[[str], str]]:
    """Addresses of databases for further installations: "" is SQLite in the data folder; on PostgreSQL each name gets its own."""
    from django.conf import settings

    config = settings.DATABASES["default"]
    if "postgresql" not in config["ENGINE"]:
        yield lambda name: ""
        return
    import psycopg

    made: list[str] = []
    # NAME is the test database; the cluster's own "postgres" is always there.
    with psycopg.connect(host=config["HOST"], user=config["USER"], dbname="postgres", autocommit=True) as server:

        def make(name: str) -> str:
            full = f"kheo_{name}_{os.getpid()}"
            if full not in made:
                server.execute(f'DROP DATABASE IF EXISTS "{full}" WITH (FORCE)')
                server.execute(f'CREATE DATABASE "{full}"')
                made.append(full)
            return f"postgresql://{config['USER']}@/{full}"

        yield make
        for full in made:
            server.execute(f'DROP DATABASE IF EXISTS "{full}" WITH (FORCE)')


@pytest.fixture
def kheo(database_url: Callable[[str], str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``kheo(data, "backup", folder)``: run the command on the data folder ``data``; ``good=False``: it is meant to fail."""

    def run(data: Path, *words: Any, good: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "KHEO_DATA": str(data), "KHEO_DATABASE_URL": database_url(data.name), **more}
        done = subprocess.run(
            [sys.executable, "-m", "kheo", *map(str, words)], capture_output=True, text=True, env=environment, timeout=120, check=False
        )
        assert (done.returncode == 0) is good, done.stdout + done.stderr
        return done

    return run
