"""Receipts: from a thing of a room to its entry, and the proof that a person can take home."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Min

from kheo.openlog import canonical, merkle, note, stored
from kheo.openlog.door import name_of
from kheo.openlog.models import Checkpoint, Entry


def receipt_of(things: Iterable[models.Model]) -> dict[str, int]:
    """For pages: ``name_of(thing)`` → number of its first entry, in one query. Things without a numbered entry are left out."""
    names = {name_of(thing) for thing in things}
    if not names:
        return {}
    rows = Entry.objects.filter(subject__in=names, index__isnull=False).values("subject").annotate(first=Min("index"))
    return {row["subject"]: row["first"] for row in rows.order_by("subject")}


def entries_of(thing: models.Model) -> models.QuerySet[Entry]:
    """Every numbered entry about a thing, oldest first."""
    return Entry.objects.filter(subject=name_of(thing), index__isnull=False).order_by("index")


def tlog_proof(entry: Entry) -> str:
    """The offline receipt (C2SP tlog-proof) of an entry in the latest checkpoint. Raises stored.NotThere before it is signed."""
    latest = Checkpoint.objects.order_by("-size").first()
    if latest is None or entry.index is None or entry.index >= latest.size:
        raise stored.NotThere("not signed yet")
    return note.format_proof(entry.index, merkle.inclusion_proof(entry.index, latest.size, stored.range_hash), latest.note)


def receipt(entry: Entry) -> dict[str, Any]:
    """What a person downloads: the exact entry, its facts and salt while served, and the proof. Raises stored.NotThere."""
    index, hashes, signed = note.parse_proof(tlog_proof(entry))
    facts = None
    if entry.facts is not None and entry.facts_salt is not None:
        facts = {"facts": canonical.decode(bytes(entry.facts)), "salt": bytes(entry.facts_salt).hex()}
    return {
        "index": index,
        "entry": canonical.decode(bytes(entry.leaf)),
        "served": facts,
        "proof": [note.b64(h) for h in hashes],
        "checkpoint": signed,
    }
