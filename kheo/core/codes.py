"""Codes that people read from paper or from a screen, aloud or in bad light, and type again. No Django: recounts by strangers use it."""

import secrets

#: No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V.
LETTERS = "34679ACDEFGHJKMNPQRTWXY"
#: Of codes that mostly travel as a link or QR code and are rarely typed: more letters, so that they are shorter. No 0/o, 1/i/l.
SMALL = "23456789abcdefghjkmnpqrstuvwxyz"


def draw(length: int, letters: str = LETTERS) -> str:
    """A random code."""
    return "".join(secrets.choice(letters) for _n in range(length))


def read(typed: str) -> str:
    """What somebody typed as a code of :data:`LETTERS`: capitals, without spaces and dashes."""
    return "".join(c for c in typed.upper() if c.isalnum())


def exact(typed: str, length: int) -> str:
    """The same, or "" when it cannot be a code of this length."""
    code = read(typed)
    return code if len(code) == length and set(code) <= set(LETTERS) else ""


def spell(code: str, group: int = 4) -> str:
    """In groups, as it is printed: "ACDE FGHJ KMNP QR"."""
    return " ".join(code[i : i + group] for i in range(0, len(code), group))
