"""Ballot codes: random, easy to read from paper, and committed to before anybody votes. No Django: a stranger recounts with this."""

import hashlib
import secrets
from uuid import UUID

from kheo.core.codes import draw, read, spell

__all__ = ["LENGTH", "commitment", "draw", "new_codes", "new_salt", "read", "seal", "spell", "unseal"]

LENGTH = 8  # 23^8 ≈ 7.8·10^10: with 3,000 slips one guess in 26 million meets a code
DOMAIN = b"kheo-ballot-v1"


def new_codes(count: int) -> list[str]:
    """``count`` different random codes, in no order."""
    found: set[str] = set()
    while len(found) < count:
        found.add(draw(LENGTH))
    shuffled = sorted(found)
    secrets.SystemRandom().shuffle(shuffled)
    return shuffled


def new_salt() -> str:
    """32 random bytes in hex: secret until the result is published."""
    return secrets.token_hex(32)


def seal(code: str, act_id: UUID) -> str:
    """``code`` (ASCII, at most 32 letters) under the random act id of a form, in hex: who doesn't have the form can't read it."""
    pad = hashlib.sha256(b"\n".join((DOMAIN, b"seal", act_id.bytes))).digest()
    return bytes(a ^ b for a, b in zip(code.encode("ascii"), pad, strict=False)).hex()


def unseal(sealed: str, act_id: UUID) -> str:
    """The code that :func:`seal` hid; letters that are none of ours with another act id."""
    pad = hashlib.sha256(b"\n".join((DOMAIN, b"seal", act_id.bytes))).digest()
    return bytes(a ^ b for a, b in zip(bytes.fromhex(sealed), pad, strict=False)).decode("latin-1")


def commitment(salt: str, code: str) -> str:
    """SHA-256 over ``kheo-ballot-v1``, salt (hex) and code, each on a line of its own, without a line end at the end; lower-case hex."""
    return hashlib.sha256(b"\n".join((DOMAIN, salt.encode(), code.encode()))).hexdigest()
