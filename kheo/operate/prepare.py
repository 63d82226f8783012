"""Before a city is served: tables, keys, static files, compiled words. Each only when it is needed, so that a start is quick."""

import hashlib
import os
import shutil
import stat
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kheo.core import catalogues
from kheo.openlog import keys


def data_folder() -> None:
    """The data folder is there, and nobody but its owner (and group) gets in: tables, letters with codes and photos lie there unsealed."""
    folder = Path(settings.KHEO_DATA)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o007 and folder.stat().st_uid == os.getuid():
        folder.chmod(mode & ~0o007)


def tables() -> int:
    """Apply the migrations that are not applied; returns how many there were. Before the first, the data folder is closed to strangers."""
    data_folder()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", verbosity=0, interactive=False)
    return len(plan)


def _fingerprint() -> str:
    """Changes whenever a static file of ours or a package with such files does."""
    seen = hashlib.sha256()
    root = Path(settings.BASE)
    for path in sorted([*root.glob("*/static/**/*"), *root.glob("kits/*/static/**/*"), *root.glob("core/finders.py")]):
        if path.is_file():
            at = path.stat()
            seen.update(f"{path.relative_to(root)}|{at.st_size}|{at.st_mtime_ns}\n".encode())
    seen.update((root.parent / "requirements" / "base.txt").read_bytes() if (root.parent / "requirements" / "base.txt").exists() else b"")
    return seen.hexdigest()


def static_files() -> bool:
    """Collect, hash and compress the static files when they changed; returns whether they had."""
    target = Path(settings.STATIC_ROOT)
    stamp, now = target / ".stamp", _fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return False
    shutil.rmtree(target, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(now)
    return True


def words() -> int:
    """Compile catalogues that changed; returns how many."""
    return catalogues.compile_stale(catalogues.rooms().values())


def log_key() -> str:
    """The log's key, made when there is none; returns the log's name."""
    return keys.ensure_keys().name
