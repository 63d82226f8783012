"""The two tables: what a headline shows when claims are honest, inflated or invented; and what wrong rules would let it show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kheo.checks.simulate import bets, books
from kheo.checks.simulate.books import Way
from kheo.checks.simulate.words import decimal, say

CHECKS = (0, 20, 60, 200)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Shown:
    """What stands on the page, in percent of what is really there: medians over many books."""

    name: str
    claimed: float
    least: tuple[float, ...]  # after 0, 20, 60, 200 checks
    above: float  # percent of the books whose headline stood above the truth at some moment


def cheats(inflated: Sequence[float], invented: Sequence[float]) -> dict[str, books.Cheat]:
    """The stories that the first table tells."""
    found: dict[str, books.Cheat] = {"honest": books.honest}
    found |= {f"inflated by {part:.0%}": books.inflate(part) for part in inflated}
    return found | {f"{part:.0%} of the claims invented": books.invent(part) for part in invented}


def show(name: str, way: Way, cheat: books.Cheat, runs: int, seed: int) -> Shown:
    """Many books of one story, folded in one way. The same books for every way of one seed."""
    made = books.make(np.random.default_rng(seed), runs, cheat)
    claimed = float(np.median(100 * made.total / made.real))
    if way == Way.CLAIMS:
        return Shown(name, claimed, (claimed,) * len(CHECKS), float(100 * (made.total > made.real).mean()))
    most = np.zeros((len(CHECKS), runs))
    above = np.zeros(runs, bool)
    for turn, checks in enumerate(CHECKS):
        for seen in books.seen(way, np.random.default_rng([seed, 1]), made, checks):
            most[turn] = np.maximum(most[turn], bets.at_least(seen, checks))
            above |= bets.above(seen, checks)
    least = np.median(100 * most / made.real, axis=1)
    return Shown(name, claimed, tuple(float(v) for v in least), float(100 * above.mean()))


def measure(
    inflated: Sequence[float], invented: Sequence[float], runs: int, seed: int, progress: Progress
) -> tuple[list[Shown], list[Shown]]:
    """(stories as Khéo shows them, ways to show the worst of them)."""
    told, stories, ways = cheats(inflated, invented), [], []
    steps = len(told) + len(Way)
    for name, cheat in told.items():
        stories.append(show(name, Way.KHEO, cheat, runs, seed))
        progress(len(stories), steps)
    worst = list(told.values())[-1]
    for way in Way:
        ways.append(show(str(way), way, worst, runs, seed))
        progress(len(stories) + len(ways), steps)
    return stories, ways


def lines(title: str, rows: Sequence[Shown], claimed: bool, lang: str = "en") -> list[str]:
    """A table that reads the same on a terminal and in Markdown."""
    named = [title, *(["claimed"] if claimed else []), *(f"after {n} checks" for n in CHECKS), "ever above the truth"]
    head = [say(name, lang) for name in named]
    cells = [
        [
            say(row.name, lang),
            *([f"{row.claimed:.0f}"] if claimed else []),
            *(f"{value:.0f}" for value in row.least),
            f"{decimal(row.above, lang)} %",
        ]
        for row in rows
    ]
    wide = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    rule = [f"{'-' * wide[0]}", *(f"{'-' * (w - 1)}:" for w in wide[1:])]
    first = [[cell.ljust(wide[0]) if i == 0 else cell.rjust(wide[i]) for i, cell in enumerate(row)] for row in (head, *cells)]
    return [f"| {' | '.join(row)} |" for row in (first[0], rule, *first[1:])]
