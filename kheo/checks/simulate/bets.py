"""The bets of ``kheo.checks.bound`` for many books at once: step by step and without logarithms, enough for a few hundred checks."""

import numpy as np

from kheo.checks.bound import STAKES
from kheo.checks.simulate.books import Books, Numbers

_ROW = STAKES.T


def passing(books: Books, amount: Numbers, checks: int, alpha: float = 0.05) -> Numbers:
    """After how many checks the bets, or the readings alone, rule out that no more than ``amount`` is there; 0: never. Shape (books,)."""
    before, left = np.zeros(len(books.total)), books.total.astype(float)
    held, first = np.ones((len(books.total), _ROW.size)), np.zeros(len(books.total), int)
    for turn, (claim, a) in enumerate(zip(books.claims.T[:checks], books.truth.T[:checks], strict=True), start=1):
        mean = (amount - before) / left
        with np.errstate(over="ignore", invalid="ignore"):
            held *= 1 + _ROW * (a / claim / np.maximum(mean, 1e-300) - 1)[:, None]
            passed = (mean <= 0) | (held.mean(axis=1) >= 1 / alpha)
        before, left = before + a, left - claim
        first[(first == 0) & (passed | (before >= amount))] = turn
        if first.all():
            break
    return first


def above(books: Books, checks: int, alpha: float = 0.05) -> Numbers:
    """Which books' bounds stood above the truth at some moment of the first ``checks``: by the bets, or by readings made right.

    Shape (books,).
    """
    return passing(books, books.real + 1e-6, checks, alpha) > 0


def at_least(books: Books, checks: int, alpha: float = 0.05, steps: int = 13) -> Numbers:
    """The bound after ``checks``, as an amount, by ``steps`` halvings. Shape (books,)."""
    found = books.truth[:, :checks].sum(axis=1).astype(float)
    low, high = found.copy(), books.total - (books.claims[:, :checks].sum(axis=1) - found)
    for _ in range(steps):
        middle = (low + high) / 2
        passed = passing(books, middle, checks, alpha) > 0
        low, high = np.where(passed, middle, low), np.where(passed, high, middle)
    return low
