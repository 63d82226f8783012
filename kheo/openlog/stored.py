"""Reading the tree from the database's rows: right edge, tiles, bundles and hashes for proofs."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from kheo.openlog import entries, keys, merkle, own_policy
from kheo.openlog.models import Checkpoint, Entry, Tile, Witnessed
from kheo.openlog.note import BadNote
from kheo.openlog.witnessing.policy import open_witnessed


class NotThere(LookupError):
    """The log has not grown that far."""


class Damaged(RuntimeError):
    """Rows that must be there are missing: somebody reached around the triggers."""


def head() -> tuple[int, bytes]:
    """Size and root of the latest checkpoint; (0, EMPTY) when nothing was signed yet."""
    row = Checkpoint.objects.order_by("-size").values_list("size", "root").first()
    return (row[0], bytes(row[1])) if row else (0, merkle.EMPTY)


class Signed(NamedTuple):
    """A signed head and its note."""

    size: int
    root: bytes
    note: str
    at: datetime


def newest() -> Signed | None:
    """The log's own newest checkpoint; None when nothing was signed yet."""
    row = Checkpoint.objects.order_by("-size").first()
    return Signed(row.size, bytes(row.root), row.note, row.at) if row else None


def witnessed(since: datetime | None = None, holding: int = -1) -> Signed | None:
    """The head that seeds and receipts rest on.

    With a policy (KHEO_WITNESS_POLICY): the newest one that a quorum has cosigned, by today's policy; None before the first. Without one:
    the log's own newest. With ``since``: the first one that was signed (with a policy: that a quorum had cosigned) at or after this moment,
    or None: for rules announced beforehand, such as "the first after 18:00". ``holding``: only heads that hold the entry of this number.
    """
    policy = own_policy.policy()
    rows: QuerySet[Checkpoint] | QuerySet[Witnessed]
    rows = Checkpoint.objects.filter(size__gt=holding) if policy is None else Witnessed.objects.filter(size__gt=holding)
    ordered = rows.filter(at__gte=since).order_by("size", "at") if since else rows.order_by("-size", "-at")
    for row in ordered[: 1 if policy is None else 50]:
        if policy is not None:
            try:
                open_witnessed(row.note, keys.verifier(), policy)
            except (BadNote, keys.NoKey):
                continue  # gathered under another policy, or under the key of an earlier epoch
        return Signed(row.size, bytes(row.root), row.note, row.at)
    return None


def hashes(level: int, start: int, end: int) -> list[bytes]:
    """The hashes [start, end) of a tile level, all within one tile."""
    if start == end:
        return []
    number, offset = divmod(start, merkle.TILE)
    found: Iterable[bytes]
    if level == 0:
        if tile := Tile.objects.filter(level=0, number=number).values_list("data", flat=True).first():
            return merkle.split(bytes(tile))[offset : offset + end - start]
        rows = Entry.objects.filter(index__range=(start, end - 1)).order_by("index").values_list("leaf", flat=True)
        found = [merkle.leaf_hash(bytes(leaf)) for leaf in rows]
    else:
        roots = Tile.objects.filter(level=level - 1, number__range=(start, end - 1)).order_by("number").values_list("root", flat=True)
        found = [bytes(root) for root in roots]
    if len(found) != end - start:
        raise Damaged(f"level {level}: {end - start} hashes from {start} are expected, {len(found)} are there")
    return found


def tree_at(size: int) -> merkle.Tree:
    """The tree of the first ``size`` entries. Raises :class:`Damaged` when rows are missing."""
    return merkle.tree_at(hashes, size)


def range_hash(start: int, end: int) -> bytes:
    """The root over the entries [start, end), for proofs."""
    return merkle.range_root(hashes, start, end)


def _within(count: int, number: int, width: int) -> int:
    """The first position of a tile that must lie within ``count``. Raises :class:`NotThere`."""
    start = number * merkle.TILE
    if start + width > count:
        raise NotThere(f"only {count} are there")
    return start


def tile(level: int, number: int, width: int = merkle.TILE) -> bytes:
    """The bytes of a tile, full or partial, within the latest checkpoint. Raises :class:`NotThere`."""
    if level > 7:
        raise NotThere("no log is that high")
    start = _within(head()[0] >> (8 * level), number, width)
    if data := Tile.objects.filter(level=level, number=number).values_list("data", flat=True).first():
        return bytes(data)[: width * merkle.HASH_SIZE]
    return b"".join(hashes(level, start, start + width))


def bundle(number: int, width: int = merkle.TILE) -> bytes:
    """An entry bundle within the latest checkpoint. Raises :class:`NotThere`."""
    start = _within(head()[0], number, width)
    rows = Entry.objects.filter(index__range=(start, start + width - 1)).order_by("index").values_list("leaf", flat=True)
    return entries.frame([bytes(leaf) for leaf in rows])


def facts_bundle(number: int, width: int = merkle.TILE) -> bytes:
    """The facts of up to 256 entries, a line each, ``null`` where none are served. Raises :class:`NotThere`."""
    start = _within(head()[0], number, width)
    rows = Entry.objects.filter(index__range=(start, start + width - 1)).order_by("index").values_list("facts", "facts_salt")
    return b"".join((entries.facts_line(f, s) if f is not None and s is not None else b"null") + b"\n" for f, s in rows)
