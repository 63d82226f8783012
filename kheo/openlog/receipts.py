"""Receipts: the proof of one entry that a person can take home."""

from typing import Any

from django.conf import settings

from kheo.openlog import canonical, keys, merkle, note, receipt_file, stored
from kheo.openlog.models import Entry

LONGEST = 3900  # digits of a code of 133 × 133 points, which a phone reads from 45 mm of paper


def proof_of(entry: Entry) -> note.Proof:
    """Where the entry stands and the way to a signed head: the newest witnessed one when it reaches that far, else the log's own newest.

    Raises stored.NotThere before it is signed.
    """
    own = stored.newest()
    if own is None or entry.index is None or entry.index >= own.size:
        raise stored.NotThere("not signed yet")
    seen = stored.witnessed()
    head = seen if seen and entry.index < seen.size else own
    return note.Proof(entry.index, merkle.inclusion_proof(entry.index, head.size, stored.range_hash), head.note)


def tlog_proof(entry: Entry) -> str:
    """The offline receipt (C2SP tlog-proof); its ``extra`` carries what :func:`receipt` carries. Raises stored.NotThere."""
    proof = proof_of(entry)
    return note.format_proof(proof.index, proof.hashes, proof.note, canonical.encode(_content(entry)))


def receipt(entry: Entry) -> dict[str, Any]:
    """What a person downloads: the exact entry, its facts and salt while served, and the proof. Raises stored.NotThere."""
    proof = proof_of(entry)
    return {"index": proof.index, **_content(entry), "proof": [note.b64(h) for h in proof.hashes], "checkpoint": proof.note}


def scan(entry: Entry) -> tuple[str, str]:
    """A printed code's text and the digits behind it: one code opens the page, and holds the whole receipt for ``kheo receipt``.

    Without digits where the entry is too long for paper (a book that opens), or before it is signed.
    """
    address = f"{settings.KHEO_URL}{entry.get_absolute_url()}"
    try:
        whole = receipt(entry)
    except stored.NotThere:
        return address, ""
    del whole["log"]  # the address says it
    found = receipt_file.digits(whole)
    return (f"{address}#", found) if len(found) <= LONGEST else (address, "")


def _content(entry: Entry) -> dict[str, Any]:
    """The entry, its facts while they are served, where the log is and its key (which vouches for nothing by itself)."""
    served = None
    if entry.facts is not None and entry.facts_salt is not None:
        served = {"facts": canonical.decode(bytes(entry.facts)), "salt": bytes(entry.facts_salt).hex()}
    return {
        "entry": canonical.decode(bytes(entry.leaf)),
        "served": served,
        "log": f"{settings.KHEO_URL}/log/",
        "vkey": str(keys.verifier()),
    }
