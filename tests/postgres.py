"""A private PostgreSQL for the tests: own temporary folder, Unix socket only, nothing kept, another user when we are root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OLDEST = 15  # what Django 6.1 takes


class Absent(RuntimeError):
    """There is no server to start; the message says what to install."""


def binaries() -> Path:
    """The folder with initdb and postgres. Raises :class:`Absent`."""
    folders = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/usr/pgsql-16").glob("bin"),
        *Path("/opt/homebrew/opt").glob("postgresql*/bin"),
    ]
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    for folder in sorted(folders, key=str, reverse=True):
        if (folder / "initdb").exists() and _version(folder) >= OLDEST:
            return folder
    raise Absent(f"no PostgreSQL ≥ {OLDEST} server here (apt-get install postgresql)")


def _version(folder: Path) -> int:
    words = subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True, check=False).stdout.split()
    return (
        int(words[-1].split(".")[0])
        if words and words[-1][0].isdigit()
        else int(next((w.split(".")[0] for w in words if w[0].isdigit()), 0))
    )


def _other_user() -> str | None:
    """Who runs the server: postgres or nobody when we are root (PostgreSQL refuses root), else ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
            return name
        except KeyError:
            continue
    raise Absent("PostgreSQL refuses to run as root, and there is no user postgres or nobody")


@contextmanager
def private_cluster() -> Iterator[dict[str, str]]:
    """A running server; yields the environment in which Khéo uses it. It and its folder are gone afterwards."""
    folder, user = binaries(), _other_user()
    home = Path(tempfile.mkdtemp(prefix="kheo-pg-", dir="/tmp"))
    as_user = ["runuser", "-u", user, "--"] if user else []
    try:
        if user:
            shutil.chown(home, user)
        home.chmod(0o700)
        data = home / "data"

        def run(*words: str) -> None:
            done = subprocess.run([*as_user, *words], cwd=home, capture_output=True, text=True, check=False)
            if done.returncode:
                log = home / "log"
                raise RuntimeError(f"{words[0]}: {done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}")

        run(f"{folder}/initdb", "-D", str(data), "-U", "kheo", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-k {home} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
        run(f"{folder}/pg_ctl", "-D", str(data), "-w", "-l", str(home / "log"), "-o", options, "start")
        try:
            if user:
                home.chmod(0o711)  # the tests' user must reach the socket, nothing else
            yield {"KHEO_DATABASE_URL": "postgresql://kheo@/postgres", "PGHOST": str(home), "PATH": f"{folder}:{os.environ['PATH']}"}
        finally:
            run(f"{folder}/pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
