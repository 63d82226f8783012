"""``kheo serve``: web, worker and sequencer as one: started together, mended one by one, stopped together."""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any

PATIENCE = 15.0  # seconds that a child has to finish what it does
PR_SET_PDEATHSIG = 1


class AlreadyServed(RuntimeError):
    """Another process serves, or restores, this data folder."""


def hold(data: Path) -> IO[str]:
    """Take the data folder for this process (a lock that dies with it). Raises :class:`AlreadyServed`."""
    data.mkdir(parents=True, exist_ok=True)
    lock = (data / "serve.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyServed(f"{data} is in use by another `kheo serve` or `kheo restore`.") from None
    return lock


@dataclass(slots=True)
class Child:
    """One process and how often it had to be started anew."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0
    due: float = 0.0

    def start(self) -> None:
        """Start it, in a session of its own so that Ctrl-C reaches only us, and so that it dies when we are killed."""
        self.process, self.started = subprocess.Popen(self.command, start_new_session=True, preexec_fn=_die_with_parent), time.monotonic()

    def look(self, say: Callable[[str], None]) -> None:
        """Start it anew when it died: after a second at first, less eagerly when it keeps dying."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            if now - self.started > 60:
                self.pause = 1.0
            say(f"{self.name} ended with {self.process.returncode}; it starts anew in {self.pause:.0f} s")
            self.process, self.due, self.pause = None, now + self.pause, min(self.pause * 2, 30)
        elif self.process is None and now >= self.due:
            self.start()


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def children(host: str, port: int, workers: int, threads: int) -> list[Child]:
    """Web (granian, WSGI), worker, sequencer."""
    web = ["granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--host", host, "--port", str(port), "--log-level", "warning"]
    web += ["--workers", str(workers), "--blocking-threads", str(threads), "--respawn-failed-workers", "--workers-kill-timeout", "10"]
    python = [sys.executable, "-m"]
    return [
        Child("web", [*python, *web, "kheo.site.wsgi:application"]),
        Child("worker", [*python, "kheo", "work"]),
        Child("sequencer", [*python, "kheo", "sequence", "--loop"]),
    ]


def supervise(family: list[Child], say: Callable[[str], None], ready: Callable[[], bool], announce: Callable[[], None]) -> int:
    """Run until SIGTERM or SIGINT. ``announce`` is called once, when ``ready`` says yes."""
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    previous: dict[int, Any] = {s: signal.signal(s, stop) for s in (signal.SIGTERM, signal.SIGINT)}
    announced = False
    try:
        for child in family:
            child.start()
        while not stopping:
            time.sleep(0.2)
            for child in family:
                child.look(say)
            if not announced and ready():
                announced = True
                announce()
    finally:
        _stop_all(family)
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0


def _stop_all(family: list[Child]) -> None:
    alive = [c.process for c in family if c.process is not None and c.process.poll() is None]
    for process in alive:
        process.terminate()
    end = time.monotonic() + PATIENCE
    for process in alive:
        try:
            process.wait(max(end - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(host: str, port: int) -> bool:
    """True when somebody listens there."""
    try:
        with socket.create_connection(("127.0.0.1" if host in ("0.0.0.0", "") else host, port), timeout=0.3):  # noqa: S104
            return True
    except OSError:
        return False
