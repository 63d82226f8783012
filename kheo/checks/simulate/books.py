"""Made-up books, honest and not, and the ways to check them: the right one, and broken ones for contrast."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

SIZE = 1000  # units of a book

Numbers = Any  # an array; one row is one book


@dataclass(frozen=True)
class Books:
    """Many books at once, units in the order in which their checks are folded. ``claims``, ``truth``: shape (books, units)."""

    claims: Numbers
    truth: Numbers
    total: Numbers  # C of each book
    real: Numbers  # what is really there

    def taken(self, order: Numbers, truth: Numbers | None = None) -> "Books":
        """The same books with their units in another order, or with what a wrong rule lets checkers find."""
        found = self.truth if truth is None else truth
        return replace(self, claims=np.take_along_axis(self.claims, order, 1), truth=np.take_along_axis(found, order, 1))


Cheat = Callable[[np.random.Generator, Numbers], tuple[Numbers, Numbers]]  # what is there → (claims, truth)


def inflate(part: float) -> Cheat:
    """Every claim is larger by this part."""
    return lambda dice, real: (np.rint(real * (1 + part)).astype(np.int64), real)


def invent(part: float) -> Cheat:
    """Of all that is claimed this part is whole results that are not there."""

    def claims(dice: np.random.Generator, real: Numbers) -> tuple[Numbers, Numbers]:
        order = dice.permuted(np.tile(np.arange(real.shape[1]), (len(real), 1)), axis=1)
        before = np.cumsum(np.take_along_axis(real, order, 1), axis=1) - np.take_along_axis(real, order, 1)
        gone = np.empty(real.shape, bool)
        np.put_along_axis(gone, order, before < part * real.sum(axis=1, keepdims=True), 1)
        return real, np.where(gone, 0, real)

    return claims


def honest(dice: np.random.Generator, real: Numbers) -> tuple[Numbers, Numbers]:
    """What is claimed is there."""
    return real, real


def make(dice: np.random.Generator, runs: int, cheat: Cheat = honest, size: int = SIZE) -> Books:
    """Books of ``size`` units with lognormal amounts (σ = 1), unordered."""
    real = np.maximum(1, np.rint(np.exp(dice.normal(4, 1, (runs, size))))).astype(np.int64)
    claims, truth = cheat(dice, real)
    return Books(claims, truth, claims.sum(axis=1), truth.sum(axis=1))


def draw(dice: np.random.Generator, books: Books) -> Books:
    """In ticket order: an exponential number divided by the claim is what a ticket is."""
    return books.taken(np.argsort(dice.exponential(size=books.claims.shape) / books.claims, axis=1))


class Way(StrEnum):
    """How checks become a headline."""

    KHEO = "Khéo: ticket order, no gaps"
    ARRIVAL = "counted as checks come in"
    SKIPPED = "refusals skipped and replaced"
    BEST = "best of four draws"
    PUBLIC = "order known, repaired before the visit"
    CLAIMS = "claims alone"


def seen(way: Way, dice: np.random.Generator, books: Books, checks: int) -> list[Books]:
    """The books as this way folds them: the first ``checks`` columns count. Several where it takes the best of several draws."""
    if way == Way.BEST:
        return [draw(dice, books) for _ in range(4)]
    drawn = draw(dice, books)
    wrong = drawn.truth < drawn.claims
    turn = np.arange(drawn.claims.shape[1])
    if way == Way.ARRIVAL:  # some twenty are under way at a time; where something is wrong it takes three times as long
        back = turn + dice.exponential(20, wrong.shape) * np.where(wrong, 3, 1)
        return [drawn.taken(np.argsort(back, axis=1))]
    if way == Way.SKIPPED:  # at every second wrong place nobody opens
        refused = wrong & (dice.random(wrong.shape) < 0.5)
        return [drawn.taken(np.argsort(refused, axis=1, kind="stable"))]
    if way == Way.PUBLIC:  # every second wrong thing that was drawn is put right, before anybody comes
        repaired = wrong & (turn < checks) & (dice.random(wrong.shape) < 0.5)
        return [drawn.taken(np.broadcast_to(turn, wrong.shape), np.where(repaired, drawn.claims, drawn.truth))]
    return [drawn]
