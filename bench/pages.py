"""A small load client: keep-alive connections, pages in turn, so that a slow moment of the machine hits all of them alike."""

import http.client
import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

CONNECTIONS = 2
ROUNDS = 50
PER_ROUND = 4
WARM = 10
AFTER = 40
VIEWS_PER_ACT = 300  # about what one worker answers in a second on a quiet machine: an act every second


@dataclass
class Measured:
    """What one page took, in milliseconds, and what it weighs."""

    times: list[float] = field(default_factory=list)
    size: int = 0

    def p(self, percent: int) -> float:
        """The percentile."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]


class Refuses(RuntimeError):
    """A page did not answer 200."""


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[float, int]:
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Language": "vi", "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise Refuses(f"{path}: {answer.status}")
    return (time.perf_counter() - began) * 1000, len(body)


def after_acts(port: int, paths: dict[str, str], act: Callable[[], None]) -> dict[str, Measured]:
    """Ask for each page right after an act, so that nothing kept can be shown: the first reader's share."""
    found = {name: Measured() for name in paths}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(AFTER):
        for name, path in paths.items():
            act()
            took, found[name].size = _get(connection, path)
            found[name].times.append(took)
    return found


def load(port: int, paths: dict[str, str], act: Callable[[], None]) -> dict[str, Measured]:
    """Ask for each page ``ROUNDS × PER_ROUND`` times over each of ``CONNECTIONS`` connections, with an act now and then."""
    found = {name: Measured() for name in paths}
    faults: list[BaseException] = []
    views = itertools.count(1)

    def client() -> None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            for name, path in paths.items():
                for _ in range(WARM):
                    found[name].size = _get(connection, path)[1]
            for _ in range(ROUNDS):
                for name, path in paths.items():
                    for _ in range(PER_ROUND):
                        found[name].times.append(_get(connection, path)[0])
                        if next(views) % VIEWS_PER_ACT == 0:
                            act()
        except BaseException as e:
            faults.append(e)

    clients = [threading.Thread(target=client) for _ in range(CONNECTIONS)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    if faults:
        raise faults[0]
    return found


class Web:
    """One granian worker with four threads, pinned to one processor."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self.log = port, log

    def __enter__(self) -> "Web":
        words = ["granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--port", str(self.port), "--workers", "1"]
        words += ["--blocking-threads", "4", "--log-level", "warning", "kheo.site.wsgi:application"]
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *words],
                stdout=out,
                stderr=out,
                env={**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings"},
                preexec_fn=lambda: os.sched_setaffinity(0, {0}) if hasattr(os, "sched_setaffinity") else None,
            )
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                _get(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5), "/bench/bare/")
                return self
            except OSError:
                time.sleep(0.2)
        self.__exit__()
        raise Refuses(f"the web process did not start: {self.log.read_text()[-2000:]}")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def megabytes(self) -> float:
        """Resident memory of the worker (the largest of granian's processes)."""
        pids = {self.process.pid}
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) in pids:
                pids.add(int(status.parent.name))
        sizes = []
        for pid in pids:
            text = Path(f"/proc/{pid}/status").read_text()
            sizes += [int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmRSS")]
        return max(sizes)
