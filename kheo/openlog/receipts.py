"""Receipts: the proof of one entry that a person can take home."""

from typing import Any

from kheo.openlog import canonical, merkle, note, stored
from kheo.openlog.models import Checkpoint, Entry


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
