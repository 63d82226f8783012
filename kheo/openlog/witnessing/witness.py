"""A witness of one log: remembers the largest head it has signed, signs only what continues it, and keeps every contradiction.

The folder:

    witness.key      the witness's own key (mode 600); witness.vkey is what others put into their policy
    state.json       the head signed last, with the log's note: written and brought to the disk before each signature
    copy/            a full verified copy of the log (kheo.openlog.mirror)
    conflicts/       heads that the log signed and that contradict one another: proof that it showed two histories
    unproven/        heads with the log's signature that came without a proof; looked at in the next round
    status.json      what the last round found

Whoever restores a witness's folder from a backup could sign two histories: open a new one, with a new key, instead.
"""

import fcntl
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from kheo.openlog import disk, merkle, mirror, note, trust, verify
from kheo.openlog.mirror import Forked, Mirror
from kheo.openlog.note import COSIGNATURE, BadNote, Checkpoint, SignerKey, VerifierKey
from kheo.openlog.serving import Answer
from kheo.openlog.sources import Source, Unreachable
from kheo.openlog.tiles import NoTile, Tiles
from kheo.openlog.verify import Wrong
from kheo.openlog.witnessing import cosignature

SIZE = "text/x.tlog.size"
MOST_PROOF = 63
MOST_UNPROVEN = 100
MOST_CONFLICTS = 1000


class NotOurs(RuntimeError):
    """The folder belongs to a witness of another log, or what it remembers can't be read: nothing is signed."""


@dataclass(frozen=True, slots=True)
class State:
    """The head signed last: ``note`` carries the log's own signature only. Nothing yet: size 0."""

    size: int = 0
    root: bytes = merkle.EMPTY
    note: str = ""
    at: int = 0  # seconds since 1970

    @property
    def first(self) -> bool:
        """True before the first signature."""
        return not self.note


class Witness:
    """A witness in a folder, of the log with the key ``log``."""

    def __init__(self, folder: Path, log: VerifierKey, name: str = "", clock: Callable[[], float] = time.time) -> None:
        self.folder, self.log, self._clock = folder, log, clock
        self.copy = Mirror(folder / "copy", log)
        self._turn = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone():
            self.key, self.made = _own_key(folder, name)
            if (folder / "log.vkey").exists():
                if (folder / "log.vkey").read_text().strip() != str(log):
                    raise NotOurs(f"{folder} belongs to a witness of another log: choose another folder.")
            else:
                disk.write_private(folder / "log.vkey", f"{log}\n")
            self.state()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Look, remember and sign as one step: among threads, and among processes over the same folder."""
        with self._turn, (self.folder / ".lock").open("w") as f:
            fcntl.flock(f, fcntl.LOCK_EX)
            yield

    def state(self) -> State:
        """What was signed last, read from the disk. Raises :class:`NotOurs` when it can't be trusted."""
        try:
            plain = json.loads((self.folder / "state.json").read_bytes())
            if plain["log"] != str(self.log):
                raise NotOurs("state.json is of another log")
            head, _ = note.log_checkpoint(plain["note"], self.log)
        except FileNotFoundError:
            if (self.folder / "copy" / "checkpoint").exists():
                raise NotOurs("state.json is gone: what was signed is not known. Retire this witness and its key.") from None
            return State()
        except (ValueError, KeyError, TypeError) as e:
            raise NotOurs(f"state.json can't be read: {e}") from e
        return State(head.size, head.root, plain["note"], int(plain["at"]))

    def _persist(self, head: Checkpoint, signed: str) -> State:
        """Bring the head to the disk, file and folder. Only after this may it be signed."""
        state = State(head.size, head.root, signed, max(int(self._clock()), self.state().at))
        target = self.folder / "state.json"
        draft = target.with_name(".state.json.new")
        disk.write_private(draft, json.dumps({"log": str(self.log), "note": state.note, "at": state.at}))
        draft.replace(target)
        disk.sync_folder(self.folder)
        return state

    def _sign(self, head: Checkpoint, state: State) -> str:
        return f"{cosignature.cosign(head, self.key, state.at)}\n"

    def cosigned(self) -> str | None:
        """The head signed last with the log's line and the witness's own; None before the first."""
        with self._alone():
            state = self.state()
            if state.first:
                return None
            return state.note + self._sign(Checkpoint(self.log.name, state.size, state.root), state)

    # What the log (or anybody) hands in ----------------------------------------------------------------------------------------------

    def add_checkpoint(self, body: bytes) -> Answer:
        """C2SP tlog-witness ``add-checkpoint``: 200 with the cosignature line, else 400, 403, 404, 409 or 422."""
        try:
            old, proof, signed, shown = _read_request(body)
        except (BadNote, UnicodeDecodeError) as e:
            return _no(400, str(e))
        if shown != self.log.name:
            return _no(404, "This witness watches another log.")
        try:
            head, _ = note.log_checkpoint(signed, self.log)
        except BadNote as e:
            return _no(403, str(e))
        own = _own_note(signed, self.log)
        if old > head.size:
            return _no(400, "The old size is larger than the new one.")
        with self._alone():
            return self._weigh(old, proof, head, own)

    def _weigh(self, old: int, proof: list[bytes], head: Checkpoint, signed: str) -> Answer:
        state = self.state()
        if old != state.size:
            self._contradiction(head, signed, state)
            return Answer(409, f"{state.size}\n".encode(), SIZE)
        if head.size == old and not (old == 0 and state.first):
            if head.root != state.root:
                self.keep(f"the log signed two different logs of {old} entries", state.note, signed)
                return _no(409, "Another log of this size is known. Both are kept.")
            if proof:
                return _no(422, "Equal sizes need no proof.")
        elif not _continues(state, head, proof):
            if not self._contradiction(head, signed, state):
                self._unproven(head, signed)
            return _no(422, "The proof does not hold.")
        return Answer(200, self._sign(head, self._persist(head, signed)).encode())

    def _contradiction(self, head: Checkpoint, signed: str, state: State) -> bool:
        """Keep a head that our own copy refutes."""
        try:
            copy = self.copy.tiles()
        except Wrong:
            return False
        if head.size == state.size and not state.first and head.root != state.root:
            self.keep(f"the log signed two different logs of {head.size} entries", state.note, signed)
            return True
        if head.size <= copy.size and mirror.contradicts(copy, head):
            self.keep(f"the log signed a head of {head.size} entries that is no part of its head of {state.size}", state.note, signed)
            return True
        return False

    def _unproven(self, head: Checkpoint, signed: str) -> None:
        folder = self.folder / "unproven"
        folder.mkdir(exist_ok=True)
        if len(list(folder.iterdir())) < MOST_UNPROVEN:
            mirror.write(folder / f"{_name(head)}.note", signed.encode())

    # Following the log -----------------------------------------------------------------------------------------------------------------

    def round(self, source: Source, progress: verify.Progress = lambda done, of: None) -> list[str]:
        """Look at the log once: prove, remember, sign, copy. Returns what to tell. Raises Wrong (Forked, Older), Unreachable or NotOurs."""
        try:
            told = self._round(source, progress)
        except Unreachable as e:
            self._tell(unreachable=str(e))
            raise
        except Wrong as e:
            self._tell(fault=str(e))
            raise
        self._tell()
        return told

    def _round(self, source: Source, progress: verify.Progress) -> list[str]:
        told = []
        try:
            if signed := self._follow(source):
                told.append(signed)
            update = self.copy.update(source, progress)
        except Forked as e:
            self.keep(e.what, *e.notes)
            raise
        if update.erased:
            told.append(f"erased the facts of {update.erased} entries, as the log did")
        self._settle_unproven(source, update.head)
        if kept := self.conflicts():
            raise Forked(f"{len(kept)} contradictions of the log are kept in {self.folder / 'conflicts'}")
        return told

    def _follow(self, source: Source) -> str:
        """Prove that the log's head continues ours, remember it, and say so; empty when there is nothing new."""
        while True:
            state = self.state()  # before the head is read: what is handed in meanwhile may be newer than what we are shown
            seen = trust.witnessed(source, str(self.log))
            head, _, raw = verify.checkpoint(source, str(self.log))
            signed = raw.decode()
            if seen and 0 < seen.head.size <= head.size:  # what others have cosigned must be this log's past, too
                mirror.compare(source, seen.head, seen.note, head, signed)
            if not state.first:
                mine = Checkpoint(head.origin, state.size, state.root)
                mirror.compare(source, mine, state.note, head, signed, self.copy.tiles())
                if head.size == state.size:
                    return ""
            with self._alone():
                if self.state() == state:
                    self._persist(head, signed)
                    return f"cosigned {head.size:,} entries, {head.size - state.size:,} of them new"

    def _settle_unproven(self, source: Source, head: Checkpoint) -> None:
        """Heads that came without a proof: part of the log by now, or proof of a fork."""
        for path in sorted((self.folder / "unproven").glob("*.note")):
            signed = path.read_text()
            found, _ = note.log_checkpoint(signed, self.log)
            if found.size > head.size:
                continue
            tiles = Tiles(source, head.size)
            try:
                if tiles.root_at(head.size) != head.root:
                    continue
                forked = tiles.root_at(found.size) != found.root
            except (NoTile, merkle.BadProof, Unreachable):
                continue
            if forked:
                self.keep(
                    f"the log signed a head of {found.size} entries that is no part of its head of {head.size}", self.state().note, signed
                )
            path.unlink()

    # What was found ----------------------------------------------------------------------------------------------------------------------

    def keep(self, what: str, *notes: str) -> None:
        """Lay both signed heads down, for everybody to see: nobody but the log can have signed them."""
        folder = self.folder / "conflicts"
        folder.mkdir(exist_ok=True)
        text = f"{what[:1].upper()}{what[1:]}.\nWhoever holds the log's key {self.log} signed both.\n\n" + "\n---\n\n".join(notes)
        target = folder / f"{sha256(text.encode()).hexdigest()[:16]}.txt"
        if not target.exists() and len(self.conflicts()) < MOST_CONFLICTS:
            disk.write_private(target, text)
            disk.sync_folder(folder)

    def conflicts(self) -> list[Path]:
        """What was kept, oldest first."""
        folder = self.folder / "conflicts"
        return sorted(folder.glob("*.txt"), key=lambda p: (p.stat().st_mtime_ns, p.name)) if folder.is_dir() else []

    def _tell(self, fault: str = "", unreachable: str = "") -> None:
        last = self.status()
        last |= {"at": int(self._clock()), "fault": fault, "unreachable": unreachable}
        if not fault and not unreachable:
            last["good"] = last["at"]
        mirror.write(self.folder / "status.json", json.dumps(last).encode())

    def status(self) -> dict[str, Any]:
        """What the last round found: ``at``, ``good`` (seconds since 1970), ``fault``, ``unreachable``."""
        try:
            return dict(json.loads((self.folder / "status.json").read_bytes()))
        except (FileNotFoundError, ValueError):
            return {}


def _no(status: int, why: str) -> Answer:
    return Answer(status, f"{why}\n".encode())


def _name(head: Checkpoint) -> str:
    return f"{head.size}-{head.root.hex()[:16]}"


def _continues(state: State, head: Checkpoint, proof: list[bytes]) -> bool:
    if state.size == 0:
        return not proof and (head.size > 0 or head.root == merkle.EMPTY)
    try:
        merkle.verify_consistency(state.size, head.size, state.root, head.root, proof)
    except merkle.BadProof:
        return False
    return True


def _own_note(signed: str, log: VerifierKey) -> str:
    """The note with the log's line only."""
    body, lines = note.split(signed)
    return f"{body}\n{next(line for line in lines if line.by(log))}\n"


def _read_request(body: bytes) -> tuple[int, list[bytes], str, str]:
    """Old size, proof, note and its origin line. Raises BadNote or UnicodeDecodeError."""
    head, blank, signed = body.decode().partition("\n\n")
    lines = head.split("\n")
    if not blank or not lines[0].startswith("old ") or len(lines) > MOST_PROOF + 1:
        raise BadNote("not an add-checkpoint request")
    proof = [note.unb64(line) for line in lines[1:]]
    if any(len(h) != merkle.HASH_SIZE for h in proof):
        raise BadNote("a hash has 32 bytes")
    text, _ = note.split(signed)
    shown = Checkpoint.parse(text)
    return note.decimal(lines[0].removeprefix("old ")), proof, signed, shown.origin


def _own_key(folder: Path, name: str) -> tuple[SignerKey, bool]:
    """The witness's key, made at its first run; and whether it was made just now."""
    target = folder / "witness.key"
    if target.exists():
        return SignerKey.parse(target.read_text(), COSIGNATURE), False
    if (folder / "state.json").exists():
        raise NotOurs("witness.key is gone, but something was signed with it. Retire this witness.")
    key = SignerKey.generate(name or f"kheo-witness/{secrets.token_hex(6)}", COSIGNATURE)
    draft = folder / f".witness.key.{os.getpid()}"
    disk.write_private(draft, key.secret_text() + "\n")
    (folder / "witness.vkey").write_text(f"{key.verifier}\n")
    draft.replace(target)
    disk.sync_folder(folder)
    return key, True
