"""Signed notes, checkpoints, verifier keys and offline proofs (C2SP signed-note, tlog-checkpoint, tlog-proof). No Django."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"  # a log's signature
COSIGNATURE = b"\x04"  # cosignature/v1: a witness's
DASH = "\u2014 "  # an em dash and a space open a signature line
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
MOST_SIGNATURES = 64  # in one note; C2SP asks for 16 at least
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


def key_id(name: str, public: bytes, kind: bytes = ED25519) -> bytes:
    """SHA-256(name ‖ 0x0A ‖ kind ‖ public key)[:4]."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """An Ed25519 verifier key ``name+hex(keyID)+base64(kind ‖ public key)``: a log's (0x01) or a witness's (0x04)."""

    name: str
    public: bytes
    kind: bytes = ED25519

    @property
    def id(self) -> bytes:
        """The four bytes that name the key in a signature line."""
        return key_id(self.name, self.public, self.kind)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(self.kind + self.public)}"

    @classmethod
    def parse(cls, text: str, kind: bytes = ED25519) -> "VerifierKey":
        """Read a vkey of this kind, strictly. Raises :class:`BadNote`."""
        parts = text.split("+", 2)
        if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
            raise BadNote("not a verifier key")
        name, short, data = parts[0], parts[1], unb64(parts[2])
        if len(data) != 33 or data[:1] != kind:
            raise BadNote("not an Ed25519 verifier key" if kind == ED25519 else "not a witness's key (cosignature/v1)")
        key = cls(name, data[1:], kind)
        if short != key.id.hex():
            raise BadNote("the verifier key does not fit its own id")
        return key


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A signing key in the form ``PRIVATE+KEY+name+hex(keyID)+base64(kind ‖ seed)``; a log's (0x01) is read by Go's note package too."""

    name: str
    seed: bytes
    kind: bytes = ED25519

    @property
    def private(self) -> Ed25519PrivateKey:
        """The key itself."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw(), self.kind)

    @classmethod
    def generate(cls, name: str, kind: bytes = ED25519) -> "SignerKey":
        """A fresh key under this name."""
        if not _NAME.fullmatch(name):
            raise BadNote("a key name has no blanks and no plus sign")
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw(), kind)

    @classmethod
    def parse(cls, text: str, kind: bytes = ED25519) -> "SignerKey":
        """Read a private key of this kind. Raises :class:`BadNote` without repeating any of it."""
        parts = text.strip().split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"] or not _NAME.fullmatch(parts[2]):
            raise BadNote("not a private key")
        data = unb64(parts[4])
        if len(data) != 33 or data[:1] != kind:
            raise BadNote("not an Ed25519 private key of this kind")
        key = cls(parts[2], data[1:], kind)
        if key.verifier.id.hex() != parts[3]:
            raise BadNote("the private key does not fit its own id")
        return key

    def secret_text(self) -> str:
        """The line that :meth:`parse` reads: for the key file only."""
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{b64(self.kind + self.seed)}"

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


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says so, the key's id, and the bytes (of a witness: eight of time, then 64)."""

    name: str
    id: bytes
    data: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {b64(self.id + self.data)}"

    def by(self, key: VerifierKey) -> bool:
        """Whether the line claims to be of this key."""
        return self.name == key.name and self.id == key.id

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """Read a line without its newline. Raises :class:`BadNote`."""
        name, space, encoded = line.removeprefix(DASH).partition(" ")
        if not line.startswith(DASH) or not space or not _NAME.fullmatch(name):
            raise BadNote("not a signature line")
        data = unb64(encoded)
        if len(data) <= 4:
            raise BadNote("a signature is missing")
        return cls(name, data[:4], data[4:])


def split(note: str) -> tuple[str, list[Signature]]:
    """Body and signature lines of a note, nothing of it verified. Raises :class:`BadNote`."""
    if len(note) > 65_536 or any(c != "\n" and (c < " " or c == "\x7f") for c in note):
        raise BadNote("not a signed note")
    body, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise BadNote("not a signed note")
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadNote("too many signatures")
    return body + "\n", [Signature.parse(line) for line in lines]


def log_checkpoint(note: str, key: VerifierKey) -> tuple[Checkpoint, list[Signature]]:
    """The checkpoint of a note that the log ``key`` signed, once, and the other lines, not looked at. Raises :class:`BadNote`."""
    body, signatures = split(note)
    own = [s for s in signatures if s.by(key)]
    if not own or len(own[0].data) != 64:
        raise BadNote(f"not signed by {key.name}")
    if len(own) > 1:
        raise BadNote(f"signed twice by {key.name}")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(own[0].data, body.encode())
    except InvalidSignature as e:
        raise BadNote("the signature does not hold") from e
    checkpoint = Checkpoint.parse(body)
    if checkpoint.origin != key.name:
        raise BadNote("the origin is not the key's name")
    return checkpoint, [s for s in signatures if not s.by(key)]


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """The checkpoint of a note of our own log: exactly one signature, by ``key``. Raises :class:`BadNote` otherwise."""
    checkpoint, others = log_checkpoint(note, key)
    if others:
        raise BadNote("exactly one signature line is expected")
    return checkpoint


def format_proof(index: int, proof: Sequence[bytes], note: str, extra: bytes = b"") -> str:
    """A tlog-proof: the offline receipt of one entry. ``extra``: what else the reader needs; nothing vouches for it by itself."""
    more = [f"extra {b64(extra)}"] if extra else []
    return "\n".join([PROOF_HEADER, *more, f"index {index}", *map(b64, proof), "", note])


@dataclass(frozen=True, slots=True)
class Proof:
    """What a tlog-proof says, nothing of it verified."""

    index: int
    hashes: list[bytes]
    note: str
    extra: bytes = b""


def parse_proof(text: str) -> Proof:
    """Read a tlog-proof, strictly. Raises :class:`BadNote`."""
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != PROOF_HEADER:
        raise BadNote("not a tlog-proof")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = unb64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise BadNote("a tlog-proof without an index")
    index = decimal(lines.pop(0).removeprefix("index "))
    hashes = [unb64(line) for line in lines]
    if len(hashes) > 63 or any(len(h) != 32 for h in hashes):
        raise BadNote("at most 63 hashes of 32 bytes")
    return Proof(index, hashes, note, extra)
