"""Proofs from a log's tiles, wherever they lie: any two heads of one log can be compared without its help. No Django."""

from kheo.openlog import merkle
from kheo.openlog.sources import Source


class NoTile(LookupError):
    """A tile that must be there is not, or is cut short."""


class Tiles:
    """The hash tiles of a log of ``size`` entries. Nothing read here is trusted: proofs made of it are verified against signed roots."""

    def __init__(self, source: Source, size: int) -> None:
        self._source, self.size = source, size
        self._seen: dict[tuple[int, int], list[bytes]] = {}

    def _tile(self, level: int, number: int) -> list[bytes]:
        found = self._seen.get((level, number))
        if found is None:
            width = min(merkle.TILE, (self.size >> (8 * level)) - number * merkle.TILE)
            path = merkle.tile_path(level, number, width)
            data = self._source.get(path)
            if data is None or len(data) != width * merkle.HASH_SIZE:
                raise NoTile(f"{path} is not there")
            found = self._seen[level, number] = merkle.split(data)
        return found

    def hashes(self, level: int, start: int, end: int) -> list[bytes]:
        """The hashes [start, end) of a tile level, all within one tile."""
        if start == end:
            return []
        number, offset = divmod(start, merkle.TILE)
        return self._tile(level, number)[offset : offset + end - start]

    def range_hash(self, start: int, end: int) -> bytes:
        """The root over the entries [start, end), for proofs."""
        return merkle.range_root(self.hashes, start, end)

    def tree_at(self, size: int) -> merkle.Tree:
        """The right edge of the first ``size`` entries."""
        return merkle.tree_at(self.hashes, size)

    def root_at(self, size: int) -> bytes:
        """The root of the first ``size`` entries."""
        return self.tree_at(size).root()

    def consistency(self, old: int) -> list[bytes]:
        """The proof that the first ``old`` entries are a prefix of all; empty for none (C2SP tlog-witness)."""
        return merkle.consistency_proof(old, self.size, self.range_hash) if old else []
