"""A whole installation of its own, driven through the ``kheo`` command as an operator would."""

import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

UNITS = {"31135": ("phuong", "Ninh Kiều", 105.76, 10.02), "31217": ("xa", "Thuận Hưng", 105.50, 10.20)}


def small_units(top: Path) -> Path:
    """A city of two units, in the form that ``kheo init --units`` reads."""
    folder = top / "units"
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


class Databases:
    """Addresses of databases for further installations: "" is SQLite in the data folder; on PostgreSQL each name gets its own."""

    def __init__(self) -> None:
        from django.conf import settings

        self.config = settings.DATABASES["default"]
        self.postgresql = "postgresql" in self.config["ENGINE"]
        self.made: set[str] = set()

    def _do(self, statement: str) -> None:
        import psycopg

        # The cluster's own "postgres" is always there.
        with psycopg.connect(host=self.config["HOST"], user=self.config["USER"], dbname="postgres", autocommit=True) as server:
            server.execute(statement)  # type: ignore[call-overload]

    def url(self, name: str, like: str = "") -> str:
        """The address for the data folder ``name``; made on first use, as a copy of ``like`` when that is given."""
        if not self.postgresql:
            return ""
        full, template = f"kheo_{name}_{os.getpid()}", f' TEMPLATE "kheo_{like}_{os.getpid()}"' if like else ""
        if full not in self.made:
            self._do(f'CREATE DATABASE "{full}"{template}')
            self.made.add(full)
        return f"postgresql://{self.config['USER']}@/{full}"

    def drop(self, *but: str) -> None:
        """Remove what was made."""
        for full in sorted(self.made - {f"kheo_{name}_{os.getpid()}" for name in but}):
            self._do(f'DROP DATABASE "{full}" WITH (FORCE)')
            self.made.discard(full)


@pytest.fixture(scope="session")
def all_databases() -> Iterator[Databases]:
    """What this run made beside the tests' own database."""
    databases = Databases()
    yield databases
    databases.drop()


@pytest.fixture
def databases(all_databases: Databases) -> Iterator[Databases]:
    """Databases of one test; only the template outlives it."""
    yield all_databases
    all_databases.drop("template")


def command(databases: Databases, data: Path, *words: Any, good: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the ``kheo`` command on the data folder ``data``; ``good=False``: it is meant to fail."""
    environment = {**os.environ, "KHEO_DATA": str(data), "KHEO_DATABASE_URL": databases.url(data.name), **more}
    done = subprocess.run(
        [sys.executable, "-m", "kheo", *map(str, words)], capture_output=True, text=True, env=environment, timeout=240, check=False
    )
    assert (done.returncode == 0) is good, done.stdout + done.stderr
    return done


@pytest.fixture
def kheo(databases: Databases) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``kheo(data, "backup", folder)``: see :func:`command`."""
    return functools.partial(command, databases)


@pytest.fixture(scope="session")
def template(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """(data folder, what ``kheo init`` said) of a city of two units, made once."""
    top = tmp_path_factory.mktemp("template")
    data = top / "template"
    said = command(all_databases, data, "init", "--units", small_units(top), "--operator", "Chị Hai").stdout
    (data / "media" / "photos").mkdir(parents=True)
    (data / "media" / "photos" / "one.webp").write_bytes(b"picture")
    return data, said


@pytest.fixture
def city(template: tuple[Path, str], databases: Databases, tmp_path: Path) -> Path:
    """A fresh copy of the template's data folder (and database)."""
    shutil.copytree(template[0], tmp_path / "here")
    databases.url("here", like="template")
    return tmp_path / "here"
