"""Signed notes, checkpoints, verifier keys and offline proofs (C2SP signed-note, tlog-checkpoint, tlog-proof). No Django."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
DASH = "\u2014 "  # an em dash and a space open a signature line
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,200}")


class BadNote(ValueError):
    """A note, checkpoint, key or proof that is not exactly what it should be."""


def b64(data: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(data).decode()


def unb64(text: str) -> bytes:
    """Strict base64: only the one spelling that re-encodes to itself."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as e:
        raise BadNote("not base64") from e
    if b64(data) != text:
        raise BadNote("base64 in another spelling")
    return data


def decimal(text: str) -> int:
    """A canonical decimal: no sign, no leading zero."""
    if not _DECIMAL.fullmatch(text):
        raise BadNote(f"{text[:30]!r} is not a canonical decimal number")
    return int(text)


def key_id(name: str, public: bytes) -> bytes:
    """SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4]."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """An Ed25519 verifier key ``name+hex(keyID)+base64(0x01 ‖ public key)``."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that name the key in a signature line."""
        return key_id(self.name, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read a vkey, strictly. Raises :class:`BadNote`."""
        parts = text.split("+", 2)
        if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
            raise BadNote("not a verifier key")
        name, short, data = parts[0], parts[1], unb64(parts[2])
        if len(data) != 33 or data[:1] != ED25519:
            raise BadNote("not an Ed25519 verifier key")
        key = cls(name, data[1:])
        if short != key.id.hex():
            raise BadNote("the verifier key does not fit its own id")
        return key


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A signing key in the form ``PRIVATE+KEY+name+hex(keyID)+base64(0x01 ‖ seed)``, which Go's note package reads too."""

    name: str
    seed: bytes

    @property
    def private(self) -> Ed25519PrivateKey:
        """The key itself."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str) -> "SignerKey":
        """A fresh key under this name."""
        if not _NAME.fullmatch(name):
            raise BadNote("a key name has no blanks and no plus sign")
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> "SignerKey":
        """Read a private key. Raises :class:`BadNote` without repeating any of it."""
        parts = text.strip().split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"] or not _NAME.fullmatch(parts[2]):
            raise BadNote("not a private log key")
        data = unb64(parts[4])
        if len(data) != 33 or data[:1] != ED25519:
            raise BadNote("not an Ed25519 private log key")
        key = cls(parts[2], data[1:])
        if key.verifier.id.hex() != parts[3]:
            raise BadNote("the private log key does not fit its own id")
        return key

    def secret_text(self) -> str:
        """The line that :meth:`parse` reads: for the key file only."""
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{b64(ED25519 + self.seed)}"

    def __repr__(self) -> str:
        return f"SignerKey({self.name!r})"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: origin, size and root; the body is exactly three lines."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"

    @classmethod
    def parse(cls, body: str) -> "Checkpoint":
        """Read a body, strictly: no extension lines."""
        lines = body.split("\n")
        if len(lines) != 4 or lines[3]:
            raise BadNote("a checkpoint has exactly three lines")
        if not _NAME.fullmatch(lines[0]):
            raise BadNote("not an origin")
        root = unb64(lines[2])
        if len(root) != 32:
            raise BadNote("a root has 32 bytes")
        return cls(lines[0], decimal(lines[1]), root)


def sign(checkpoint: Checkpoint, key: SignerKey) -> str:
    """The signed note of a checkpoint."""
    if checkpoint.origin != key.name:
        raise BadNote("the origin is the key's name")
    signature = key.private.sign(checkpoint.body.encode())
    return f"{checkpoint.body}\n{DASH}{key.name} {b64(key.verifier.id + signature)}\n"


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """The checkpoint of a note of our own log: exactly one signature, by ``key``. Raises :class:`BadNote` otherwise."""
    if len(note) > 4096 or any(c != "\n" and (c < " " or c == "\x7f") for c in note):
        raise BadNote("not a signed note")
    body, blank, signatures = note.partition("\n\n")
    body += "\n"
    if not blank or not signatures.endswith("\n"):
        raise BadNote("not a signed note")
    lines = signatures[:-1].split("\n")
    if len(lines) != 1 or not lines[0].startswith(DASH):
        raise BadNote("exactly one signature line is expected")
    name, space, encoded = lines[0].removeprefix(DASH).partition(" ")
    data = unb64(encoded)
    if not space or name != key.name or data[:4] != key.id or len(data) != 68:
        raise BadNote(f"not signed by {key.name}")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(data[4:], body.encode())
    except InvalidSignature as e:
        raise BadNote("the signature does not hold") from e
    checkpoint = Checkpoint.parse(body)
    if checkpoint.origin != key.name:
        raise BadNote("the origin is not the key's name")
    return checkpoint


def format_proof(index: int, proof: Sequence[bytes], note: str) -> str:
    """A tlog-proof: the offline receipt of one entry."""
    return "\n".join([PROOF_HEADER, f"index {index}", *map(b64, proof), "", note])


def parse_proof(text: str) -> tuple[int, list[bytes], str]:
    """Index, hashes and signed checkpoint of a tlog-proof. Raises :class:`BadNote`."""
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or len(lines) < 2 or lines[0] != PROOF_HEADER or not lines[1].startswith("index "):
        raise BadNote("not a tlog-proof")
    hashes = [unb64(line) for line in lines[2:]]
    if any(len(h) != 32 for h in hashes):
        raise BadNote("a hash has 32 bytes")
    return decimal(lines[1].removeprefix("index ")), hashes, note
