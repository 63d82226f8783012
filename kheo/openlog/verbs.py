"""What a room's closed vocabulary of acts looks like. The rooms own their verbs; the log stores the strings."""

import functools
import importlib
import importlib.util
from collections.abc import Iterator
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Redaction(Enum):
    """What may later be erased of an entry. What stands in clear never can."""

    NEVER = "never"  # audits rest on it
    PRIVATE = "private"  # who, free text, exact site
    ALL = "all"  # the served facts too


class Verb(StrEnum):
    """Base of the rooms' verbs: ``NAME = "room.verb", _("A sentence."), Redaction.X``."""

    sentence: "_StrPromise"
    redaction: Redaction

    def __new__(cls, value: str, sentence: "_StrPromise", redaction: Redaction) -> Self:
        self = str.__new__(cls, value)
        self._value_ = value
        self.sentence = sentence
        self.redaction = redaction
        return self


class LogVerb(Verb):
    """Acts of the log itself."""

    #: Private content or facts of an entry were erased; names the index, part, ground and role.
    REDACTED = "log.redacted", _("Content of an entry was erased, with the ground."), Redaction.NEVER
    #: A new epoch was opened after a restore; names the old log.
    EPOCH_OPENED = "log.epoch-opened", _("A new log was opened; it names the old one."), Redaction.NEVER


def _leaves(kind: type[Verb]) -> Iterator[Verb]:
    yield from kind
    for below in kind.__subclasses__():
        yield from _leaves(below)


@functools.cache
def all_verbs() -> dict[str, Verb]:
    """Every room's verbs by their string. Raises ValueError when two rooms use one string."""
    for config in apps.get_app_configs():
        name = f"{config.name}.verbs"
        if config.name.startswith("kheo.") and importlib.util.find_spec(name):
            importlib.import_module(name)
    found: dict[str, Verb] = {}
    for verb in _leaves(Verb):
        # Only what lives in the house: tests may make verbs of their own.
        if type(verb).__module__.endswith(".verbs") and found.setdefault(str(verb), verb) is not verb:
            raise ValueError(f"two verbs are called {verb}")
    return found


def sentence(verb: str) -> str:
    """What the verb says in the reader's language; the verb itself when no room here knows it any more."""
    known = all_verbs().get(verb)
    return str(known.sentence) if known else verb
