"""Replaying a whole log: every leaf, tile, root and signature, every fact against its commitment. No Django, no trust in the server.

``kheo verify URL|FOLDER`` runs this; so does restore, over the database's own rows. docs/log.md describes the formats.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any

from kheo.openlog import canonical, entries, merkle, note
from kheo.openlog.audits import Audit, fresh
from kheo.openlog.quick import Quick
from kheo.openlog.sources import Source, Unreachable

Progress = Callable[[int, int], None]
_REDACTED = "log.redacted"


class Wrong(Exception):
    """The log does not hold. ``index`` is the first wrong entry, None when the fault is not in one entry."""

    def __init__(self, index: int | None, what: str) -> None:
        super().__init__(what if index is None else f"entry {index}: {what}")
        self.index = index
        self.what = what


@dataclass(slots=True)
class Report:
    """A log that holds."""

    origin: str
    size: int
    root: bytes
    key: str
    first_use: bool  # the key came from the server itself
    redacted: int  # entries whose facts were erased, as the log says
    audited: list[str] = field(default_factory=list)  # what the rooms' audits say (openlog/audits.py)

    def lines(self) -> list[str]:
        """For the terminal."""
        found = [f"{self.size} entries hold.", f"Log {self.origin}, root {self.root.hex()}."]
        if self.redacted:
            found.append(f"Facts of {self.redacted} entries were erased; the log says so.")
        found += self.audited
        if self.first_use:
            found.append(
                "Trust on first use: the key came from the log itself, so this shows that the log agrees with itself, not who keeps it. "
                f"Keep the key and pass it next time: --vkey '{self.key}'"
            )
        return found


@dataclass(slots=True)
class Replay:
    """What one reading of a log knows so far; ``tree`` is where it begins (a copy goes on where it ended)."""

    source: Source
    tree: merkle.Tree = field(default_factory=merkle.Tree)
    missing: set[int] = field(default_factory=set)  # committed facts that are not served
    redacted: dict[int, int] = field(default_factory=dict)  # entry → the later entry that redacts its facts
    quick: Quick = field(default_factory=Quick)
    recheck: set[int] = field(default_factory=set)  # served when read, redacted by an entry that came later
    audits: list[Audit] = field(default_factory=fresh)
    watched: frozenset[bytes] = frozenset()  # verbs that some audit looks at
    fault: Wrong | None = None  # what an audit found

    def __post_init__(self) -> None:
        self.watched = frozenset(verb.encode() for audit in self.audits for verb in audit.verbs)

    def get(self, path: str, index: int | None, what: str) -> bytes:
        data = self.source.get(path)
        if data is None:
            raise Wrong(index, f"{what} ({path}) is not there")
        return data

    def grow(self, head: note.Checkpoint, progress: Progress) -> None:
        """Replay from where the tree ends to the checkpoint's size."""
        seen = self.tree.size
        while self.tree.size < head.size:
            start = self.tree.size
            number, skip = divmod(start, merkle.TILE)
            width = min(merkle.TILE, head.size - number * merkle.TILE)
            self._tile(number, width, skip, head, seen)
            progress(self.tree.size, head.size)
        for level, width in enumerate(merkle.widths(head.size)):
            if level and width:
                number = (head.size >> (8 * level)) // merkle.TILE
                self._above(level, number, b"".join(self.tree.edge[level]), width)
        if self.tree.root() != head.root:
            raise self.fault or Wrong(None, f"the {head.size} entries lead to another root than the one that was signed")

    def _tile(self, number: int, width: int, skip: int, head: note.Checkpoint, seen: int) -> None:
        first = number * merkle.TILE
        path = merkle.tile_path("entries", number, width)
        try:
            leaves = entries.unframe(self.get(path, first + skip, "its bundle"))
        except entries.BadEntry as e:
            raise Wrong(first + skip, f"{path}: {e}") from e
        if len(leaves) != width:
            raise Wrong(first + min(len(leaves), width), f"{path} holds {len(leaves)} entries instead of {width}")
        hashes = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
        served = self.get(merkle.tile_path(0, number, width), first + skip, "its tile")
        if served != b"".join(hashes) or hashes[:skip] != (self.tree.edge[0][:skip] if skip else []):
            self._blame(number, width, hashes, served, head)
        bundle = "facts/bundle/" + merkle.tile_path("", number, width).removeprefix("tile//")
        lines = self.get(bundle, first + skip, "its facts").split(b"\n")
        if len(lines) != width + 1 or lines[-1]:
            raise Wrong(first + skip, f"the facts bundle of tile {number} does not hold {width} lines")
        self._contents(first, skip, leaves, lines, seen)
        for level, at, data, _root in self.tree.extend(hashes[skip:]):
            if level:
                self._above(level, at, data, merkle.TILE)

    def _above(self, level: int, number: int, computed: bytes, width: int) -> None:
        path = merkle.tile_path(level, number, width)
        first = (number * merkle.TILE) << (8 * level)
        served = self.get(path, first, "a tile above it")
        if served != computed:
            at = next((i for i in range(width) if served[i * 32 : i * 32 + 32] != computed[i * 32 : i * 32 + 32]), 0)
            start = first + (at << (8 * level))
            raise Wrong(start, f"{path} does not hold the hash of the entries {start} to {start + (1 << (8 * level)) - 1}")

    def _blame(self, number: int, width: int, hashes: list[bytes], served: bytes, head: note.Checkpoint) -> None:
        """The entry and its tile differ: see which of them leads to the signed root, and say so."""
        if len(served) != 32 * width:
            raise Wrong(number * merkle.TILE, f"{merkle.tile_path(0, number, width)} has {len(served)} bytes instead of {32 * width}")
        theirs = merkle.split(served)
        at = next((i for i in range(width) if theirs[i] != hashes[i]), 0)
        index = number * merkle.TILE + at
        by_entry, by_tile = merkle.Tree(), merkle.Tree()
        for n in range((head.size + merkle.TILE - 1) // merkle.TILE):
            w = min(merkle.TILE, head.size - n * merkle.TILE)
            tile = self.source.get(merkle.tile_path(0, n, w))
            if tile is None or len(tile) != 32 * w:
                break
            by_tile.extend(merkle.split(tile))
            by_entry.extend(hashes if n == number else merkle.split(tile))
        if by_tile.root() == head.root:
            raise Wrong(index, "its bytes are not the ones that were signed")
        if by_entry.root() == head.root:
            raise Wrong(index, f"the entry is right, but its hash in {merkle.tile_path(0, number, width)} was changed")
        raise Wrong(index, f"its bytes do not have the hash in {merkle.tile_path(0, number, width)}")

    def _contents(self, first: int, skip: int, leaves: list[bytes], lines: list[bytes], seen: int) -> None:
        read, quick = self.quick.leaf, self.quick.facts
        for at in range(skip, len(leaves)):
            index, line = first + at, lines[at]
            leaf: dict[str, Any] | None = None
            if plain := read(leaves[at]):
                commitment, verb = plain
            else:
                leaf = self._decoded(index, leaves[at])
                commitment, verb = leaf["facts"].encode() if "facts" in leaf else None, leaf["verb"].encode()
                if "clear" in leaf:
                    self.quick.learn_clear(verb, leaf["clear"])
            if line == b"null":
                if commitment:
                    self.missing.add(index)
            elif commitment is None:
                raise Wrong(index, "facts are served that were never committed to")
            elif quick(verb, line) != commitment:
                self._facts(index, line, commitment, verb)
            if leaf and leaf["verb"] == _REDACTED:
                self._redaction(index, leaf, seen)
            if verb in self.watched:
                leaf = leaf or self._decoded(index, leaves[at])
                self._audit(index, leaf)

    def _audit(self, index: int, leaf: dict[str, Any]) -> None:
        """Let the audits look, until one finds a fault; it is told of when the log's own bytes hold or name no entry."""
        try:
            for audit in self.audits if self.fault is None else ():
                if leaf["verb"] in audit.verbs:
                    audit.see(index, leaf)
        except Wrong as e:
            self.fault = e

    def _facts(self, index: int, line: bytes, commitment: bytes, verb: bytes) -> None:
        """The slow way: decode, and say what is wrong."""
        try:
            content, salt = entries.parse_facts_line(line)
        except entries.BadEntry as e:
            raise Wrong(index, str(e)) from e
        if entries.commit(salt, content).encode() != commitment:
            raise Wrong(index, "its facts are not the ones that were committed to")
        try:
            facts = canonical.decode(content)
        except canonical.NotCanonical as e:
            raise Wrong(index, f"its facts are not canonical: {e}") from e
        if not isinstance(facts, dict):
            raise Wrong(index, "its facts have no names")
        self.quick.learn(verb, facts)

    def _decoded(self, index: int, leaf: bytes) -> dict[str, Any]:
        try:
            return entries.check(canonical.decode(leaf))
        except (canonical.NotCanonical, entries.BadEntry) as e:
            raise Wrong(index, str(e)) from e

    def _redaction(self, index: int, leaf: dict[str, Any], seen: int) -> None:
        clear = leaf.get("clear", {})
        target, part = clear.get("index"), clear.get("part")
        if type(target) is not int or not 0 <= target < index or part not in ("facts", "private"):
            raise Wrong(index, "it redacts nothing that came before it")
        if not all(isinstance(clear.get(name), str) and clear[name].strip() for name in ("ground", "role")):
            raise Wrong(index, "it redacts without saying on which ground, or in which role")
        if part == "facts":
            self.redacted[target] = index
            if target not in self.missing:
                if target >= seen:
                    raise Wrong(target, f"its facts are served although entry {index} redacts them")
                self.recheck.add(target)

    def settle(self) -> int | None:
        """The first entry whose facts are missing without a redaction, None when there is none. Raises Wrong for facts served after one."""
        for target in sorted(self.recheck):
            if self.source.get(f"facts/{target}.json") is not None:
                raise Wrong(target, f"its facts are served although entry {self.redacted[target]} redacts them")
        self.recheck.clear()
        return min(self.missing - self.redacted.keys(), default=None)


def checkpoint(source: Source, vkey: str | None) -> tuple[note.Checkpoint, note.VerifierKey, bytes]:
    """The tree head of a log, checked with ``vkey`` or with the key that the log shows; that key; the signed note.

    Raises :class:`Wrong`; Unreachable where there is no log at all, which accuses nobody.
    """
    try:
        if vkey is None:
            shown = source.get("vkey")
            if shown is None:
                _some_log(source, "checkpoint")
                raise Wrong(None, "the log shows no key (vkey); pass --vkey")
            vkey = shown.decode("ascii").removesuffix("\n")
        key = note.VerifierKey.parse(vkey)
    except (note.BadNote, UnicodeDecodeError) as e:
        raise Wrong(None, f"the verifier key: {e}") from e
    signed = source.get("checkpoint")
    if signed is None:
        _some_log(source, "vkey")
        raise Wrong(None, "there is no checkpoint")
    try:
        return note.open_checkpoint(signed.decode(), key), key, signed
    except (note.BadNote, UnicodeDecodeError) as e:
        raise Wrong(None, f"the checkpoint: {e}") from e


def _some_log(source: Source, path: str) -> None:
    if source.get(path) is None:
        raise Unreachable("there is no log at this address, neither checkpoint nor key; it ends in /log/")


def verify(
    source: Source,
    vkey: str | None = None,
    *,
    progress: Progress = lambda done, of: None,
    pending: frozenset[int] = frozenset(),
    wait: Callable[[float], None] = time.sleep,
) -> Report:
    """Replay the log. Raises :class:`Wrong` with the first wrong entry, or ``sources.Unreachable``.

    A redaction takes effect a moment before its entry is numbered: when facts are missing in a live log, newer checkpoints are read for
    a few seconds before that counts as wrong. ``pending``: entries whose redaction is known to wait for its number (for restore).
    """
    head, key, _ = checkpoint(source, vkey)
    replay = Replay(source)
    head, _ = replay_all(replay, head, key, progress=progress, pending=pending, wait=wait)
    if replay.fault:
        raise replay.fault
    check_heads(replay, head)
    audited = [line for audit in replay.audits for line in audit.done()]
    return Report(head.origin, head.size, head.root, str(key), vkey is None, len(replay.redacted), audited)


def check_heads(replay: Replay, head: note.Checkpoint) -> None:
    """Tree heads that entries name (``heads`` of an audit) must be this log's own: proven against the signed root."""
    for audit in replay.audits:
        for size, root, index in getattr(audit, "heads", ()):
            try:
                proof = merkle.consistency_proof(size, head.size, hashes_of(replay.source, head.size))
                merkle.verify_consistency(size, head.size, bytes.fromhex(root), head.root, proof)
            except ValueError as e:
                raise Wrong(index, f"it names {root} as the root of the first {size} entries, which it is not") from e


def hashes_of(source: Source, size: int) -> merkle.RangeHash:
    """The roots of ranges of a log of ``size`` entries, from its tiles as they are served. Raises Wrong where one is missing."""

    @cache
    def tile(level: int, number: int) -> list[bytes]:
        path = merkle.tile_path(level, number, min(merkle.TILE, (size >> (8 * level)) - number * merkle.TILE))
        data = source.get(path)
        if data is None:
            raise Wrong(None, f"a tile ({path}) is not there")
        return merkle.split(data)

    def range_hash(start: int, end: int) -> bytes:
        length = end - start
        if length & (length - 1):
            middle = start + (1 << (length.bit_length() - 1))
            return merkle.node_hash(range_hash(start, middle), range_hash(middle, end))
        level = (length.bit_length() - 1) // 8
        number, at = divmod(start >> (8 * level), merkle.TILE)
        return merkle.root_of(tile(level, number)[at : at + (length >> (8 * level))])

    return range_hash


def replay_all(
    replay: Replay,
    head: note.Checkpoint,
    key: note.VerifierKey,
    *,
    progress: Progress = lambda done, of: None,
    pending: frozenset[int] = frozenset(),
    wait: Callable[[float], None] = time.sleep,
) -> tuple[note.Checkpoint, bytes | None]:
    """Replay up to ``head``, further when a redaction is still on its way: the head that holds, and its note when that is a newer one."""
    source, signed = replay.source, None
    replay.grow(head, progress)
    replay.missing -= pending
    for patience in (1.0, 2.0, 3.0, None):
        lost = replay.settle()
        if lost is None:
            break
        if patience is None or not source.live:
            raise Wrong(lost, "its facts are missing and no later entry redacts them")
        wait(patience)
        newer, _, signed = checkpoint(source, str(key))
        if newer.size < head.size or (newer.size == head.size and newer.root != head.root):
            raise Wrong(None, f"the log showed two different heads: first of {head.size} entries, then of {newer.size}")
        head = newer
        replay.grow(head, progress)
    return head, signed


class Bar:
    """A progress bar on standard error for what takes more than two seconds."""

    def __init__(self, what: str) -> None:
        self._what, self._start, self._shown = what, time.monotonic(), 0.0

    def __call__(self, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._start < 2 or (now - self._shown < 0.2 and done < of):
            return
        self._shown = now
        filled = 30 * done // max(of, 1)
        sys.stderr.write(f"\r{self._what} [{'#' * filled}{'.' * (30 - filled)}] {done:,} of {of:,}" + ("\n" if done >= of else ""))
        sys.stderr.flush()


__all__ = ["Bar", "Replay", "Report", "Unreachable", "Wrong", "checkpoint", "replay_all", "verify"]
