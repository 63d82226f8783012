"""What places are called locally: ``levels.toml`` (or ``settings.KHEO_LEVELS``) as frozen dataclasses. Unknown keys fail."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from kheo.core.folding import fold
from kheo.places.models import Rank

KEYS = {"rank", "names", "full", "shape"}
SHAPES = {"point", "line", "polygon"}


class LevelsError(ValueError):
    """The levels file can't be used; says the file, the kind, the key and the known keys."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of place: its rank, its name alone and with a proper name per language, and what may be drawn for it."""

    key: str
    rank: Rank
    names: dict[str, str]
    full: dict[str, str]
    shape: frozenset[str]

    def called(self) -> str:
        """The kind's name in the language of the page."""
        return _worded(self.names)

    def full_name(self, name: str, language: str | None = None) -> str:
        """ "Phường Ninh Kiều". A name that already says its kind ("Hẻm 47") is left as it is."""
        for own in self.names.values():  # letter for letter, so that "Xà Phiên" is a commune; folded only where somebody typed no accents
            plain = fold if name.isascii() else str.casefold
            if plain(name).startswith(f"{plain(own)} "):
                return name
        return _worded(self.full, language).format(name=name)


def _worded(texts: dict[str, str], language: str | None = None) -> str:
    language = (language or get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))


@lru_cache(maxsize=4)
def read(path: Path) -> dict[str, Kind]:
    """The kinds in a levels file, by key. Raises :class:`LevelsError`."""
    with path.open("rb") as f:
        data = tomllib.load(f)
    return {key: _kind(path, key, table) for key, table in data.items()}


def _kind(path: Path, key: str, table: Any) -> Kind:
    def fail(words: str) -> LevelsError:
        return LevelsError(f"{path}: [{key}] {words}")

    if not isinstance(table, dict):
        raise fail("must be a table")
    if unknown := set(table) - KEYS:
        raise fail(f"has the unknown key {sorted(unknown)[0]!r}; known keys: {', '.join(sorted(KEYS))}")
    if missing := KEYS - set(table):
        raise fail(f"lacks {sorted(missing)[0]!r}; known keys: {', '.join(sorted(KEYS))}")
    ranks = {r.name.lower(): r for r in Rank}
    if table["rank"] not in ranks:
        raise fail(f"rank {table['rank']!r} is none of {', '.join(ranks)}")
    for part in ("names", "full"):
        if not table[part] or not all(isinstance(text, str) and text for text in table[part].values()):
            raise fail(f"{part} needs a text per language")
    if not all("{name}" in text for text in table["full"].values()):
        raise fail("full must contain {name} in every language")
    if not table["shape"] or set(table["shape"]) - SHAPES:
        raise fail(f"shape takes {', '.join(sorted(SHAPES))}")
    return Kind(key, ranks[table["rank"]], table["names"], table["full"], frozenset(table["shape"]))


def kinds() -> dict[str, Kind]:
    """Every kind of place of this installation, by key."""
    return read(Path(settings.KHEO_LEVELS or Path(__file__).with_name("levels.toml")))


def kinds_of(rank: Rank) -> list[Kind]:
    """The kinds of one rank, in the file's order."""
    return [kind for kind in kinds().values() if kind.rank == rank]


def kind_name(kind: str) -> str:
    """The name of a kind in the language of the page; the key itself when the levels file no longer knows it."""
    known = kinds().get(kind)
    return known.called() if known else kind
