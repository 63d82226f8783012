"""Whom a reader of a log believes: a key from elsewhere, or a policy that names logs and who must have witnessed. No Django."""

from dataclasses import dataclass
from datetime import UTC, datetime

from kheo.openlog import merkle, note
from kheo.openlog.note import BadNote, Checkpoint, VerifierKey
from kheo.openlog.sources import Source, Unreachable
from kheo.openlog.tiles import NoTile, Tiles
from kheo.openlog.verify import Wrong
from kheo.openlog.witnessing.policy import Policy, Witnessed, open_witnessed


def key_by(source: Source, policy: Policy, vkey: str | None = None) -> str:
    """The key of the policy that signed the log's checkpoint (``vkey``, where it is given, and then it must be one of these).

    Raises :class:`Wrong`, or Unreachable where there is no log.
    """
    named = [str(log.key) for log in policy.logs]
    if vkey is not None:
        if named and vkey not in named:
            raise Wrong(None, "the policy names other logs than this key")
        return vkey
    if not named:
        raise Wrong(None, "the policy names no log: add a line “log KEY”, or pass --vkey too")
    signed = source.get("checkpoint")
    if signed is None:
        raise Unreachable("there is no log at this address, no checkpoint; it ends in /log/")
    try:
        _, lines = note.split(signed.decode())
    except (BadNote, UnicodeDecodeError) as e:
        raise Wrong(None, f"the checkpoint: {e}") from e
    found = next((str(log.key) for log in policy.logs if any(line.by(log.key) for line in lines)), None)
    if found is None:
        raise Wrong(None, "the checkpoint is not signed by a log that the policy names")
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """A head that was cosigned (``/log/witnessed``), its note, and what the policy makes of it; None without a policy."""

    head: Checkpoint
    note: str
    by: Witnessed | None


def witnessed(source: Source, vkey: str, policy: Policy | None = None) -> Seen | None:
    """The log's witnessed head; None where there is none and no policy asks for one. Read it before the checkpoint, which is then larger.

    Raises :class:`Wrong` for a head that the log did not sign, or that the policy's witnesses did not.
    """
    signed = source.get("witnessed")
    if signed is None:
        if policy is None or policy.quorum is None:
            return None
        raise Wrong(None, "no quorum of witnesses has signed (witnessed), and the policy asks for one")
    try:
        text, key = signed.decode(), VerifierKey.parse(vkey)
        if policy is None:
            return Seen(note.log_checkpoint(text, key)[0], text, None)
        by = open_witnessed(text, key, policy)
    except (BadNote, UnicodeDecodeError) as e:
        raise Wrong(None, f"the witnessed line: {e}") from e
    return Seen(by.checkpoint, text, by)


def prove_part(source: Source, seen: Seen, size: int, root: bytes) -> None:
    """Raises :class:`Wrong` unless the witnessed head is the beginning of the log (size, root) that was replayed."""
    head = seen.head
    if head.size > size:
        raise Wrong(None, f"{head.size} entries were witnessed, but the log shows {size}: it went back")
    try:
        if head.size:
            merkle.verify_consistency(head.size, size, head.root, root, Tiles(source, size).consistency(head.size))
        elif head.root != merkle.EMPTY:
            raise merkle.BadProof("not the empty tree")
    except NoTile as e:
        raise Wrong(None, str(e)) from e
    except merkle.BadProof as e:
        raise Wrong(None, f"THE LOG SHOWED TWO HISTORIES: its witnessed head of {head.size} entries is no part of this log") from e


def told(seen: Seen, size: int, policy: Policy) -> list[str]:
    """For the terminal."""
    times = seen.by.times if seen.by else {}
    found = [f"Witnessed by {name} on {_when(at)}." for name, at in sorted(times.items())]
    found.append(f"The first {seen.head.size} of {size} entries are witnessed as the policy asks.")
    if weakness := policy.weakness():
        found.append(f"Weak policy: {weakness}.")
    return found


def _when(at: int) -> str:
    return f"{datetime.fromtimestamp(min(at, 2**37), UTC):%Y-%m-%d %H:%M} UTC"
