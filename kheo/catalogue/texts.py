"""A text in several languages, shown in the reader's."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import get_language

#: The languages a kit is written in; the first must be there, the others fall back to it.
LANGUAGES = ("vi", "en", "id")


@dataclass(frozen=True, slots=True)
class Text:
    """Words per language: ``text()`` and ``str(text)`` speak the active language, ``text("vi")`` that one.

    Falls back from "en-GB" to "en", then to English, then to Vietnamese. Templates call it by themselves.
    """

    words: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", MappingProxyType(dict(self.words)))

    def __call__(self, language: str | None = None) -> str:
        language = (language or get_language() or LANGUAGES[0]).lower().replace("_", "-")
        for candidate in (language, language.split("-")[0], "en", *LANGUAGES):
            if found := self.words.get(candidate):
                return found
        return ""

    def __str__(self) -> str:
        return self()

    def __bool__(self) -> bool:
        return any(self.words.values())

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.words.items())))


NOTHING = Text({})
