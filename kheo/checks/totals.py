"""Totals over several wards or rounds: never a sum of 95 % bounds. No Django (docs/true-numbers.md).

Twenty wards that each stop at their best moment sum to more than the truth in every third case. Three ways are valid:
a part of one book (:func:`restrict`), bounds whose risks were shared out before the seeds (:func:`added`), and independent draws judged by
their bets together (:class:`Together`). Source: reference/audit.md 7 and 8; the last is Ville's inequality for the product of the bets,
turned into an amount by Lagrange's multiplier.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from math import exp, floor, inf, log

import numpy as np

from kheo.checks import bound, draw
from kheo.checks.bound import Check

RISK = Decimal("0.05")
_PI = Decimal("3.14159265358979323846264338327950288")
_SHAVED = 1e-9  # of all claims together, off a total: far more than floating point can be wrong by


class TooMuchRisk(ValueError):
    """The risks of the bounds to add sum to more than was promised."""


def alpha_of_round(turn: int) -> str:
    """The risk α of the ``turn``-th book (1, 2, …) over the same things: 0.05·6/(π²·turn²), six decimals, rounded down.

    The first has 0.030396 too, not 0.05: whoever draws for ever is wrong in at most 5 of 100 stories. Raises ValueError for a turn below 1,
    or so late (175) that no risk is left.
    """
    if type(turn) is not int or turn < 1:
        raise ValueError("rounds are counted from 1")
    alpha = (RISK * 6 / (_PI * _PI * turn * turn)).quantize(Decimal("0.000001"), ROUND_DOWN)
    if not alpha:
        raise ValueError("these things were drawn too often: no risk is left for another round")
    return f"{alpha:f}"


def confidence(alpha: str) -> float:
    """1 − α. Raises ValueError unless 0 < α < 1."""
    risk = Decimal(alpha)
    if not 0 < risk < 1:
        raise ValueError(f"a risk of {alpha} is not between 0 and 1")
    return float(1 - risk)


def restrict(units: Mapping[str, int], checks: Iterable[Check], subset: Collection[str]) -> tuple[dict[str, int], list[Check]]:
    """The part of a book that lies in one ward, and its checks: a valid draw of that ward with a gapless prefix of its own.

    ``subset``: ids, settled before the seed. Ready for ``bound.lower_bound``; each such bound holds for its ward, not all of them at once.
    Raises ValueError for ids that are not in the book.
    """
    inside = frozenset(subset)
    if strange := inside - units.keys():
        raise draw.BadDraw(f"{min(strange)} is no unit of this book")
    return {name: claim for name, claim in units.items() if name in inside}, [check for check in checks if check[0] in inside]


def added(books: Iterable[tuple[Mapping[str, int], Sequence[Check], str]], risk: Decimal = RISK) -> int:
    """Σ of the books' amounts, each (units, checks, α_b) at its own confidence 1 − α_b; α_b fixed before the seeds.

    Holds with confidence 1 − ``risk``. Raises TooMuchRisk when Σα_b is more than that.
    """
    books = list(books)
    spent = sum((Decimal(alpha) for _units, _checks, alpha in books), Decimal(0))
    if spent > risk:
        raise TooMuchRisk(f"the risks of {len(books)} books sum to {spent}, more than {risk}")
    return sum(bound.at_least(units, checks, confidence(alpha)) for units, checks, alpha in books)


class _Book:
    """log M of one book at this moment, from below by tangents: it is convex in m."""

    def __init__(self, units: Mapping[str, int]) -> None:
        self.units = units
        self.claimed = draw.total(units)
        self.checks: list[Check] = []
        self.found = 0

    def check(self, name: str, reading: int | None) -> None:
        self.fold([*self.checks, (name, reading)])

    def fold(self, checks: list[Check]) -> None:
        """These are the checks so far, in ticket order."""
        self.checks = checks
        book = bound.folded(self.units, checks)
        self.found = book.found
        self._wealth, self._end = bound.Wealth(book), len(self.checks)
        self._low, self._high = book.found / book.total, 1 - book.missing / book.total
        self._tangents: list[tuple[float, float, float]] = []
        for part in (0.001, 0.1, 0.4, 0.7, 1.0):
            self._touch(self._low + max((self._high - self._low) * part, 1e-9))

    def _touch(self, m: float) -> float:
        value, slope = self._wealth.last(m, self._end)
        if value < inf:
            self._tangents.append((m, value, slope))
            self._tangents.sort()
        return value

    def least(self, price: float) -> float:
        """min over m of m·C + price·log M(m), never above it, and near."""
        if not self.checks:
            return 0.0
        while True:
            at, value, slope = np.array(self._tangents).T
            held = value - slope * at  # each tangent at m = 0
            fall = slope[:-1] - slope[1:]
            crossings = np.where(fall < 0, (held[1:] - held[:-1]) / np.where(fall < 0, fall, 1), at[:-1])
            corners = np.concatenate([[self._low], crossings.clip(self._low, self._high), [self._high]])
            below = (held[:, None] + slope[:, None] * corners).max(axis=0)
            costs = corners * self.claimed + price * below
            lowest = int(costs.argmin())
            reached = self._touch(float(corners[lowest])) if len(self._tangents) < 40 else inf
            if reached == inf or price * (reached - below[lowest]) <= 1e-6 * self.claimed:
                return float(costs[lowest])


class Together:
    """Independent draws, each with its own seed, judged together: Σ_b min_m[m·C_b + λ·ln M_b(m)] − λ·ln(1/α), the best over λ.

    M_b is what the bets hold now, not their maximum; the largest amount over the joint time so far stays. Books without a check count 0.
    """

    def __init__(self, books: Mapping[str, Mapping[str, int]], confidence: float = 0.95) -> None:
        """``books``: {key: {id: claim}}. Raises ValueError."""
        self._books = {key: _Book(units) for key, units in books.items()}
        self._claimed = sum(book.claimed for book in self._books.values())
        self._need = bound.threshold(confidence)
        self._price = self._claimed / 100
        self.amount = 0

    def check(self, key: str, name: str, reading: int | None) -> int:
        """The next check of book ``key`` in its ticket order, in the order in which units closed; returns the amount, rounded down."""
        self._books[key].check(name, reading)
        return self._now()

    def now(self, checks: Mapping[str, Sequence[Check]]) -> int:
        """The amount at this moment, with these checks of each book at once: as valid, and without going through all moments before."""
        for key, prefix in checks.items():
            self._books[key].fold(list(prefix))
        return self._now()

    def _value(self, price: float) -> float:
        return sum(book.least(price) for book in self._books.values()) - price * self._need

    def _now(self) -> int:
        """Any price (λ) is valid; the value is concave in it: halve the step around the best until nothing is won."""
        best, price, step = self._value(self._price), self._price, log(4)
        while step > 0.02:
            for other in (price * exp(step), price * exp(-step)):
                if (value := self._value(other)) > best:
                    best, price = value, other
                    break
            else:
                step /= 2
        self._price = price
        found = sum(book.found for book in self._books.values())
        self.amount = max(self.amount, found, floor(best - _SHAVED * self._claimed))
        return self.amount


def together(books: Mapping[str, Mapping[str, int]], closed: Iterable[tuple[str, str, int | None]], confidence: float = 0.95) -> int:
    """What all ``books`` together hold at least, after the checks (book, id, reading) in the order in which they closed."""
    total = Together(books, confidence)
    for key, name, reading in closed:
        total.check(key, name, reading)
    return total.amount
