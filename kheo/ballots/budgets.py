"""Sharing a ballot's budget by the Method of Equal Shares, exactly: fractions, never floats. No Django: a stranger recounts with this.

Every vote has the same share of the money. Again and again the project is bought whose supporters get the most for what each of them
pays, all paying the same or, who has less left, all they have left. The utility of a project is its cost ("cost utility"), so that the
best one has the most supporters who really pay ("effective votes" = cost / highest payment). Ties: lower cost, more ticks, lower number.

Completion ``add1``: shares grow by one step (1,000 đồng) at a time while what is bought still fits the budget; the last outcome that
fits holds.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil
from typing import Any

STEP = 1_000  # đồng: costs and budgets are whole thousands, and shares grow by one thousand
Linear = tuple[Fraction, Fraction]  # (a, b): the amount a·share + b


def share(terms: Mapping[str, Any], votes: Iterable[Mapping[int, int]]) -> set[int]:
    """The options that are bought. ``terms``: costs and budget (VND), completion; ``votes``: the ticked options of each vote."""
    costs = {option: Fraction(cost, STEP) for option, cost in enumerate(terms["costs"], 1)}
    groups = Counter(frozenset(vote) for vote in votes)
    count, budget = sum(groups.values()), Fraction(terms["budget"], STEP)
    if not count:
        return set()
    wanted = {option for ticked in groups for option in ticked}
    if terms["completion"] == "add1" and sum(costs[option] for option in wanted) <= budget:
        return wanted  # shares grow until all of them are bought
    return _grow(costs, groups, budget, budget / count, grow=terms["completion"] == "add1")


def _grow(costs: dict[int, Fraction], groups: Counter[frozenset[int]], budget: Fraction, start: Fraction, *, grow: bool) -> set[int]:
    """Raise the shares step by step. Steps that cannot change anything (see :class:`_Run`) are left out; a test proves it."""
    steps, last = 0, set[int]()
    while True:
        run = _Run(costs, groups, start + steps)
        bought = run.buy()
        if sum(costs[option] for option in bought) > budget:
            return last
        last = bought
        if not grow or run.until is None:
            return last
        steps = max(steps + 1, ceil(run.until - start))


class _Run:
    """One round of buying with a given share. ``until``: below this share every comparison would have come out the same; None: for ever."""

    def __init__(self, costs: dict[int, Fraction], groups: Counter[frozenset[int]], start: Fraction) -> None:
        self.costs, self.start = costs, start
        self.until: Fraction | None = None
        self.sizes = list(groups.values())
        self.left: list[Linear] = [(Fraction(1), Fraction(0))] * len(self.sizes)
        self.fans = {option: [n for n, ticked in enumerate(groups) if option in ticked] for option in costs}
        self.ticks = {option: sum(self.sizes[n] for n in fans) for option, fans in self.fans.items()}

    def buy(self) -> set[int]:
        """The options that are bought with this share."""
        bought, candidates = set[int](), [option for option, fans in self.fans.items() if fans]
        while candidates:
            prices = {option: price for option in candidates if (price := self._price(option)) is not None}
            if not prices:
                break
            best = self._best(prices)
            self._pay(best, prices[best])
            bought.add(best)
            candidates = [option for option in prices if option != best]
        return bought

    def _at(self, amount: Linear) -> Fraction:
        return amount[0] * self.start + amount[1]

    def _watch(self, amount: Linear) -> Fraction:
        """The amount with this share; notes up to which share its sign stays as it is."""
        grows, now = amount[0], self._at(amount)
        if grows and (now == 0 or (now > 0) != (grows > 0)):
            turn = self.start - now / grows
            self.until = turn if self.until is None else min(self.until, turn)
        return now

    def _price(self, option: int) -> Linear | None:
        """What each supporter pays at most, or None when they cannot pay it together (and never will, since money only goes)."""
        fans, cost = self.fans[option], self.costs[option]
        together = (sum(self.left[n][0] * self.sizes[n] for n in fans), sum(self.left[n][1] * self.sizes[n] for n in fans) - cost)
        if self._watch((Fraction(together[0]), Fraction(together[1]))) < 0:
            return None
        due: Linear = (Fraction(0), cost)
        voters = self.ticks[option]
        order = sorted(fans, key=lambda n: self._at(self.left[n]))
        for n in order:  # the poorest first: they give all they have
            if self._at(self.left[n]) * voters >= self._at(due):
                break
            a, b = self.left[n]
            due, voters = (due[0] - a * self.sizes[n], due[1] - b * self.sizes[n]), voters - self.sizes[n]
        price = (due[0] / voters, due[1] / voters)
        for n in fans:
            self._watch((self.left[n][0] - price[0], self.left[n][1] - price[1]))
        return price

    def _best(self, prices: dict[int, Linear]) -> int:
        """The option with the lowest price for each đồng of cost."""
        best, *others = sorted(prices, key=lambda o: (self._at(prices[o]) / self.costs[o], self.costs[o], -self.ticks[o], o))
        mine = prices[best]
        for other in others:
            theirs, c, d = prices[other], self.costs[best], self.costs[other]
            self._watch((theirs[0] * c - mine[0] * d, theirs[1] * c - mine[1] * d))
        return best

    def _pay(self, option: int, price: Linear) -> None:
        for n in self.fans[option]:
            a, b = self.left[n]
            rich = self._at(self.left[n]) >= self._at(price)
            self.left[n] = (a - price[0], b - price[1]) if rich else (Fraction(0), Fraction(0))
