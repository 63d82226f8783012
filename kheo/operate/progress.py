"""A progress bar on the terminal for steps that take a while; in a log a line now and then."""

import sys
import time


class Bar:
    """``bar("photos", 3, 120)``: one line per step."""

    def __init__(self) -> None:
        self.step, self.last, self.live = "", 0.0, sys.stderr.isatty()

    def __call__(self, step: str, done: int, of: int) -> None:
        """``done`` of ``of`` are done in this step."""
        now = time.monotonic()
        if step == self.step and done < of and now - self.last < (0.1 if self.live else 5):
            return
        self.step, self.last = step, now
        full = done * 24 // max(of, 1)
        line = f"{step:<24} {'█' * full}{'·' * (24 - full)} {done}/{of}"
        sys.stderr.write(f"\r{line}\x1b[K" + ("\n" if done >= of else "") if self.live else f"{line}\n")
        sys.stderr.flush()
