"""The units of the book, read from units.toml: money, materials and labour, whole numbers, never blended."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import get_language

Kind = Literal["money", "material", "labour"]
MONEY = "VND"
LABOUR = "labour-day"
_KEYS = {"kind", "most", "most_nameless", "names"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: ``names`` has (one, many) per language; ``most`` and ``most_nameless`` are what one entry or promise can be."""

    key: str
    kind: Kind
    names: Mapping[str, tuple[str, str]]
    most: int
    most_nameless: int

    def label(self, n: int | None = None) -> str:
        """The word in the reader's language: "bag" for one, "bags" for any other number and for none."""
        one, many = self.names.get((get_language() or "vi")[:2], self.names["vi"])
        return one if n is not None and abs(n) == 1 else many


def _unit(key: str, given: dict[str, Any]) -> Unit:
    if unknown := set(given) ^ _KEYS:
        raise ValueError(f"units.toml [{key}]: {', '.join(sorted(unknown))} is unknown or missing; known: {', '.join(sorted(_KEYS))}")
    names = {lang: (word, word) if isinstance(word, str) else (word[0], word[1]) for lang, word in given["names"].items()}
    return Unit(key, given["kind"], names, given["most"], given["most_nameless"])


@lru_cache(maxsize=1)
def all_units() -> dict[str, Unit]:
    """Every unit by its key, in the order in which pages show them."""
    text = Path(__file__).with_name("units.toml").read_text(encoding="utf-8")
    return {key: _unit(key, given) for key, given in tomllib.loads(text).items()}


def order(key: str) -> int:
    """The unit's turn among those that pages show, from 0. Raises ValueError."""
    return list(all_units()).index(key)


def is_labour(key: str) -> bool:
    """True for what is done as it is given: it is never left over."""
    return get(key).kind == "labour"


def get(key: str) -> Unit:
    """The unit with this key. Raises KeyError."""
    return all_units()[key]
