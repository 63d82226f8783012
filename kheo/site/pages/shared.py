"""Pieces of pages that are the same for everybody until somebody acts: rendered once, then kept in this process.

Invariants, each with a test (tests/test_shared.py):

- *Never stale.* A piece belongs to a moment of the log: how many entries there are, numbered or waiting. That grows with every act that
  commits, in whatever order transactions end, so a piece made before an act is not found after it. The moment is read before any of
  the data. It ends with the minute too: meetings begin, days turn. A page with receipts names ``at.numbered`` in its key as well.
- *Never mixed.* The language is part of the key, and so must be everything else that ``build`` looks at.
- *Never private.* A piece is rendered from what ``build`` returns and nothing else: no request, no actor, no form, no message reaches it.
  A page whose content depends on who reads passes ``key=None`` for those readers: it is then made for them alone and kept nowhere.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db import connection
from django.utils.translation import get_language

from kheo.core import clock

SECONDS = 90  # a little longer than the minute that is in the moment
_MOMENT = 'SELECT (SELECT max("index") FROM openlog_entry), (SELECT count(*) FROM openlog_entry WHERE "index" IS NULL)'


class Shared:
    """What ``{% same_for_all shared "name" %}`` renders: the values that ``build()`` returns, asked for at most once and only when missing.

    ``at``: the :func:`moment`, read before anything that the pieces show. ``key``: what the page is of, e.g. ``("place", 12)``; None keeps
    nothing.
    """

    def __init__(self, at: "Moment", key: tuple[Any, ...] | None, build: Callable[[], dict[str, Any]]) -> None:
        self._build = build
        self._values: dict[str, Any] | None = None
        self._key = None if key is None else repr((at.acts, at.minute, get_language(), key))

    def values(self) -> dict[str, Any]:
        """What the pieces are rendered from."""
        if self._values is None:
            self._values = self._build()
        return self._values

    def piece(self, name: str, render: Callable[[dict[str, Any]], str]) -> str:
        """The kept piece, or the one that ``render(values)`` makes now."""
        if self._key is None:
            return render(self.values())
        kept, key = caches["pieces"], sha256(f"{self._key} {name}".encode()).hexdigest()
        found: str | None = kept.get(key)
        if found is None:
            found = render(self.values())
            kept.set(key, found, SECONDS)
        return found


class Moment(NamedTuple):
    """How many acts the log holds, how many of them are numbered, and the minute."""

    acts: int
    numbered: int
    minute: str


def moment() -> Moment:
    """Now. One statement, so that the sequencer can't step in between; two index look-ups."""
    with connection.cursor() as cursor:
        cursor.execute(_MOMENT)
        last, waiting = cursor.fetchone()
    numbered = 0 if last is None else last + 1
    return Moment(numbered + waiting, numbered, f"{clock.now():%Y-%m-%d %H:%M}")
