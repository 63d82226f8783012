"""A progress bar for long steps: on a terminal it moves, in a log it writes a line now and then. Standard library only."""

import sys
import threading
import time
from types import TracebackType
from typing import Self

WIDTH = 24


class Progress:
    """``with Progress("packages", 40) as p: … p.step("django")``; says how long it took at the end."""

    def __init__(self, name: str, total: int) -> None:
        self.name, self.total, self.done, self.what = name, max(total, 1), 0.0, ""
        self.live = sys.stdout.isatty()
        self.began = self.told = time.monotonic()
        self.failed = False
        self._target, self._speed = 0.0, 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        if kind is None and not self.failed:
            self.done, self.what = self.total, "done"
        self._draw(final=True)

    def step(self, what: str = "") -> None:
        """One more is done."""
        self.to(self.done + 1, what)

    def to(self, done: float, what: str = "") -> None:
        """So many are done."""
        self.done, self.what = min(max(done, self.done), self.total), what or self.what

    def drift(self, target: float, seconds: float) -> None:
        """Creep towards ``target``: for a quiet step of which only the usual length is known."""
        self._target, self._speed = target, max(target - self.done, 0) / max(seconds, 0.1)

    def fail(self) -> None:
        """Stop where it stands."""
        self.failed = True

    def _tick(self) -> None:
        while not self._stop.wait(0.25):
            if self._speed and self.done < self._target:
                # never quite there: the real end says so
                self.done += min(self._speed * 0.25, (self._target - self.done) * 0.1)
            self._draw()

    def _draw(self, final: bool = False) -> None:
        now = time.monotonic()
        if not self.live and not final and now - self.told < 10:
            return
        self.told = now
        filled = int(WIDTH * self.done / self.total)
        bar = "█" * filled + "·" * (WIDTH - filled)
        line = f"{self.name:<22} {bar} {100 * self.done / self.total:3.0f} %  {now - self.began:4.0f} s  {self.what[:40]}"
        sys.stdout.write(("\r" + line + "\x1b[K" + ("\n" if final else "")) if self.live else line + "\n")
        sys.stdout.flush()
