"""The database's own rows read as any log is read: restore ends with the same verification that a stranger runs."""

import json
import re

from kheo.openlog import canonical, keys, merkle, stored, verify
from kheo.openlog.models import Checkpoint, Entry
from kheo.openlog.verbs import LogVerb

_TILE = re.compile(r"tile/([0-7])/(.+)")


class Database:
    """A :class:`sources.Source` over the rows."""

    live = False

    def get(self, path: str) -> bytes | None:
        """See :class:`sources.Source`."""
        try:
            return read(path)
        except (LookupError, ValueError):
            return None


def read(path: str) -> bytes | None:
    """What is served at …/log/``path`` for machines; None for an empty log's checkpoint.

    Raises stored.NotThere, ValueError for no such path.
    """
    if path == "checkpoint":
        latest = Checkpoint.objects.order_by("-size").values_list("note", flat=True).first()
        return latest.encode() if latest is not None else None
    if path == "vkey":
        return f"{keys.verifier()}\n".encode()
    if path.startswith("tile/entries/"):
        return stored.bundle(*merkle.parse_number(path.removeprefix("tile/entries/")))
    if path.startswith("facts/bundle/"):
        return stored.facts_bundle(*merkle.parse_number(path.removeprefix("facts/bundle/")))
    if match := _TILE.fullmatch(path):
        return stored.tile(int(match[1]), *merkle.parse_number(match[2]))
    raise ValueError("nothing is served there")


def pending_redactions() -> frozenset[int]:
    """Entries whose facts were erased by a redaction that waits for its number."""
    rows = Entry.objects.filter(verb=LogVerb.REDACTED, index__isnull=True).values_list("leaf", flat=True)
    clear = [canonical.decode(bytes(leaf))["clear"] for leaf in rows]
    return frozenset(c["index"] for c in clear if c["part"] == "facts")


def verify_database(progress: verify.Progress = lambda done, of: None) -> verify.Report:
    """Replay the database's log with this installation's own key. Raises verify.Wrong."""
    return verify.verify(Database(), str(keys.verifier()), progress=progress, pending=pending_redactions())


def gone(redaction: int | None, clear: dict[str, object]) -> bytes:
    """The JSON of a 410: what was erased, on which ground, in which role, and the number of the entry that says so."""
    return json.dumps({"redacted_by": redaction, **clear}, sort_keys=True, ensure_ascii=False).encode()
