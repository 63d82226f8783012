"""``kheo backup DIR`` and ``kheo restore DIR``: database, media, keys and the log's state, consistent with one another.

Order matters. The log's state is copied before the database (so that the database is never older than what the state says was
published), redactions and media after it (so that every photo a row names is there, and whatever was erased meanwhile is erased
again). The manifest is written last: a folder without one is not a backup.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from kheo.core import clock
from kheo.openlog import database, guard, keys, redaction
from kheo.operate.serve import AlreadyServed, hold

MANIFEST = "manifest.json"
FORMAT = 1
Tell = Callable[[str, int, int], None]


class CannotBackUp(RuntimeError):
    """A backup can't be made there, or a folder is not a whole backup; the message says why and what to do."""


def _silent(step: str, done: int, of: int) -> None:
    return None


def _digest(path: Path) -> str:
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    return (p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != MANIFEST)


def _copy(source: Path, target: Path) -> None:
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy2(source, target)


def _copy_tree(step: str, source: Path, target: Path, tell: Tell) -> None:
    files = [p for p in sorted(source.rglob("*")) if p.is_file()] if source.is_dir() else []
    for done, path in enumerate(files, 1):
        wanted = target / path.relative_to(source)
        if not wanted.exists() or wanted.stat().st_size != path.stat().st_size:
            _copy(path, wanted)
        tell(step, done, len(files))


# ── backing up ──


def backup(folder: Path, tell: Tell = _silent) -> dict[str, Any]:
    """Write a whole backup into ``folder`` (new or empty) while the city is served; returns the manifest. Raises :class:`CannotBackUp`."""
    if folder.exists() and any(folder.iterdir()):
        raise CannotBackUp(f"{folder} is not empty: name a new folder for each backup.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    data = Path(settings.KHEO_DATA)
    _copy(guard.path(), folder / "log-state.json")
    dump = _dump_sqlite if connection.vendor == "sqlite" else _dump_postgresql
    dump(folder, tell)
    _copy(redaction.path(), folder / "redactions.ndjson")
    _copy_tree("photos", Path(settings.MEDIA_ROOT), folder / "media", tell)
    _copy_tree("keys", data / "keys", folder / "keys", tell)
    (folder / "keys").mkdir(exist_ok=True, mode=0o700)
    for key in (folder / "keys").iterdir():
        key.chmod(0o600)
    files = list(_files(folder))
    manifest: dict[str, Any] = {"kheo": FORMAT, "at": clock.now().isoformat(), "database": connection.vendor, "files": {}}
    for done, path in enumerate(files, 1):
        manifest["files"][path.relative_to(folder).as_posix()] = _digest(path)
        tell("checksums", done, len(files))
    draft = folder / f".{MANIFEST}"
    draft.write_text(json.dumps(manifest, indent=1, sort_keys=True))
    with draft.open() as f:
        os.fsync(f.fileno())
    draft.replace(folder / MANIFEST)
    return manifest


def _dump_sqlite(folder: Path, tell: Tell) -> None:
    connection.ensure_connection()
    target = sqlite3.connect(folder / "kheo.sqlite3")
    try:
        # One snapshot, pages copied a few at a time: writers go on, readers notice nothing.
        source: sqlite3.Connection = sqlite3.connect(str(connection.settings_dict["NAME"]))
        try:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=20_000, progress=lambda _status, left, of: tell("database", of - left, of))
        finally:
            source.close()
        target.execute("PRAGMA journal_mode=DELETE")
        if (said := target.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise CannotBackUp(f"the copied database is damaged: {said}")
    finally:
        target.close()
    (folder / "kheo.sqlite3").chmod(0o600)


def _postgresql(program: str, *words: str) -> None:
    config = connection.settings_dict
    environment = {**os.environ, "PGPASSWORD": str(config["PASSWORD"])}
    place = {"-h": config["HOST"], "-p": config["PORT"], "-U": config["USER"], "-d": config["NAME"]}
    command = [program, *(w for flag, value in place.items() if value for w in (flag, str(value))), *words]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CannotBackUp(f"{program} is not here: install PostgreSQL's client programs (apt-get install postgresql-client).") from None
    if done.returncode:
        raise CannotBackUp(f"{program}: {done.stderr.strip()[-1500:]}")


def _dump_postgresql(folder: Path, tell: Tell) -> None:
    tell("database", 0, 1)
    _postgresql("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(folder / "kheo.pgdump"))
    (folder / "kheo.pgdump").chmod(0o600)
    tell("database", 1, 1)


# ── restoring ──


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError:
        raise CannotBackUp(f"{folder} has no {MANIFEST}: it is no backup, or one that was interrupted.") from None
    except ValueError as e:
        raise CannotBackUp(f"{folder / MANIFEST}: {e}") from None
    if manifest.get("kheo") != FORMAT:
        raise CannotBackUp(f"{folder} was written by another version of Khéo (format {manifest.get('kheo')}, this one reads {FORMAT}).")
    return manifest


def _prove_whole(folder: Path, manifest: dict[str, Any], tell: Tell) -> None:
    for done, (name, digest) in enumerate(manifest["files"].items(), 1):
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise CannotBackUp(f"{name} would lie outside the backup.")
        if not path.is_file() or _digest(path) != digest:
            raise CannotBackUp(f"{path} is missing or was changed since the backup. Nothing was restored.")
        tell("checksums", done, len(manifest["files"]))


def is_empty() -> bool:
    """True when there is no city in this installation yet."""
    return "places_place" not in connection.introspection.table_names() or not _any_place()


def _any_place() -> bool:
    from kheo.places.models import Place

    return Place.objects.exists()


def restore(folder: Path, tell: Tell = _silent, *, replace: bool = False) -> int:
    """Bring a backup back, erase again what was erased since, verify the log; returns how many entries hold.

    ``replace``: also where a city is there; its database is kept beside the new one. What this data folder knows of the published log
    stays: when more was published than the backup holds, the log is read-only until ``kheo log open-epoch``. Raises
    :class:`CannotBackUp`, ``serve.AlreadyServed``, ``verify.Wrong``.
    """
    manifest = _manifest(folder)
    if manifest["database"] != connection.vendor:
        raise CannotBackUp(f"This is a backup of {manifest['database']}, here is {connection.vendor}: set or unset KHEO_DATABASE_URL.")
    _prove_whole(folder, manifest, tell)
    data = Path(settings.KHEO_DATA)
    with hold(data):
        if not replace and not is_empty():
            raise CannotBackUp(
                f"There is a city in {data} already. Say --replace to put the backup in its place (the old database is kept)."
            )
        load = _load_sqlite if connection.vendor == "sqlite" else _load_postgresql
        load(folder, tell)
        _copy_tree("photos", folder / "media", Path(settings.MEDIA_ROOT), tell)
        _restore_keys(folder, data)
        if not guard.path().exists():
            _copy(folder / "log-state.json", guard.path())
        _merge_redactions(folder)
        guard.forget()
        from kheo.operate import prepare

        prepare.tables()
        redaction.replay_redactions()
        report = database.verify_database(lambda done, of: tell("verifying", done, of))
    return report.size


def _restore_keys(folder: Path, data: Path) -> None:
    """The backup's keys; a different key that is there already is kept under its own name."""
    target = data / "keys"
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in _files(folder / "keys"):
        wanted = target / path.name
        if wanted.exists() and wanted.read_bytes() != path.read_bytes():
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
            wanted.replace(wanted.with_name(f"{wanted.name}.before-{stamp}"))
        keys.write_private(wanted, path.read_text())


def _merge_redactions(folder: Path) -> None:
    """Everything that was ever erased stays erased: the lines of here and of the backup."""
    here, there = redaction.path(), folder / "redactions.ndjson"
    known = here.read_bytes().splitlines() if here.exists() else []
    new = [line for line in (there.read_bytes().splitlines() if there.exists() else []) if line not in known]
    if new:
        keys.write_private(here, b"".join(line + b"\n" for line in [*known, *new]).decode())


def _load_sqlite(folder: Path, tell: Tell) -> None:
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    for ending in ("", "-wal", "-shm"):
        old = Path(f"{target}{ending}")
        if old.exists():
            old.replace(f"{target}.before-{stamp}{ending}")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.new")
    shutil.copyfile(folder / "kheo.sqlite3", draft)
    draft.chmod(0o600)
    with draft.open("rb") as f:
        os.fsync(f.fileno())
    draft.replace(target)
    keys.sync_folder(target.parent)
    tell("database", 1, 1)


def _load_postgresql(folder: Path, tell: Tell) -> None:
    tell("database", 0, 1)
    connection.close()
    _postgresql(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", str(folder / "kheo.pgdump")
    )
    tell("database", 1, 1)


__all__ = ["AlreadyServed", "CannotBackUp", "backup", "is_empty", "restore"]
