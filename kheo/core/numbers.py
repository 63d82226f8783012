"""Numbers as a neighbour reads them: Vietnamese and Indonesian write 1.204,5 where English writes 1,204.5."""

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import get_language, pgettext

# language → (between thousands, before decimals)
_MARKS = {"en": (",", ".")}
_DEFAULT = (".", ",")
_words: dict[str, Callable[[int | None], str]] = {}


def name_unit(key: str, word: Callable[[int | None], str]) -> None:
    """Let ``word(n)`` say the unit with this key in the reader's language (None: of no particular number). Rooms call it as they start."""
    _words[key] = word


def _marks() -> tuple[str, str]:
    return _MARKS.get((get_language() or "vi")[:2], _DEFAULT)


def number(value: Any, decimals: int = 0, rounding: str = ROUND_HALF_UP) -> str:
    """``value`` with the marks of the active language; at most ``decimals`` decimals, none that are zero; a real minus. "" for None."""
    if value is None or value == "":
        return ""
    thousands, point = _marks()
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
    whole, _dot, rest = f"{rounded:,f}".replace("-", "−").partition(".")
    rest = rest.rstrip("0")
    text = whole.replace(",", thousands)
    return f"{text}{point}{rest}" if rest else text


def percent(part: Any, whole: Any) -> str:
    """``part`` of ``whole`` in percent with one decimal, rounded half up, but 100 only when all of it; "–" without a whole.

    The counts beside it decide; the share only illustrates.
    """
    if not whole:
        return "–"
    share = Decimal(str(part)) * 100 / Decimal(str(whole))
    return f"{number(min(share, Decimal('99.9')) if part < whole else share, 1)} %"


def money(value: Any) -> str:
    """Dong in the short form people say: thousands from 10,000, millions, billions. Keeps one decimal."""
    if value is None or value == "":
        return ""
    dong = Decimal(str(value))
    if abs(dong) >= 1_000_000_000:
        # Translators: billions of dong, short
        return pgettext("money", "₫%(n)sbn") % {"n": number(dong / 1_000_000_000, 2)}
    if abs(dong) >= 1_000_000:
        # Translators: millions of dong, short
        return pgettext("money", "₫%(n)sM") % {"n": number(dong / 1_000_000, 1)}
    if abs(dong) >= 10_000 and dong % 1000 == 0:
        # Translators: thousands of dong, short
        return pgettext("money", "₫%(n)sk") % {"n": number(dong / 1000)}
    return money_full(value)


def money_full(value: Any) -> str:
    """Dong to the last one."""
    return "" if value is None or value == "" else f"{number(value)} ₫"


def unit_word(unit: Any, value: Any = None) -> str:
    """The word of a unit. Kits bring theirs in the reader's language; the book has named its own (:func:`name_unit`)."""
    key = str(getattr(unit, "unit", unit) or "")
    if key == "VND":
        return "₫"
    return _words[key](None if value in (None, "") else int(value)) if key in _words else key


def quantity(value: Any, unit: Any = "") -> str:
    """A number with its unit. Metres become kilometres from 1,000 on; dong is shortened."""
    if value is None or value == "":
        return ""
    key = str(getattr(unit, "unit", unit) or "")
    if key == "VND":
        return money(value)
    if key == "m" and abs(Decimal(str(value))) >= 1000:
        return f"{number(Decimal(str(value)) / 1000, 1, ROUND_DOWN)} km"
    return f"{number(value)} {unit_word(key, value)}".strip()
