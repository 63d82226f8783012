"""`make test` and `make check`: every step, what it took, what was skipped and why. All steps run, even after one failed."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / ".ci"), str(ROOT / "tests")]

import postgres
from progress import Progress

BIN = Path(sys.prefix) / "bin"
# What Python compiles is kept beside the packages: each of the many processes would compile the whole house again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPYCACHEPREFIX"] = str(Path(sys.prefix, "pycache"))
results: list[tuple[str, str]] = []
Words = list[str | Path]


def quiet(steps: list[tuple[str, Words]]) -> None:
    """Steps that say something only when they fail, two at a time; the longest first."""

    def run(step: tuple[str, Words]) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(step[1], cwd=ROOT, capture_output=True, text=True, check=False)
        bar.step(step[0])
        return done

    with Progress("without running it", len(steps)) as bar, ThreadPoolExecutor(2) as pool:
        done = list(pool.map(run, steps))
    for (name, _command), one in zip(steps, done, strict=True):
        if one.returncode:
            print(f"── {name} ──\n" + (one.stdout + one.stderr).rstrip()[-6000:])
        results.append((name, "failed" if one.returncode else "ok"))


def tests(name: str, arguments: list[str], environment: dict[str, str] | None = None) -> None:
    """One pytest round, shown as it runs; its closing line is kept for the summary."""
    print(f"\n── {name} ──", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider", *arguments]
    closing = "no closing line"
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})}) as run:
        assert run.stdout is not None
        fd = run.stdout.fileno()
        text = ""
        while chunk := os.read(fd, 65536).decode(errors="replace"):
            sys.stdout.write(chunk)
            sys.stdout.flush()
            text = (text + chunk)[-4000:]
        code = run.wait()
    for line in text.splitlines():
        if re.search(r"\d+ (passed|failed|error|skipped|deselected)|no tests ran", line):
            closing = line.strip("= ")
    results.append((name, closing if code == 0 else f"failed: {closing}"))


def chromium() -> str | None:
    """The path of a Chromium; installed when we are root and there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    found = next((p for p in map(shutil.which, names) if p), None)
    if not found:
        own = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
        found = str(own[-1]) if own else None
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        for name, words in (("package lists", ["apt-get", "update", "-qq"]), ("Chromium", ["apt-get", "install", "-y", "-qq", "chromium"])):
            with Progress(name, 100) as bar:
                bar.drift(97, 45)
                subprocess.run(words, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, capture_output=True, check=False)
        found = shutil.which("chromium")
    return found


def main() -> int:
    """Run the steps; 1 when any failed."""
    began, fast = time.monotonic(), "--quick" in sys.argv
    data = tempfile.mkdtemp(prefix="kheo-check-")
    os.environ["KHEO_DATA"] = data
    kheo: Words = [sys.executable, "-m", "kheo"]
    places = ["kheo", "tests", "bench", ".ci"]
    quiet(
        [
            ("types", [BIN / "mypy"]),
            ("contracts", [BIN / "lint-imports"]),
            ("words", [*kheo, "catalogue", "check"]),
            ("migrations", [*kheo, "manage", "makemigrations", "--check", "--dry-run"]),
            ("settings", [*kheo, "manage", "check", "--fail-level", "ERROR"]),
            ("lint", [BIN / "ruff", "check", *places]),
            ("format", [BIN / "ruff", "format", "--check", *places]),
        ]
    )
    two = ["-n", "2", "--dist", "worksteal"]
    if fast:
        tests("tests on SQLite, the quick ones", [*two, "-m", "not browser and not slow"])
    else:
        tests("tests on SQLite", [*two, "-m", "not browser"])
        if path := chromium():
            tests(
                "tests in a browser",
                ["-n", "2", "--dist", "load", "-m", "browser"],
                {"KHEO_CHROMIUM": path, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"},
            )
        else:
            results.append(("tests in a browser", "skipped: no Chromium here, and only root may install it (apt-get install chromium)"))
        try:
            with postgres.private_cluster() as environment:
                tests("tests on PostgreSQL", [*two, "-m", "not browser"], environment)
        except postgres.Absent as e:
            results.append(("tests on PostgreSQL", f"skipped: {e}"))
    shutil.rmtree(data, ignore_errors=True)
    print("\n" + "\n".join(f"{name:<32} {result}" for name, result in results))
    failed = [name for name, result in results if result.startswith("failed")]
    print(f"{'FAILED: ' + ', '.join(failed) if failed else 'all good'} · {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


sys.exit(main())
