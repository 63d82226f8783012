"""The Vietnamese alphabet as an ASCII sort key, so that both databases order alike: a ă â b c d đ …, numbers by value, tones last."""

import unicodedata

_BASES = {"ă": "a1", "â": "a2", "đ": "d1", "ê": "e1", "ô": "o1", "ơ": "o2", "ư": "u1"}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng


def sort_key(name: str, length: int = 160) -> str:
    """A key of digits and lower-case letters only (no collation reorders these): "khu vực 2" < "Khu vực 10", "Cá" < "Cà Mau" < "Đa"."""
    primary, tones, number = [], [], ""
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFC", name).casefold().replace("ð", "đ")) + " "
    letter = ""

    def end_letter() -> None:
        nonlocal letter
        if letter:
            whole = unicodedata.normalize("NFC", letter)
            plain = letter[0]
            primary.append(_BASES.get(whole, f"{plain}0" if "a" <= plain <= "z" else ""))
            letter = ""

    for c in text:
        if c in _TONES:
            tones.append(_TONES[c])
        elif unicodedata.combining(c):
            letter += c
        else:
            end_letter()
            if c.isdecimal():
                number += str(int(c))
                continue
            if number:
                primary.append("1" + number[:9].zfill(9))
                number = ""
            if c.isalpha():
                letter = c
                tones.append("0")
            elif primary and primary[-1] != "01":
                primary.append("01")
    while primary and primary[-1] == "01":
        primary.pop()
    return ("".join(primary) + "00" + "".join(tones))[:length]
