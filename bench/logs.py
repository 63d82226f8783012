"""The log against a bare hash loop: the 2n SHA-256 of n entries' tree, and where facts are verified their HMACs too."""

import hashlib
import hmac
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kheo.openlog import copying, database, entries, merkle, sources, testing, verify


def _best(work: Callable[[], object], rounds: int = 3) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def bare_loop(leaves: list[bytes]) -> None:
    """Hash n entries, then pairs of hashes up to one root."""
    sha256 = hashlib.sha256
    level = [sha256(b"\0" + entry).digest() for entry in leaves]
    while len(level) > 1:
        odd = [level[-1]] if len(level) % 2 else []
        level = [sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)] + odd


def append_ratio(n: int = 100_000) -> float:
    """Leaf hashes, tree, full tiles and root of n entries against the bare loop."""
    leaves = [bytes(row["leaf"]) for row in testing.sealed_many(n // 10)] * 10

    def append() -> None:
        tree = merkle.Tree()
        tree.extend([merkle.leaf_hash(entry) for entry in leaves])
        tree.root()

    return _best(append) / _best(lambda: bare_loop(leaves))


def appended_per_second(n: int = 10_000) -> float:
    """Entries written, numbered, tiled and signed in the database, in a second."""
    began = time.perf_counter()
    testing.append_many(n)
    return n / (time.perf_counter() - began)


def verify_ratio() -> tuple[int, float]:
    """(entries, ratio): a whole verification of the log, copied to a folder, against the hashes that any verifier of it must compute."""
    from kheo.openlog.models import Entry

    rows = Entry.objects.filter(index__isnull=False).order_by("index").values_list("leaf", "facts", "facts_salt")
    held = [(bytes(leaf), bytes(facts or b""), bytes(salt or b"")) for leaf, facts, salt in rows]

    def hashes() -> None:
        bare_loop([leaf for leaf, _facts, _salt in held])
        for _leaf, facts, salt in held:
            if salt:
                hmac.digest(salt, entries.PREFIX + facts, "sha256")

    with tempfile.TemporaryDirectory() as folder:
        copying.copy(database.Database(), Path(folder))
        ratio = _best(lambda: verify.verify(sources.Folder(Path(folder)))) / _best(hashes)
    return len(held), ratio
