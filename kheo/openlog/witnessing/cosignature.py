"""Cosignatures (C2SP tlog-cosignature, cosignature/v1): a witness says that at a time the log it saw had this head and no other.

The signed message is ``cosignature/v1\\ntime T\\n`` ‖ checkpoint body; the payload of the signature line is T as a big-endian u64 ‖ the
64 bytes of Ed25519. The message does not name the witness: a witness has a key that does nothing else.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kheo.openlog.note import COSIGNATURE, BadNote, Checkpoint, Signature, SignerKey, VerifierKey

LATEST = 2**63 - 1  # C2SP: no timestamp beyond


def message(checkpoint: Checkpoint, time: int) -> bytes:
    """What a witness signs at ``time`` (seconds since 1970)."""
    return f"cosignature/v1\ntime {time}\n{checkpoint.body}".encode()


def cosign(checkpoint: Checkpoint, key: SignerKey, time: int) -> Signature:
    """The witness's line for this checkpoint."""
    if key.kind != COSIGNATURE or not 0 < time <= LATEST:
        raise BadNote("a witness signs with its own key and at a real time")
    return Signature(key.name, key.verifier.id, time.to_bytes(8, "big") + key.private.sign(message(checkpoint, time)))


def verify(signature: Signature, checkpoint: Checkpoint, key: VerifierKey) -> int:
    """When the witness ``key`` signed this checkpoint, in seconds since 1970. Raises :class:`BadNote` when it did not."""
    if key.kind != COSIGNATURE or not signature.by(key) or len(signature.data) != 72:
        raise BadNote(f"not a cosignature of {key.name}")
    time = int.from_bytes(signature.data[:8], "big")
    if not 0 < time <= LATEST:
        raise BadNote(f"{key.name} signed at no time")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature.data[8:], message(checkpoint, time))
    except InvalidSignature as e:
        raise BadNote(f"the cosignature of {key.name} does not hold") from e
    return time
