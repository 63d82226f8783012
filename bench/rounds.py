"""Drawing and folding a round against hashing alone: ratios that hold on a slow machine as on a fast one."""

import time
from collections.abc import Callable
from hashlib import sha256

from kheo.checks import bound, draw

UNITS, CHECKS = 10_000, 300


def _least(work: Callable[[], object], rounds: int = 5) -> float:
    """Seconds of the quickest of some rounds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def measure() -> tuple[float, float, float]:
    """(seconds for 10,000 tickets, seconds for a bound after 300 checks, seconds for one SHA-256 per ticket and nothing else)."""
    units = {f"{n:032x}": 1 + n % 97 for n in range(UNITS)}
    order = list(draw.tickets("bench", units))
    checks = [(name, units[name] // (1 + (n % 19 == 0))) for n, name in enumerate(order[:CHECKS])]

    def hashes() -> None:
        for name in units:
            sha256(f"bench,{name}".encode()).digest()

    return _least(lambda: draw.tickets("bench", units)), _least(lambda: bound.lower_bound(units, checks)), _least(hashes)
