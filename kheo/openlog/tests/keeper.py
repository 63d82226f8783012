"""A log in memory that its keeper may bend: it serves as a source, and signs whatever it is told to."""

import secrets
from collections.abc import Callable
from typing import Any

from kheo.openlog import canonical, entries, merkle, note, receipt_file, tiles

SALT = b"\7" * 32


class Keeper:
    """A log whose keeper we are. ``forked()`` gives one with the same key and past."""

    live = True

    def __init__(self, name: str = "keeper.example/log") -> None:
        self.key = note.SignerKey(name, bytes(range(32)))
        self.leaves: list[bytes] = []
        self.lines: list[bytes] = []
        self.shown: int | None = None  # a head from before, for a log that went back
        self.seen: str | None = None  # the note that witnesses cosigned

    def forked(self, size: int) -> "Keeper":
        other = Keeper(self.key.name)
        other.leaves, other.lines = self.leaves[:size], self.lines[:size]
        return other

    def add(self, n: int = 1, facts: bool = True, **more: Any) -> "Keeper":
        for _ in range(n):
            leaf: dict[str, Any] = {"v": 1, "verb": "result.reported", "id": secrets.token_hex(16), "time": "2026-11-24T04Z", "place": "x"}
            line = b"null"
            if facts:
                content = canonical.encode({"quantity": len(self.leaves), "unit": "m"})
                leaf["facts"], line = entries.commit(SALT, content), entries.facts_line(content, SALT)
            self.leaves.append(canonical.encode(leaf | more))
            self.lines.append(line)
        return self

    def redact(self, index: int) -> None:
        self.lines[index] = b"null"
        self.add(facts=False, verb="log.redacted", clear={"index": index, "part": "facts", "ground": "asked", "role": "operator"})

    @property
    def size(self) -> int:
        return len(self.leaves) if self.shown is None else self.shown

    def hashes(self, level: int, start: int, end: int) -> list[bytes]:
        found = [merkle.leaf_hash(leaf) for leaf in self.leaves[: self.size]]
        for _ in range(level):
            found = [merkle.root_of(found[i : i + 256]) for i in range(0, len(found) - len(found) % 256, 256)]
        return found[start:end]

    def head(self, size: int | None = None) -> note.Checkpoint:
        n = self.size if size is None else size
        tree = merkle.Tree()
        tree.extend([merkle.leaf_hash(leaf) for leaf in self.leaves[:n]])
        return note.Checkpoint(self.key.name, n, tree.root())

    def note(self, size: int | None = None) -> str:
        return note.sign(self.head(size), self.key)

    def get(self, path: str) -> bytes | None:
        if path == "checkpoint":
            return self.note().encode()
        if path == "witnessed":
            return self.seen.encode() if self.seen else None
        if path == "vkey":
            return f"{self.key.verifier}\n".encode()
        if path.startswith("facts/") and path.endswith(".json"):
            line = self.lines[int(path.removeprefix("facts/").removesuffix(".json"))]
            return None if line == b"null" else line
        kind, _, rest = path.removeprefix("tile/").partition("/")
        number, width = merkle.parse_number(rest.removeprefix("bundle/"))
        start = number * 256
        if path.startswith("facts/bundle/"):
            return b"".join(line + b"\n" for line in self.lines[start : start + width])
        if kind == "entries":
            return entries.frame(self.leaves[start : start + width])
        return b"".join(self.hashes(int(kind), start, start + width)) or None

    def proof(self, old: int, size: int | None = None) -> list[bytes]:
        n = self.size if size is None else size
        return merkle.consistency_proof(old, n, lambda a, b: merkle.range_root(self.hashes, a, b)) if old else []

    def request(self, old: int, size: int | None = None, proof: list[bytes] | None = None, signed: str | None = None) -> bytes:
        """The body of an add-checkpoint."""
        hashes = self.proof(old, size) if proof is None else proof
        return "\n".join([f"old {old}", *map(note.b64, hashes), "", signed or self.note(size)]).encode()

    def receipt(self, index: int, signed: str | None = None) -> receipt_file.Receipt:
        span: Callable[[int, int], bytes] = tiles.Tiles(self, self.size).range_hash
        return receipt_file.Receipt(index, merkle.inclusion_proof(index, self.size, span), signed or self.note(), self.leaves[index])
