"""A full copy of a log that is kept up to date, verified before it is kept, and serves on its own. No Django.

The folder has the log's own layout (``checkpoint``, ``witnessed``, ``vkey``, ``tile/…``, ``facts/bundle/…``), so that ``kheo verify
FOLDER`` and any other reader of C2SP tlog-tiles take it as a log. What is fetched waits in ``incoming/`` until it is proven; an interrupted
copy goes on from there. Facts that the log erased are erased from the copy in the same round. ``redacted.json`` names them.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kheo.openlog import copying, merkle, note, trust, verify
from kheo.openlog.note import BadNote, Checkpoint, VerifierKey
from kheo.openlog.sources import Folder, Source
from kheo.openlog.tiles import NoTile, Tiles
from kheo.openlog.verify import Wrong
from kheo.openlog.witnessing.policy import Policy


class Forked(Wrong):
    """The log signed two histories. ``notes`` are both signed heads: the proof that it did."""

    def __init__(self, what: str, *notes: str) -> None:
        super().__init__(None, what)
        self.notes = notes


class Older(Wrong):
    """The log shows a head from before, of the same history as far as can be told: it went back in time."""


@dataclass(frozen=True, slots=True)
class Update:
    """What one round brought."""

    head: Checkpoint
    new: int  # entries
    erased: int  # facts that this round took out of the copy


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """One process at a time, across machines' reboots: the lock dies with its holder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield


def write(target: Path, data: bytes) -> None:
    """Replace a file in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(target)


class Mirror:
    """A copy in a folder, of the log with this key; with a ``policy`` only of a log whose witnessed head its quorum has signed."""

    def __init__(self, folder: Path, key: VerifierKey, policy: Policy | None = None) -> None:
        self.folder, self.key, self.policy = folder, key, policy

    def head(self) -> tuple[Checkpoint, str] | None:
        """The head that the copy reaches and its signed note; None before the first round. Raises Wrong for another log's folder."""
        try:
            signed = (self.folder / "checkpoint").read_text()
        except FileNotFoundError:
            return None
        try:
            return note.open_checkpoint(signed, self.key), signed
        except BadNote as e:
            raise Wrong(None, f"the copy in {self.folder} is of another log, or damaged: {e}") from e

    def tiles(self) -> Tiles:
        """The copy's own hash tiles."""
        head = self.head()
        self.folder.mkdir(parents=True, exist_ok=True)
        return Tiles(Folder(self.folder), head[0].size if head else 0)

    def update(self, source: Source, progress: verify.Progress = lambda done, of: None) -> Update:
        """Bring the copy up to the log's head. Raises Wrong (:class:`Forked`, :class:`Older`) or Unreachable: the copy stays as it was."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with hold(self.folder / ".lock"):
            return self._update(source, progress)

    def _update(self, source: Source, progress: verify.Progress) -> Update:
        seen = trust.witnessed(source, str(self.key), self.policy)  # before the checkpoint, which is then the larger one
        head, _, signed = verify.checkpoint(source, str(self.key))
        had = self.head()
        if seen and seen.head.size > head.size:
            seen = None  # two servers of the log, one of them a moment behind: next time
        if seen and seen.head.size:
            compare(source, seen.head, seen.note, head, signed.decode())
        if had:
            compare(source, had[0], had[1], head, signed.decode(), self.tiles())
        old = had[0] if had else Checkpoint(head.origin, 0, merkle.EMPTY)
        incoming = _Incoming(source, self.folder / "incoming")
        replay = verify.Replay(incoming, self._edge(old), audits=[])
        try:
            head, newer = verify.replay_all(replay, head, self.key, progress=progress)
        except Wrong:
            incoming.forget()
            raise
        erased = self._commit(incoming, old.size, head, newer or signed, replay.redacted)
        if seen:
            write(self.folder / "witnessed", seen.note.encode())
        return Update(head, head.size - old.size, erased)

    def _edge(self, old: Checkpoint) -> merkle.Tree:
        """Where to go on: from the copy's head when its tiles still lead there, else from the beginning."""
        try:
            tree = self.tiles().tree_at(old.size)
        except (NoTile, merkle.BadProof):
            return merkle.Tree()
        return tree if tree.root() == old.root else merkle.Tree()

    def _commit(self, incoming: "_Incoming", old: int, head: Checkpoint, signed: bytes, redacted: dict[int, int]) -> int:
        """Everything in place first, the checkpoint last: killed at any point, the copy holds for its checkpoint and goes on."""
        wanted = set(copying.paths(head.size))
        for path in incoming.paths():
            if path in wanted:
                target = self.folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                (incoming.folder / path).replace(target)
        known = self.redacted() | redacted
        if redacted:
            write(self.folder / "redacted.json", json.dumps(known, sort_keys=True).encode())
        erased = sum(_erase(self.folder, head.size, target) for target in sorted(redacted))
        for path in set(copying.paths(old)) - wanted:  # partial tiles that grew: an old one would still show what was erased
            (self.folder / path).unlink(missing_ok=True)
        write(self.folder / "vkey", f"{self.key}\n".encode())
        write(self.folder / "checkpoint", signed)
        incoming.forget()
        return erased

    def redacted(self) -> dict[int, int]:
        """Entries whose facts were erased → the entry that says so."""
        try:
            return {int(k): int(v) for k, v in json.loads((self.folder / "redacted.json").read_bytes()).items()}
        except FileNotFoundError:
            return {}


def _erase(folder: Path, size: int, index: int) -> bool:
    """Take the facts of an entry out of the copy; False when they were not there."""
    number, at = divmod(index, merkle.TILE)
    width = min(merkle.TILE, size - number * merkle.TILE)
    path = folder / ("facts/bundle/" + merkle.tile_path("", number, width).removeprefix("tile//"))
    lines = path.read_bytes().split(b"\n")
    if lines[at] == b"null":
        return False
    lines[at] = b"null"
    write(path, b"\n".join(lines))
    return True


class _Incoming:
    """A source whose answers are also laid down; full tiles and bundles of an interrupted round are not fetched again."""

    def __init__(self, source: Source, folder: Path) -> None:
        self._source, self.folder, self.live = source, folder, source.live

    def get(self, path: str) -> bytes | None:
        target = self.folder / path
        if path.startswith("tile/") and ".p/" not in path and target.is_file():
            return target.read_bytes()
        data = self._source.get(path)
        if data is not None and path.startswith(("tile/", "facts/bundle/")):
            write(target, data)
        return data

    def paths(self) -> list[str]:
        return [p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if p.is_file()]

    def forget(self) -> None:
        for path in sorted(self.folder.rglob("*"), reverse=True):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()


def compare(source: Source, old: Checkpoint, old_note: str, new: Checkpoint, new_note: str, copy: Tiles | None = None) -> list[bytes]:
    """The proof, made from the log's tiles, that ``new`` continues ``old`` (both signed by the log).

    Raises :class:`Forked` when the log signed two histories, :class:`Older` when it went back, Wrong when its tiles lead nowhere.
    """
    if new.size == old.size:
        if new.root != old.root:
            raise Forked(f"the log signed two different logs of {new.size} entries", old_note, new_note)
        return []
    if new.size < old.size:
        if copy and copy.size >= new.size and contradicts(copy, new):
            raise Forked(f"the log signed a head of {new.size} entries that is no part of its head of {old.size}", old_note, new_note)
        raise Older(None, f"the log went back: {old.size} entries were signed, now it shows {new.size}")
    if not old.size:
        return []
    tiles = Tiles(source, new.size)
    try:
        proof = tiles.consistency(old.size)
        merkle.verify_consistency(old.size, new.size, old.root, new.root, proof)
        return proof
    except NoTile as e:
        raise Wrong(None, str(e)) from e
    except merkle.BadProof as e:
        if tiles.root_at(new.size) != new.root:
            raise Wrong(None, f"the tiles do not lead to the signed root of {new.size} entries") from e
        raise Forked(
            f"the log signed a head of {new.size} entries that does not continue its head of {old.size}", old_note, new_note
        ) from e


def contradicts(copy: Tiles, checkpoint: Checkpoint) -> bool:
    """Whether a signed head that is no larger than a verified copy is not a prefix of it."""
    try:
        return copy.root_at(checkpoint.size) != checkpoint.root
    except (NoTile, merkle.BadProof):
        return False  # a damaged copy accuses nobody
