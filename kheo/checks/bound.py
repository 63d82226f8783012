"""At least how much of a book is true, from the checks so far. Pure and typed, no Django (docs/true-numbers.md).

Source: successive sampling proportional to size with a betting martingale (Shekhar et al. 2023, "Risk-limiting financial audits",
arXiv 2305.06884; Waudby-Smith & Ramdas 2024, arXiv 2010.09686; Stark's ALPHA; Ville's inequality). If the true share were m, a bet on
each check would be fair; M_t(m) is what 20 bettors with stakes f_k = 0.999·k/20 hold on average. It ever passes 1/α with a chance of at
most α, wherever one stops, so each m at which it did is ruled out. log M_t is convex and falls in m: Newton's steps from below never
pass the root.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import floor, inf, log, nextafter
from typing import Any

import numpy as np

from kheo.checks import draw

STAKES = 0.999 * np.arange(1, 21)[:, None] / 20  # a column: one row of bets for each
_BLOCK = 16  # so many bets are multiplied before a logarithm is taken: within 10**±300 for every share worth asking about
_SURE = 1e-9  # what log M must be above ln(1/α): far more than floating point can be wrong by
_CLOSE = 1e-12  # shaved off each root, relative

Check = tuple[str, int | None]


class BadChecks(ValueError):
    """Checks that don't belong to the book, or a confidence that is none."""


@dataclass(frozen=True)
class Folded:
    """A book and its checks in ticket order. Sums are whole numbers; a = min(reading, claim), pending 0."""

    total: int  # C
    size: int  # N
    claims: list[int]
    counted: list[int]

    @property
    def found(self) -> int:
        """Σa."""
        return sum(self.counted)

    @property
    def missing(self) -> int:
        """Σ(c − a)."""
        return sum(self.claims) - self.found


def folded(units: Mapping[str, int], checks: Iterable[Check]) -> Folded:
    """The checks held against their book. Raises BadChecks or draw.BadDraw (both ValueError)."""
    total, seen = draw.total(units), set()
    claims, counted = [], []
    for name, reading in checks:
        if name not in units:
            raise BadChecks(f"{name!r} is no unit of this book")
        if name in seen:
            raise BadChecks(f"unit {name} is checked twice")
        if reading is not None and (isinstance(reading, bool) or not isinstance(reading, int) or reading < 0):
            raise BadChecks(f"unit {name} was read as {reading!r}, which is not a whole number of at least 0")
        seen.add(name)
        claims.append(units[name])
        counted.append(min(reading or 0, units[name]))
    return Folded(total, len(units), claims, counted)


def threshold(confidence: float) -> float:
    """ln(1/α). Raises BadChecks."""
    if isinstance(confidence, bool) or not isinstance(confidence, (int, float)) or not 0 < confidence < 1:
        raise BadChecks(f"a confidence of {confidence!r} is not between 0 and 1")
    return -log(1 - confidence)


class Wealth:
    """log M_t(m) of one book as a function of m."""

    def __init__(self, book: Folded) -> None:
        self.total = book.total
        claims, counted = np.array(book.claims, float), np.array(book.counted, float)
        before = [0]
        left = [book.total]
        for claim, a in zip(book.claims, book.counted, strict=True):
            before.append(before[-1] + a)
            left.append(left[-1] - claim)
        self._x = counted / claims
        self._before = np.array(before[:-1], float)  # Σ_{s<t} a_s
        self._left = np.array(left[:-1], float)  # C − Σ_{s<t} c_s
        self._reached = [b / book.total for b in before[:-1]]  # μ_t(m) ≤ 0 for m up to here

    def _gains(self, m: float, end: int) -> tuple[Any, Any]:
        """(x/μ, what each bettor's stake becomes at each check up to ``end``): shapes (end,), (20, end)."""
        rate = self._x[:end] * self._left[:end] / (m * self.total - self._before[:end])
        return rate, 1 + STAKES * (rate - 1)

    def _slope(self, m: float, rate: Any, gains: Any, shares: Any) -> float:
        """d log M/dm after these checks; ``shares``: what part of M each bettor holds."""
        each = (STAKES * rate / gains) @ (self.total / (m * self.total - self._before[: len(rate)]))
        return -float(shares @ each) / float(shares.sum())

    def last(self, m: float, end: int) -> tuple[float, float]:
        """(log M_end(m), its slope) after ``end`` checks; infinite where m is reached."""
        if m <= self._reached[end - 1]:
            return inf, -inf
        rate, gains = self._gains(m, end)
        logs = np.log(np.multiply.reduceat(gains, range(0, end, _BLOCK), axis=1)).sum(axis=1)
        shares = np.exp(logs - logs.max())
        return float(logs.max()) + log(shares.mean()), self._slope(m, rate, gains, shares)

    def best(self, m: float) -> tuple[float, float]:
        """(max over t of log M_t(m), the slope of the largest); infinite where m is reached."""
        if m <= self._reached[-1]:
            return inf, -inf
        rate, gains = self._gains(m, len(self._x))
        blocks = np.ones((len(STAKES), -(-len(rate) // _BLOCK) * _BLOCK))
        blocks[:, : len(rate)] = gains
        within = np.cumprod(blocks.reshape(len(STAKES), -1, _BLOCK), axis=2)
        before = np.cumsum(np.log(within[:, :-1, -1]), axis=1)
        before = np.concatenate([np.zeros((len(STAKES), 1)), before], axis=1)  # log of what each held as a block began
        peaks = before.max(axis=0)
        held = np.einsum("kb,kbt->bt", np.exp(before - peaks), within)
        held = np.log(held / len(STAKES)) + peaks[:, None]
        at = int(held.ravel()[: len(rate)].argmax())
        block, t = divmod(at, _BLOCK)
        shares = np.exp(before[:, block] - peaks[block]) * within[:, block, t]
        return float(held[block, t]), self._slope(m, rate[: at + 1], gains[:, : at + 1], shares)


def _root(wealth: Callable[[float], tuple[float, float]], low: float, high: float, need: float) -> float:
    """The largest m in [low, high] at which ``wealth`` (value, slope), convex and falling, is ``need``; ``low`` when there is none above.

    Halving until a start is known whose value is finite, then Newton, which comes near the root from below alone.
    """
    value, slope = wealth(low)
    while value == inf:
        if high - low <= _CLOSE:
            return low
        m = (low + high) / 2
        at, there = wealth(m)
        if at < need:
            high = m
        else:
            low, value, slope = m, at, there
    if value < need:
        return low
    while slope < 0 and (m := min(low - (value - need) / slope, high)) - low > _CLOSE:
        value, slope = wealth(m)
        if value < need - _SURE / 2:
            break
        low = m  # rounding may lead past the root by far less than _SURE, which is there for that
        if value < need:
            break
    return low * (1 - _CLOSE)


def _down(part: int, whole: int) -> float:
    """part/whole, never rounded up."""
    share = part / whole
    return nextafter(share, 0) if Fraction(share) > Fraction(part, whole) else share


def _ruled_out(book: Folded, confidence: float) -> float:
    """L_M: the largest share that the bets rule out; 0 where they need not be asked."""
    need = threshold(confidence) + _SURE
    if not book.claims or len(book.claims) == book.size:
        return 0.0
    return _root(Wealth(book).best, _down(book.found, book.total), _down(book.total - book.missing, book.total), need)


def lower_bound(units: Mapping[str, int], checks: Iterable[Check], confidence: float = 0.95) -> float:
    """The share of the claims, in [0, 1], that at least is true: with ``confidence``, at whatever moment one looks, rounded down.

    ``units``: {id: claim ≥ 1}, the whole book. ``checks``: (id, reading) of the gapless prefix in ticket order (``draw.tickets`` proves
    it); a reading of None is pending and counts 0, one above the claim counts as the claim. Raises ValueError for duplicates, unknown
    ids, claims below 1, readings below 0, and a confidence outside of 0 to 1.
    """
    book = folded(units, checks)
    least, most = _down(book.found, book.total), _down(book.total - book.missing, book.total)
    return min(max(_ruled_out(book, confidence), least), most)


def at_least(units: Mapping[str, int], checks: Iterable[Check], confidence: float = 0.95) -> int:
    """⌊L·C⌋ in the book's unit, exact where the bound is a sum of readings: what a page shows. As :func:`lower_bound`."""
    book = folded(units, checks)
    return min(max(floor(Fraction(_ruled_out(book, confidence)) * book.total), book.found), book.total - book.missing)


def course(units: Mapping[str, int], checks: Sequence[Check], confidence: float = 0.95) -> list[float]:
    """The bound after the first, second … last check: what a chart draws. As :func:`lower_bound`; nothing in it was corrected later."""
    book, need = folded(units, checks), threshold(confidence) + _SURE
    wealth, ruled_out, found, missing, bounds = Wealth(book), 0.0, 0, 0, []
    for n, (claim, a) in enumerate(zip(book.claims, book.counted, strict=True), start=1):
        found, missing = found + a, missing + claim - a
        least, most = _down(found, book.total), _down(book.total - missing, book.total)
        if n < book.size and ruled_out < most:
            ruled_out = _root(partial(wealth.last, end=n), max(ruled_out, least), most, need)
        bounds.append(min(max(ruled_out, least), most))
    return bounds
