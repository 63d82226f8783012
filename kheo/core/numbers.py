"""Numbers as a neighbour reads them: Vietnamese and Indonesian write 1.204,5 where English writes 1,204.5."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext

# language → (between thousands, before decimals)
_MARKS = {"en": (",", ".")}
_DEFAULT = (".", ",")


def _marks() -> tuple[str, str]:
    return _MARKS.get((get_language() or "vi")[:2], _DEFAULT)


def number(value: Any, decimals: int = 0, rounding: str = ROUND_HALF_UP) -> str:
    """``value`` with the marks of the active language; at most ``decimals`` decimals, none that are zero. "" for None."""
    if value is None or value == "":
        return ""
    thousands, point = _marks()
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
    whole, _dot, rest = f"{rounded:,f}".partition(".")
    rest = rest.rstrip("0")
    text = whole.replace(",", thousands)
    return f"{text}{point}{rest}" if rest else text


def percent(part: Any, whole: Any) -> str:
    """``part`` of ``whole`` in percent with one decimal, rounded down; "–" without a whole."""
    if not whole:
        return "–"
    return f"{number(Decimal(str(part)) * 100 / Decimal(str(whole)), 1, ROUND_DOWN)} %"


def money(value: Any) -> str:
    """Dong in the short form people say: thousands from 10,000, millions, billions. Keeps one decimal."""
    if value is None or value == "":
        return ""
    dong = Decimal(str(value))
    if abs(dong) >= 1_000_000_000:
        # Translators: billions of dong, short
        return pgettext("money", "%(n)s billion ₫") % {"n": number(dong / 1_000_000_000, 2)}
    if abs(dong) >= 1_000_000:
        # Translators: millions of dong, short
        return pgettext("money", "%(n)s million ₫") % {"n": number(dong / 1_000_000, 1)}
    return money_full(value)


def money_full(value: Any) -> str:
    """Dong to the last one."""
    return "" if value is None or value == "" else f"{number(value)} ₫"


def unit_word(unit: Any, value: Any = None) -> str:
    """The word of a unit. Kits bring objects or strings of their own; the common units are translated here."""
    key = str(getattr(unit, "unit", unit) or "")
    n = abs(int(value)) if value not in (None, "") else 2
    words = {
        "VND": "₫",
        "m": "m",
        "km": "km",
        "m2": "m²",
        "kg": "kg",
        "labour-day": ngettext("labour-day", "labour-days", n),
        "labour-days": ngettext("labour-day", "labour-days", n),
        "lamp": ngettext("lamp", "lamps", n),
        "lamps": ngettext("lamp", "lamps", n),
        "house": ngettext("house", "houses", n),
        "houses": ngettext("house", "houses", n),
        "meal": ngettext("meal", "meals", n),
        "meals": ngettext("meal", "meals", n),
        "household": ngettext("household", "households", n),
        "households": ngettext("household", "households", n),
        "person": ngettext("person", "people", n),
        "people": ngettext("person", "people", n),
        "tree": ngettext("tree", "trees", n),
        "trees": ngettext("tree", "trees", n),
        "bag": ngettext("bag", "bags", n),
        "bags": ngettext("bag", "bags", n),
        "bridge": ngettext("bridge", "bridges", n),
        "bridges": ngettext("bridge", "bridges", n),
        "pole": ngettext("pole", "poles", n),
        "poles": ngettext("pole", "poles", n),
        "scholarship": ngettext("scholarship", "scholarships", n),
        "scholarships": ngettext("scholarship", "scholarships", n),
        "session": ngettext("session", "sessions", n),
        "sessions": ngettext("session", "sessions", n),
        "time": ngettext("time", "times", n),
        "": "",
    }
    return words.get(key, key)


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
