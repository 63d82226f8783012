"""The tree: RFC 6962 hashes, C2SP tiles of 256, proofs and their strict verification. Plain Python, no Django."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

TILE = 256
EMPTY = sha256(b"").digest()
HASH_SIZE = 32


class BadProof(ValueError):
    """A proof, or a question about one, that cannot hold."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over the hashes of a range of perfect subtrees of one height (a lone one is carried up). Empty: SHA-256 of nothing."""
    if not hashes:
        return EMPTY
    level = list(hashes)
    while len(level) > 1:
        odd = level.pop() if len(level) & 1 else None
        pairs = iter(level)
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
        if odd is not None:
            level.append(odd)
    return level[0]


def split(data: bytes) -> list[bytes]:
    """The hashes of a tile."""
    if len(data) % HASH_SIZE:
        raise BadProof(f"a tile of {len(data)} bytes does not hold whole hashes")
    return [data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE)]


class Tree:
    """The right edge of a tree that only grows: for each tile level the hashes of its last, partial tile."""

    __slots__ = ("edge", "size")

    def __init__(self, size: int = 0, edge: Iterable[Sequence[bytes]] = ()) -> None:
        self.size = size
        self.edge: list[list[bytes]] = [list(hashes) for hashes in edge]
        if [len(hashes) for hashes in self.edge] != widths(size):
            raise BadProof(f"the right edge does not fit a tree of {size}")

    def copy(self) -> "Tree":
        """A tree that grows apart from this one."""
        return Tree(self.size, self.edge)

    def extend(self, leaves: Sequence[bytes]) -> list[tuple[int, int, bytes, bytes]]:
        """Append leaf hashes; returns the tiles that became full: (level, number, 8192 bytes, root of the tile)."""
        full: list[tuple[int, int, bytes, bytes]] = []
        level, hashes, before = 0, list(leaves), self.size
        self.size += len(leaves)
        while hashes:
            if level == len(self.edge):
                self.edge.append([])
            have, number = self.edge[level] + hashes, before // TILE
            hashes = []
            whole = len(have) - len(have) % TILE
            for start in range(0, whole, TILE):
                tile = have[start : start + TILE]
                root = root_of(tile)
                full.append((level, number, b"".join(tile), root))
                hashes.append(root)
                number += 1
            self.edge[level] = have[whole:]
            before //= TILE
            level += 1
        return full

    def root(self) -> bytes:
        """The root of the tree as it is."""
        return root_of_edge(self.edge)


def root_of_edge(edge: Sequence[Sequence[bytes]]) -> bytes:
    """The root of the tree with this right edge (see :class:`Tree`)."""
    root: bytes | None = None
    for hashes in edge:
        width, end = len(hashes), len(hashes)
        for bit in range(8):
            if width >> bit & 1:
                start = end - (1 << bit)
                peak = root_of(hashes[start:end])
                root = peak if root is None else node_hash(peak, root)
                end = start
    return EMPTY if root is None else root


def widths(size: int) -> list[int]:
    """How many hashes the partial tile of each level holds in a tree of ``size``."""
    if size < 0:
        raise BadProof("a tree has no negative size")
    found = []
    while size:
        found.append(size % TILE)
        size //= TILE
    return found


# Paths ---------------------------------------------------------------------------------------------------------------------------------


def number_path(number: int) -> str:
    """1234067 → ``x001/x234/067``."""
    if number < 0:
        raise ValueError("a tile has no negative number")
    path = f"{number % 1000:03d}"
    while number >= 1000:
        number //= 1000
        path = f"x{number % 1000:03d}/{path}"
    return path


def tile_path(level: int | str, number: int, width: int = TILE) -> str:
    """``tile/<L>/<N>[.p/<W>]``; ``level`` is ``"entries"`` for an entry bundle."""
    return f"tile/{level}/{number_path(number)}" + ("" if width == TILE else f".p/{width}")


def parse_number(path: str) -> tuple[int, int]:
    """The number and width of ``x001/x234/067[.p/<W>]``. Raises ValueError for any other spelling."""
    digits, partial, width = path.partition(".p/")
    parts = digits.split("/")
    number = 0
    if not all(p.isascii() and p.lstrip("x").isdecimal() for p in parts) or len(parts) > 7:
        raise ValueError("not a tile number")
    for part in parts:
        number = number * 1000 + int(part[-3:])
    size = int(width) if partial and width.isascii() and width.isdecimal() and len(width) <= 3 else (0 if partial else TILE)
    if not 1 <= size <= TILE - (1 if partial else 0):
        raise ValueError("not a width")
    if number_path(number) + (f".p/{size}" if partial else "") != path:
        raise ValueError("not the canonical spelling")
    return number, size


# Proofs --------------------------------------------------------------------------------------------------------------------------------

#: ``range_hash(start, end)``: the root over the leaves [start, end); start is a multiple of the range's height.
RangeHash = Callable[[int, int], bytes]
#: ``hashes(level, start, end)``: the hashes [start, end) of a tile level, all within one tile.
Hashes = Callable[[int, int, int], list[bytes]]


def range_root(hashes: Hashes, start: int, end: int) -> bytes:
    """The root over the leaves [start, end), read from tiles."""
    count = end - start
    if count & (count - 1) == 0 and start % count == 0:
        level = (count.bit_length() - 1) // 8
        return root_of(hashes(level, start >> (8 * level), end >> (8 * level)))
    middle = start + _split_at(count)
    return node_hash(range_root(hashes, start, middle), range_root(hashes, middle, end))


def tree_at(hashes: Hashes, size: int) -> Tree:
    """The right edge of the first ``size`` leaves, read from tiles."""
    edge = []
    for level, width in enumerate(widths(size)):
        end = size >> (8 * level)
        edge.append(hashes(level, end - width, end))
    return Tree(size, edge)


def _split_at(n: int) -> int:
    """The largest power of two below ``n``."""
    return 1 << ((n - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, range_hash: RangeHash) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size``, from the leaf up."""
    if not 0 <= index < size:
        raise BadProof(f"entry {index} is not in a tree of {size}")
    proof, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split_at(end - start)
        if index < middle:
            proof.append(range_hash(middle, end))
            end = middle
        else:
            proof.append(range_hash(start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, range_hash: RangeHash) -> list[bytes]:
    """The proof that the tree of ``old`` is a prefix of the tree of ``new`` (0 < old ≤ new)."""
    if not 0 < old <= new:
        raise BadProof(f"no proof from {old} to {new}")
    proof, start, end, whole = [], 0, new, True
    while old != end:
        middle = start + _split_at(end - start)
        if old <= middle:
            proof.append(range_hash(middle, end))
            end = middle
        else:
            proof.append(range_hash(start, middle))
            start, whole = middle, False
    if not whole:
        proof.append(range_hash(start, end))
    return proof[::-1]


def _check_hashes(*hashes: bytes) -> None:
    if any(len(h) != HASH_SIZE for h in hashes):
        raise BadProof("a hash has 32 bytes")


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162 §2.1.3.2). Raises :class:`BadProof` when its length cannot be right."""
    _check_hashes(leaf, *proof)
    if not 0 <= index < size:
        raise BadProof(f"entry {index} is not in a tree of {size}")
    first, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        if first & 1 or first == last:
            root = node_hash(sibling, root)
            while not first & 1 and first:
                first >>= 1
                last >>= 1
        else:
            root = node_hash(root, sibling)
        first >>= 1
        last >>= 1
    if last:
        raise BadProof("the proof is too short")
    return root


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raises :class:`BadProof` unless ``leaf`` is entry ``index`` of the tree (size, root)."""
    _check_hashes(root)
    if root_from_inclusion(index, size, leaf, proof) != root:
        raise BadProof("the proof leads to another root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises :class:`BadProof` unless (old, old_root) is a prefix of (new, new_root) (RFC 9162 §2.1.4.2). Size 0 proves nothing."""
    _check_hashes(old_root, new_root, *proof)
    if not 0 < old <= new:
        raise BadProof(f"no proof from {old} to {new}")
    if old == new:
        if proof or old_root != new_root:
            raise BadProof("equal sizes need equal roots and an empty proof")
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise BadProof("the proof is too short")
    first, last = old - 1, new - 1
    while first & 1:
        first >>= 1
        last >>= 1
    was = now = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadProof("the proof is too long")
        if first & 1 or first == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while not first & 1 and first:
                first >>= 1
                last >>= 1
        else:
            now = node_hash(now, sibling)
        first >>= 1
        last >>= 1
    if last or was != old_root or now != new_root:
        raise BadProof("the proof does not hold")
