"""A copied log of 300 entries that tests may damage, and a fresh installation for processes that get killed."""

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from kheo.openlog import copying, database, testing

SIZE = 300


@pytest.fixture
def copied(db: None, tmp_path: Path) -> Path:
    """A folder with a log of 300 entries."""
    testing.append_many(SIZE)
    folder = tmp_path / "copy"
    copying.copy(database.Database(), folder)
    return folder


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Callable[..., "subprocess.CompletedProcess[str]"]]:
    """``run(code)``: run Python in a process of its own, over a new database with only the log's tables, on the engine under test."""
    environment = {**os.environ, "KHEO_DATA": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "kheo.settings"}
    environment["PYTHONPATH"] = str(django_settings.BASE.parent)
    name = ""
    if connection.vendor == "postgresql":
        import psycopg
        from psycopg import conninfo, sql

        config = {k: v for k, v in connection.get_connection_params().items() if k in {"host", "port", "user", "password"}}
        name = f"kheo_kill_{uuid.uuid4().hex[:8]}"
        plain = conninfo.make_conninfo(**config, dbname="postgres")
        with psycopg.connect(plain, autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        host = config.get("host", "")
        environment["PGHOST"] = str(host)
        user = f"{config['user']}@" if config.get("user") else ""
        port = f"127.0.0.1:{config['port']}" if host and not str(host).startswith("/") else ""
        environment["KHEO_DATABASE_URL"] = f"postgresql://{user}{port}/{name}"
        if config.get("port"):
            environment["PGPORT"] = str(config["port"])
    else:
        environment.pop("KHEO_DATABASE_URL", None)

    def run(code: str, **more: Any) -> "subprocess.CompletedProcess[str]":
        prelude = "import django; django.setup()\nfrom kheo.openlog import guard, sequencer, stored, testing, database, epochs\n"
        return subprocess.run(
            [sys.executable, "-c", prelude + code], env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    made = run("from django.core.management import call_command; call_command('migrate', 'openlog', verbosity=0)")
    assert made.returncode == 0, made.stderr
    yield run
    if name:
        with psycopg.connect(plain, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
