"""Checking a kept receipt without a network: a ``.json`` receipt, a ``.tlog-proof``, or what a phone reads from a printed code. No Django.

What makes a receipt worth keeping is a key from elsewhere: a verifier key, or a policy that also asks for witnesses. Without either the
receipt's own key shows only that it agrees with itself.
"""

import re
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kheo.openlog import canonical, entries, merkle, note
from kheo.openlog.note import Checkpoint, VerifierKey
from kheo.openlog.witnessing.policy import Policy, open_witnessed

_SCANNED = re.compile(rb"(?:\S*#)?([0-9]{100,10000})\s*")
_KEYS = {"index", "entry", "served", "log", "vkey", "proof", "checkpoint"}
_LARGEST = 500_000  # bytes that digits may unpack to


class BadReceipt(ValueError):
    """The receipt does not hold, or is none."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it lies in a file; nothing of it is verified."""

    index: int
    hashes: list[bytes]
    note: str
    leaf: bytes | None
    served: dict[str, Any] | None = None
    vkey: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A receipt that holds."""

    receipt: Receipt
    checkpoint: Checkpoint
    key: VerifierKey
    entry: dict[str, Any]
    facts: dict[str, Any] | None
    first_use: bool
    times: dict[str, int] = field(default_factory=dict)  # witness → when it signed, seconds since 1970
    strangers: int = 0
    weakness: str = ""

    def lines(self) -> list[str]:
        """For the terminal."""
        entry = self.entry
        found = [
            f"The receipt holds: entry {self.receipt.index} of {self.checkpoint.size} in the log {self.checkpoint.origin}.",
            f"{entry['verb']}, {entry['time']}" + (f", {entry['place']}" if entry["place"] else ""),
        ]
        for what in (entry.get("clear"), self.facts):
            found += [f"  {name}: {value}" for name, value in (what or {}).items()]
        if "facts" in entry and self.facts is None:
            found.append("It commits to facts that this receipt does not carry (erased, or not kept).")
        if "private" in entry:
            found.append("It commits to private content, which no receipt carries.")
        for name, at in sorted(self.times.items()):
            found.append(f"Witnessed by {name} on {datetime.fromtimestamp(min(at, 2**37), UTC):%Y-%m-%d %H:%M} UTC.")
        if self.weakness:
            found.append(f"Weak policy: {self.weakness}.")
        if self.strangers:
            found.append(f"{self.strangers} more signatures by keys that you did not name: not counted.")
        if self.first_use:
            found.append(
                "Trust on first use: the key came with the receipt, so this shows that it agrees with itself, not who signed it. "
                f"Compare the key with one from elsewhere, or pass it: --vkey '{self.key}'"
            )
        return found


def digits(receipt: dict[str, Any]) -> str:
    """A ``.json`` receipt for a printed code: its canonical bytes, zlib, each two bytes as five digits, a last single one as three."""
    packed = zlib.compress(canonical.encode(receipt), 9)
    pairs = (packed[at : at + 2] for at in range(0, len(packed), 2))
    return "".join(f"{int.from_bytes(pair):0{5 if len(pair) == 2 else 3}d}" for pair in pairs)


def _unpacked(text: str) -> bytes:
    """What :func:`digits` packed. Raises ValueError or zlib.error."""
    whole, rest = divmod(len(text), 5)
    if rest not in (0, 3):
        raise BadReceipt("the number was not read to its end")
    pairs = [int(text[at : at + 5]).to_bytes(2) for at in range(0, 5 * whole, 5) if int(text[at : at + 5]) < 65_536]
    last = int(text[-3:]) if rest else 0
    if len(pairs) != whole or last > 255:
        raise BadReceipt("the number was not read rightly")
    engine = zlib.decompressobj()
    found = engine.decompress(b"".join(pairs) + (bytes([last]) if rest else b""), _LARGEST)
    if not engine.eof or engine.unused_data:
        raise BadReceipt("the number was not read to its end")
    return found


def read(data: bytes, leaf: bytes | None = None) -> Receipt:
    """Read a receipt file, or the text of a printed code. ``leaf``: the entry's own bytes, for a proof that carries none.

    Raises :class:`BadReceipt`.
    """
    try:
        if scanned := _SCANNED.fullmatch(data):
            data = _unpacked(scanned[1].decode())
        text = data.decode()
        if text.startswith(note.PROOF_HEADER):
            proof = note.parse_proof(text)
            more = canonical.read(proof.extra.decode()) if proof.extra else {}
            return _receipt(more, proof.index, proof.hashes, proof.note, leaf)
        plain = canonical.read(text)
        index = plain["index"]
        if type(index) is not int:
            raise BadReceipt("the number is none")
        return _receipt(plain, index, [note.unb64(h) for h in plain["proof"]], plain["checkpoint"], leaf)
    except BadReceipt:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error) as e:
        raise BadReceipt(f"not a receipt: {e}") from e


def _receipt(plain: dict[str, Any], index: int, hashes: list[bytes], signed: str, leaf: bytes | None) -> Receipt:
    if odd := plain.keys() - _KEYS:  # a key that was misspelt would silently take its content away
        raise BadReceipt(f"it has a part that no receipt has: {min(odd)!r}")
    own = plain.get("entry")
    if leaf is None and own is not None:
        leaf = canonical.encode(own)
    return Receipt(index, hashes, signed, leaf, plain.get("served"), plain.get("vkey", ""))


def check(receipt: Receipt, vkey: str | None = None, policy: Policy | None = None) -> Held:
    """Verify a receipt with a key or a policy. Raises :class:`BadReceipt`."""
    try:
        return _check(receipt, vkey, policy)
    except BadReceipt:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as e:  # the first: every refusal of notes, proofs and entries
        raise BadReceipt(str(e)) from e


def _check(receipt: Receipt, vkey: str | None, policy: Policy | None) -> Held:
    if receipt.leaf is None:
        raise BadReceipt("the proof does not carry its entry: pass the file with the entry too (--entry FILE)")
    key = VerifierKey.parse(vkey) if vkey else None
    first_use = key is None and not (policy and policy.logs)
    if first_use:
        if not receipt.vkey:
            raise BadReceipt("the receipt carries no key: pass --vkey or --policy")
        key = VerifierKey.parse(receipt.vkey)
    times: dict[str, int] = {}
    if policy:
        seen = open_witnessed(receipt.note, key, policy)
        head, key, times, strangers = seen.checkpoint, seen.log, seen.times, seen.strangers
    elif key:
        head, others = note.log_checkpoint(receipt.note, key)
        strangers = len(others)
    else:
        raise BadReceipt("no key")
    merkle.verify_inclusion(receipt.index, head.size, merkle.leaf_hash(receipt.leaf), receipt.hashes, head.root)
    entry = entries.check(canonical.decode(receipt.leaf))
    facts = None
    if receipt.served is not None:
        salt, facts = receipt.served["salt"], receipt.served["facts"]
        if not isinstance(facts, dict) or len(salt) != 64 or salt != bytes.fromhex(salt).hex():
            raise BadReceipt("its facts are malformed")
        if "facts" not in entry or entries.commit(bytes.fromhex(salt), canonical.encode(facts)) != entry["facts"]:
            raise BadReceipt("its facts are not the ones that the entry commits to")
    return Held(receipt, head, key, entry, facts, first_use, times, strangers, policy.weakness() if policy else "")
