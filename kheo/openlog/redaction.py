"""Erasure: private content (and facts, where the verb allows) goes, the entry and its commitments stay.

Each redaction is also a line of ``KHEO_DATA/redactions.ndjson``, outside the database, so that a restored backup erases again.
Copies that others took of served facts can't be called back (docs/log.md says so).
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, Invalid, No, require
from kheo.openlog import canonical, entries, keys
from kheo.openlog.door import act, lock, writes
from kheo.openlog.models import Entry
from kheo.openlog.verbs import LogVerb, Redaction, all_verbs

Part = Literal["private", "facts"]


def may_redact(actor: Actor, entry: Entry, part: str, role: str) -> Answer:
    """The operator or the city board erases, in the role they hold, and only what the verb lets go."""
    if role not in (Role.OPERATOR, Role.CITY_BOARD) or not actor.holds(Role(role)):
        return No(_("Only the operator or the city board can erase content of the public log."))
    verb = all_verbs().get(entry.verb)
    rule = verb.redaction if verb else Redaction.NEVER
    if rule is Redaction.NEVER or (part == "facts" and rule is not Redaction.ALL):
        return No(_("Checks rest on this content, so it stays."))
    return YES


@writes
def redact(actor: Actor, entry: Entry, part: Part, ground: str, role: str, *, act_id: UUID | None = None) -> Entry:
    """Erase the private content or the facts of ``entry``, with their salt, and log it.

    ``ground``: why, in public words (no names). ``role``: the role in which the actor erases. Raises Refused; Invalid for a part that
    is not there or an entry without a number yet (within a second; of nameless acts, when their hour has passed).
    """
    entry = lock(entry)
    require(may_redact(actor, entry, part, role))
    ground = " ".join(ground.split())
    if not 3 <= len(ground) <= 300:
        raise Invalid("ground", _("Please say why, in 3 to 300 characters and without names."))
    if part not in ("private", "facts") or getattr(entry, part) is None:
        raise Invalid("part", _("There is nothing left to erase here."))
    if entry.index is None:
        raise Invalid(None, _("This act has no number in the log yet. Please try again later."))
    _erase(entry, part)
    _remember({"key": entry.key, "index": entry.index, "part": part, "ground": ground, "role": role, "place": entry.place})
    act(
        LogVerb.REDACTED,
        actor,
        entry,
        place=entry.place,
        clear={"index": entry.index, "part": part, "ground": ground, "role": role},
    )
    return entry


def _erase(entry: Entry, part: str) -> None:
    setattr(entry, part, None)
    setattr(entry, f"{part}_salt", None)
    entry.save(update_fields=[part, f"{part}_salt"])


def path() -> Path:
    """Where the redactions are kept outside the database."""
    return Path(settings.KHEO_DATA) / "redactions.ndjson"


def _remember(line: dict[str, Any]) -> None:
    # Before the commit: should the machine stop in between, a restored backup erases what somebody asked to be erased.
    target = path()
    new = not target.exists()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as f:
        f.write(canonical.encode(line) + b"\n")
        f.flush()
        os.fsync(f.fileno())
    if new:
        keys.sync_folder(target.parent)


def remembered() -> list[dict[str, Any]]:
    """The redactions of the file, oldest first; a last line that was cut short by a crash is left out."""
    try:
        lines = path().read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in lines[:-1] if line]


def replay_redactions() -> int:
    """Erase again what the file says (a backup brought it back) and log what the restored log does not know; returns how many were erased.

    Erasing comes first and also while the log is read-only. The file learns what only the database knows (it was lost, or is new).
    """
    lines = remembered()
    in_file = {(line["key"], line["part"]) for line in lines}
    for row in _logged():
        if (row["key"], row["part"]) not in in_file:
            _remember(row)
            lines.append(row)
    erased = 0
    known = {(row["key"], row["part"]) for row in _logged()}
    for line in lines:
        with transaction.atomic():
            entry = Entry.objects.filter(key=line["key"]).select_for_update().first()
            if entry is None:
                continue
            if getattr(entry, line["part"]) is not None:
                _erase(entry, line["part"])
                erased += 1
            if entry.index is not None and (line["key"], line["part"]) not in known:
                clear = {"index": entry.index, "part": line["part"], "ground": line["ground"], "role": line["role"]}
                sealed = entries.seal(
                    verb=str(LogVerb.REDACTED),
                    key=secrets.token_hex(16),
                    at=clock.now(),
                    place=line.get("place", ""),
                    clear=clear,
                    facts=None,
                    private=None,
                )
                Entry.objects.create(subject=f"openlog.entry:{entry.pk}", **sealed)
                known.add((line["key"], line["part"]))
    return erased


def _logged() -> list[dict[str, Any]]:
    """The redactions that the database's log knows, with the erased entry's key."""
    rows = [canonical.decode(bytes(leaf))["clear"] for leaf in Entry.objects.filter(verb=LogVerb.REDACTED).values_list("leaf", flat=True)]
    found = {i: (k, p) for i, k, p in Entry.objects.filter(index__in=[r["index"] for r in rows]).values_list("index", "key", "place")}
    return [{**row, "key": found[row["index"]][0], "place": found[row["index"]][1]} for row in rows if row["index"] in found]


def redactions_of(entry: Entry) -> dict[str, tuple[int | None, dict[str, Any]]]:
    """Part → (number of the redaction's entry, its clear part) for one entry."""
    found = {}
    rows = Entry.objects.filter(verb=LogVerb.REDACTED, subject=f"openlog.entry:{entry.pk}").order_by("pk").values_list("index", "leaf")
    for index, leaf in rows:
        clear = canonical.decode(bytes(leaf))["clear"]
        found[clear["part"]] = (index, clear)
    return found
