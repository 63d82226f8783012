"""python -m bench [--keep]: build the bench city, measure, print the table and write it into docs/performance.md."""

import os
import platform
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
Row = tuple[str, str, str, str]


def _verdict(good: bool) -> str:
    return "yes" if good else "NO"


def _measure(data: Path) -> list[Row]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench import acts, ledger, logs, pages, rounds, seed
    from kheo.openlog import keys
    from kheo.operate import prepare
    from kheo.operate.progress import Bar

    bar = Bar()
    steps = 9

    def done(n: int) -> None:
        bar("bench", n, steps)

    done(0)
    call_command("migrate", verbosity=0)
    keys.ensure_keys()
    prepare.words()
    prepare.static_files()
    paths = seed.fill()
    done(1)
    books = ledger.fill()
    connection.close()
    done(2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, set(range(1, os.cpu_count() or 1)))  # the client leaves the worker its processor
    rows: list[Row] = []
    with pages.Web(port, data / "web.log") as web:
        with acts.Meanwhile() as meanwhile:
            found = pages.load(port, paths | books, meanwhile.now)
        done(3)
        first = pages.after_acts(port, paths, acts.reporting())
        memory = web.megabytes()
    done(4)
    bare = next(iter(paths))
    for name, took in found.items():
        words = f"p50 {took.p(50):.1f} ms, p95 {took.p(95):.1f} ms, {took.size / 1000:.0f} kB"
        if name == bare:
            rows.append((name, words, "", ""))
            continue
        if name in books:
            rows.append((name, words, "p50 ≤ 50 ms", _verdict(took.p(50) <= 50)))
            continue
        ratio = took.p(95) / found[bare].p(95)
        rows.append((name, words, f"{ratio:.1f} × the ceiling (≤ 6)", _verdict(ratio <= 6)))
    for name, took in first.items():
        if name != bare:
            words = f"p50 {took.p(50):.1f} ms, p95 {took.p(95):.1f} ms"
            rows.append((f"{name}, first reader after an act", words, f"{took.p(95) / first[bare].p(95):.1f} × the ceiling", ""))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
    rate = acts.per_second()
    done(5)
    disk = acts.commits_per_second()
    rows.append(("`report_result`, synchronous=FULL", f"{rate:.0f} acts/s (bare rows: {disk:.0f}/s)", "≥ 100/s", _verdict(rate >= 100)))
    append = logs.append_ratio()
    done(6)
    rows.append(("log: append and number", f"{append:.2f} × a bare hash loop", "≤ 2 ×", _verdict(append <= 2)))
    rows.append(("log: the same with its rows in the database", f"{logs.appended_per_second():.0f} entries/s", "", ""))
    done(7)
    size, ratio = logs.verify_ratio()
    rows.append((f"log: verify {size} entries", f"{ratio:.2f} × a bare hash loop", "≤ 3 ×", _verdict(ratio <= 3)))
    tickets, least, bare_hashes = rounds.measure()
    words = f"{tickets * 1000:.0f} ms, {tickets / bare_hashes:.0f} × their SHA-256 alone"
    rows.append((f"draw: {rounds.UNITS:,} tickets", words, "≤ 1 s", _verdict(tickets <= 1)))
    words = f"{least * 1000:.1f} ms, {least / bare_hashes:.2f} × the same hashes"
    rows.append((f"bound after {rounds.CHECKS} checks of {rounds.UNITS:,} units", words, "≤ 10 ms", _verdict(least <= 0.010)))
    rows.append(("web process", f"{memory:.0f} MB", "≤ 250 MB", _verdict(memory <= 250)))
    done(8)
    for kind, (small, large) in ledger.peaks().items():
        words = f"{large.memory:.0f} MB ({small.memory:.0f} MB for {ledger.SMALL:,}), {large.seconds:.0f} s, {large.size:.0f} MB of file"
        constant = large.memory - small.memory <= 32
        rows.append((f"book of {ledger.LARGE:,} sides as {kind}", words, "at most 32 MB more", _verdict(constant)))
    done(9)
    return rows


def _table(rows: list[Row]) -> str:
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    machine = f"{os.cpu_count()} processors ({load} at the end), Python {platform.python_version()}, {platform.system()}"
    where = f"Measured on {time.strftime('%Y-%m-%d')} on {machine}"
    lines = [f"{where}; one granian worker, four threads, pinned to one processor; SQLite; 10,000 results.", ""]
    lines += ["| what | measured | target | met |", "|---|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)


def main() -> int:
    """Measure in a data folder of its own on the same disk as the checkout."""
    (ROOT / ".kheo").mkdir(exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / ".kheo"))
    for name in [n for n in os.environ if n.startswith("KHEO_")]:
        del os.environ[name]
    os.environ |= {"KHEO_DATA": str(data), "DJANGO_SETTINGS_MODULE": "bench.settings"}
    try:
        rows = _measure(data)
    finally:
        if "--keep" not in sys.argv:
            shutil.rmtree(data, ignore_errors=True)
    table = _table(rows)
    print(table)
    page = ROOT / "docs" / "performance.md"
    text = page.read_text()
    before, _, rest = text.partition(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}")
    return 1 if any(row[3] == "NO" for row in rows) else 0


sys.exit(main())
