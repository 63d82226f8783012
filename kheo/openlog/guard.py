"""The rollback guard: what was signed last is remembered outside the database, so that a restored database can't fork the log.

``KHEO_DATA/log-state.json`` holds the last proven tree head (``published``) and the one that is being committed (``intent``,
with the rows it numbers, in order). It is written and fsynced, file and folder, *before* the database commits. So:

- killed before the commit: the rows of the intent are numbered first, in the same order, and the same root is signed again;
- killed after it: the database has the intent's root, which is then published;
- anything else (a database from yesterday, also one that has grown since): the log is read-only until an operator
  opens a new epoch (``kheo log open-epoch``).
"""

import json
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kheo.core.rules import Refused
from kheo.openlog import keys, stored
from kheo.openlog.models import Entry

log = logging.getLogger("kheo.openlog")


class LogReadOnly(Refused):
    """The log takes no acts: the database does not continue what was published. ``detail`` is for the operator."""

    def __init__(self, detail: str) -> None:
        super().__init__(_("The public log is being looked after and takes nothing new right now. Nothing was lost; please try later."))
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Head:
    """A tree head, and for an intent the rows that lead to it."""

    size: int
    root: bytes
    pks: tuple[int, ...] = ()

    def plain(self) -> dict[str, Any]:
        return {"size": self.size, "root": self.root.hex(), **({"pks": list(self.pks)} if self.pks else {})}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Head":
        return cls(int(plain["size"]), bytes.fromhex(plain["root"]), tuple(map(int, plain.get("pks", ()))))


@dataclass(frozen=True, slots=True)
class State:
    """What the file says."""

    origin: str
    published: Head
    intent: Head | None = None
    read_only: str = ""


@dataclass(slots=True)
class _Seen:
    """What this process knows of the file: proven once, then only watched for changes."""

    path: Path | None = None
    stamp: tuple[int, int, int] | None = None
    problem: str | None = None
    known: set[Path] = field(default_factory=set)


_seen = _Seen()


def path() -> Path:
    """Where the state lies."""
    return Path(settings.KHEO_DATA) / "log-state.json"


def read() -> State | None:
    """The state, or None when nothing was ever published from this data folder."""
    try:
        plain = json.loads(path().read_bytes())
    except FileNotFoundError:
        return None
    intent = plain.get("intent")
    return State(plain["origin"], Head.of(plain["published"]), Head.of(intent) if intent else None, plain.get("read_only", ""))


def write(state: State) -> None:
    """Replace the state and bring it to the disk, file and folder."""
    plain = {
        "origin": state.origin,
        "published": state.published.plain(),
        "intent": state.intent.plain() if state.intent else None,
        "read_only": state.read_only,
    }
    target = path()
    draft = target.with_suffix(f".{os.getpid()}.tmp")
    keys.write_private(draft, json.dumps(plain))
    draft.replace(target)
    keys.sync_folder(target.parent)


def examine() -> str | None:
    """Prove that the database continues what was published: None, or what is wrong, for the operator."""
    try:
        return _examine(read())
    except (ValueError, KeyError, TypeError) as e:
        return f"{path().name} cannot be read: {e}"
    except stored.Damaged as e:
        return f"rows of the log are missing: {e}"
    except keys.NoKey as e:
        return str(e)


def _examine(state: State | None) -> str | None:
    size, root = stored.head()
    if state is None:
        if not size:
            return None
        return f"the database holds {size} signed entries, but {path().name} is missing: what was published last is not known"
    if detail := other_key(state, keys.signer().name):
        return detail
    for what, known in (("published", state.published), ("signed", state.intent)):
        if known is None:
            continue
        if size < known.size:
            # An intent that never reached the database is fine as long as exactly its rows wait for their numbers.
            if what == "signed" and size == state.published.size and _waiting(known):
                return None
            return f"{known.size} entries were {what}, the database holds {size}: it is older than the log"
        if stored.tree_at(known.size).root() != known.root:
            return f"the first {known.size} entries are not the ones that were {what}: the database was restored and has grown since"
    if stored.tree_at(size).root() != root:
        return "the tiles do not lead to the root that was signed last"
    return None


def other_key(state: State, origin: str) -> str | None:
    """What is wrong when the key's ``origin`` is not the one that was published, for the operator."""
    return None if state.origin == origin else f"the key is of {origin}, but what was published last is of {state.origin}"


def prove() -> str | None:
    """:func:`examine`, and remember in this process that all is well."""
    found = examine()
    if not found:
        _seen.known.add(path())
    return found


def proven() -> bool:
    """Whether this process has proven the database since the last :func:`forget`."""
    return path() in _seen.known


def _waiting(intent: Head) -> bool:
    return Entry.objects.filter(pk__in=intent.pks, index__isnull=True).count() == len(intent.pks)


def halt(detail: str) -> None:
    """Stop the log, loudly, for every process that shares the data folder."""
    log.critical("The public log is READ-ONLY: %s. Bring back the right database, or run `kheo log open-epoch`.", detail)
    try:
        state = read()
    except (ValueError, KeyError, TypeError):
        return  # an unreadable state stops every process by itself
    if state is not None and state.read_only != detail:
        write(State(state.origin, state.published, state.intent, detail))


def problem() -> str | None:
    """Why the log is read-only, or None. Proves the database once per process, afterwards only watches the file: cheap enough per act."""
    target = path()
    try:
        at = target.stat()
        stamp = (at.st_mtime_ns, at.st_size, at.st_ino)
    except FileNotFoundError:
        stamp = None
    if _seen.path == target and _seen.stamp == stamp:
        return _seen.problem
    if target not in _seen.known:
        found = prove()
        if found:
            log.critical("The public log is READ-ONLY: %s", found)
    else:
        try:
            state = read()
            found = (state.read_only or None) if state else examine()
        except (ValueError, KeyError, TypeError) as e:
            found = f"{target.name} cannot be read: {e}"
    _seen.path, _seen.stamp, _seen.problem = target, stamp, found
    return found


def require_writable() -> None:
    """Raises :class:`LogReadOnly` unless the log continues what was published."""
    if detail := problem():
        raise LogReadOnly(detail)


def forget() -> None:
    """Prove anew at the next act (after a restore, and between tests)."""
    _seen.path = _seen.stamp = _seen.problem = None
    _seen.known.clear()
