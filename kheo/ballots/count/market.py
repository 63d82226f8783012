"""One run of the Method of Equal Shares with a given share, in whole numbers.

Voters who vote alike and have paid alike have the same purse: purses are kept once per such *class*, as integers over one common
denominator that grows with each purchase. ``Run(…, ahead=True)`` carries each purse as a line a + k·share beside its number, and so
finds up to which larger share every comparison it made comes out the same: up to there the outcome is the same too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import gcd, lcm

from kheo.ballots.count.election import Election, Step, Utility

_EMPTY = 0  # the class of those who have nothing left, whatever the share


@dataclass(frozen=True, slots=True)
class Wish:
    """A project that somebody wants: ``groups`` are (group of equal ballots, weight); one weight is worth ``worth``."""

    project: int
    cost: int
    groups: tuple[tuple[int, int], ...]
    lightest: Fraction  # the least price per worth there can be: everybody pays
    worth: int
    place: int  # in ties


@dataclass(frozen=True, slots=True)
class Market:
    """An election in whole numbers. ``unit``: how many of our units make one of the currency's."""

    unit: int
    voters: int
    sizes: tuple[int, ...]
    wishes: tuple[Wish, ...]
    free: tuple[int, ...]  # wanted projects that cost nothing


def market_of(election: Election, utility: Utility) -> Market:
    """The election in whole numbers; the order of voters and projects in it makes no difference."""
    unit = lcm(*(p.cost.denominator for p in election.projects), election.budget.denominator)
    fine = lcm(*(points.denominator for ballot, _times in election.grouped for _project, points in ballot))
    sizes = tuple(times for _ballot, times in election.grouped)
    wanted: dict[int, list[tuple[int, int]]] = {}
    for group, (ballot, _times) in enumerate(election.grouped):
        for project, points in ballot:
            wanted.setdefault(project, []).append((group, int(points * fine)))
    wishes, free = [], []
    for project in sorted(wanted, key=election.tie_order.__getitem__):
        cost = int(election.projects[project].cost * unit)
        if not cost:
            free.append(project)
            continue
        common = gcd(*(weight for _group, weight in wanted[project]))
        groups = tuple((group, weight // common) for group, weight in wanted[project])
        worth = common * (cost if utility == Utility.COST else 1)
        lightest = Fraction(cost, worth * sum(sizes[group] * weight for group, weight in groups))
        wishes.append(Wish(project, cost, groups, lightest, worth, election.tie_order[project]))
    return Market(unit, len(election.ballots), sizes, tuple(wishes), tuple(free))


@dataclass(frozen=True, slots=True)
class _Price:
    """What a project costs its supporters now: ``left``/``weights`` per weight in purse units, at the run's denominator of the moment.

    ``line``: ``left`` as (a, k) of a + k·share. ``at``: that denominator.
    """

    classes: dict[tuple[int, int], int]  # (class, weight) → voters
    left: int
    weights: int
    line: tuple[int, int]
    at: int


class Run:
    """Buys until nothing can be afforded. ``steps``: what was bought (``most`` in our units); ``until``: see the module; None: for ever."""

    def __init__(self, market: Market, share: Fraction, *, ahead: bool = False) -> None:
        self.market, self.share, self.ahead = market, share, ahead
        self.steps: list[Step] = []
        self.cost = 0
        self.until: Fraction | None = None
        self._at = 1  # purses are numbers over _at · share.denominator, lines over _at
        self._of = [1] * len(market.sizes)  # group → class
        self._purse = {_EMPTY: 0, 1: share.numerator}
        self._line = {_EMPTY: (0, 0), 1: (0, 1)}
        self._groups = {_EMPTY: 0, 1: len(market.sizes)}
        self._next = 2
        self._run()

    def _run(self) -> None:
        heap: list[tuple[Fraction, int, int, Wish, _Price | None]]
        heap = [(wish.lightest, wish.place, 0, wish, None) for wish in self.market.wishes]
        heapify(heap)
        bought = 0
        while heap:
            _per_worth, place, when, wish, price = heappop(heap)
            if price is None or when != bought:  # an older price: it can only have risen since
                price = self._price(wish)
                if price is not None:
                    whole = price.weights * wish.worth * self._at * self.share.denominator
                    heappush(heap, (Fraction(price.left, whole), place, bought, wish, price))
                continue
            if self.ahead:
                self._order(wish, price, heap)
            self._buy(wish, price)
            bought += 1

    def _price(self, wish: Wish) -> _Price | None:
        """The price now, or None when its supporters have too little left."""
        of, sizes, purse = self._of, self.market.sizes, self._purse
        classes: dict[tuple[int, int], int] = {}
        for group, weight in wish.groups:
            if kind := of[group]:
                key = (kind, weight)
                classes[key] = classes.get(key, 0) + sizes[group]
        left = wish.cost * self._at * self.share.denominator
        if sum(purse[kind] * voters for (kind, _weight), voters in classes.items()) < left:
            if self.ahead:
                a, k = self._sum(classes.items())
                self._holds(a - wish.cost * self._at, k)
            return None
        weights = sum(weight * voters for (_kind, weight), voters in classes.items())
        rich, poor = list(classes.items()), []
        while True:
            short = [item for item in rich if purse[item[0][0]] * weights < left * item[0][1]]
            if not short:
                break
            rich = [item for item in rich if purse[item[0][0]] * weights >= left * item[0][1]]
            poor += short
            left -= sum(purse[kind] * voters for (kind, _weight), voters in short)
            weights -= sum(weight * voters for (_kind, weight), voters in short)
        line = (0, 0)
        if self.ahead:
            a, k = self._sum(poor)
            line = (wish.cost * self._at - a, -k)
            for (kind, weight), _voters in classes.items():
                a, k = self._line[kind]
                self._holds(a * weights - line[0] * weight, k * weights - line[1] * weight)
        return _Price(classes, left, weights, line, self._at)

    def _sum(self, items: Iterable[tuple[tuple[int, int], int]]) -> tuple[int, int]:
        """The line of what these have together."""
        a = k = 0
        for (kind, _weight), voters in items:
            line = self._line[kind]
            a, k = a + line[0] * voters, k + line[1] * voters
        return a, k

    def _holds(self, a: int, k: int) -> None:
        """a + k·share has a sign now; it keeps it up to where the line meets zero."""
        now = a * self.share.denominator + k * self.share.numerator
        if (now < 0 and k > 0) or (now >= 0 and k < 0):
            meets = Fraction(-a, k)
            if self.until is None or meets < self.until:
                self.until = meets

    def _order(self, wish: Wish, price: _Price, heap: list[tuple[Fraction, int, int, Wish, _Price | None]]) -> None:
        """This project is the cheapest per worth: up to which share is it cheaper than each other's (older) price?"""
        below = price.weights * wish.worth * price.at
        for _least, _place, _when, other, known in heap:
            if known is None:  # the least it can ever be
                a, k, under = other.lightest.numerator, 0, other.lightest.denominator
            else:
                a, k, under = known.line[0], known.line[1], known.weights * other.worth * known.at
            a, k = a * below - price.line[0] * under, k * below - price.line[1] * under
            if a or k:  # a line that is zero everywhere is a tie everywhere, broken alike everywhere
                self._holds(a, k)

    def _buy(self, wish: Wish, price: _Price) -> None:
        """Supporters pay; those who can't pay their part pay all they have."""
        purse, lines, at = self._purse, self._line, self._at * self.share.denominator
        shared = gcd(price.left, price.weights, *price.line)
        times, left, (a, k) = price.weights // shared, price.left // shared, (price.line[0] // shared, price.line[1] // shared)
        paid, payers, becomes = 0, 0, {}
        before = {key: purse[key[0]] for key in price.classes}
        old_lines = {key: lines[key[0]] for key in price.classes} if self.ahead else {}
        for group, _weight in wish.groups:
            self._groups[self._of[group]] -= 1
        for (kind, weight), voters in price.classes.items():
            have = before[kind, weight]
            can = have * times >= left * weight
            payers += voters if have else 0
            paid = max(paid, left * weight if can else have * times)
            becomes[kind, weight] = self._next if can else _EMPTY
            self._next += can
        for group, weight in wish.groups:
            if kind := self._of[group]:
                self._of[group] = becomes[kind, weight]
            self._groups[self._of[group]] = self._groups.get(self._of[group], 0) + 1
        self._purse = {kind: purse[kind] * times for kind, groups in self._groups.items() if groups and kind in purse}
        if self.ahead:
            self._line = {kind: (lines[kind][0] * times, lines[kind][1] * times) for kind in self._purse}
        for key, kind in becomes.items():
            if kind != _EMPTY:
                self._purse[kind] = before[key] * times - left * key[1]
                if self.ahead:
                    self._line[kind] = (old_lines[key][0] * times - a * key[1], old_lines[key][1] * times - k * key[1])
        self._purse[_EMPTY], self._line[_EMPTY] = 0, (0, 0)
        self._groups = {kind: groups for kind, groups in self._groups.items() if groups or kind == _EMPTY}
        self._at *= times
        self.cost += wish.cost
        self.steps.append(Step(wish.project, payers, Fraction(paid, at * times)))
