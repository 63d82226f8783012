"""Search folding for Vietnamese: "Đường" is found by "duong", "hoà" by "hòa", on both databases."""

import unicodedata

# Đ (U+0110) does not decompose; Ð (U+00D0) and Ɖ (U+0189) look alike and are typed by mistake.
_STROKED = str.maketrans("đĐðÐɖƉ", "dDdDdD")


def fold(text: str) -> str:
    """Lower-case ASCII-like form of ``text``: no tone or vowel marks, one space between words."""
    plain = unicodedata.normalize("NFD", text.translate(_STROKED))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())
