"""The log against a bare hash loop: the 2n SHA-256 that any verifier of n entries must do."""

import hashlib
import time
from collections.abc import Callable

from kheo.openlog import database, merkle, stored, testing


def _best(work: Callable[[], object], rounds: int = 3) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def bare_loop(entries: list[bytes]) -> None:
    """Hash n entries, then pairs of hashes up to one root."""
    sha256 = hashlib.sha256
    level = [sha256(b"\0" + entry).digest() for entry in entries]
    while len(level) > 1:
        odd = [level[-1]] if len(level) % 2 else []
        level = [sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)] + odd


def append_ratio(n: int = 100_000) -> float:
    """Leaf hashes, tree, full tiles and root of n entries against the bare loop."""
    entries = [bytes(row["leaf"]) for row in testing.sealed_many(n // 10)] * 10

    def append() -> None:
        tree = merkle.Tree()
        tree.extend([merkle.leaf_hash(entry) for entry in entries])
        tree.root()

    return _best(append) / _best(lambda: bare_loop(entries))


def appended_per_second(n: int = 10_000) -> float:
    """Entries written, numbered, tiled and signed in the database, in a second."""
    began = time.perf_counter()
    testing.append_many(n)
    return n / (time.perf_counter() - began)


def verify_ratio() -> tuple[int, float]:
    """(entries, ratio): a whole verification of the database's log against the bare loop over the same entries."""
    size, _root = stored.head()
    from kheo.openlog.models import Entry

    entries = [bytes(e) for e in Entry.objects.filter(index__isnull=False).order_by("index").values_list("leaf", flat=True)]
    return size, _best(database.verify_database, 2) / _best(lambda: bare_loop(entries))
