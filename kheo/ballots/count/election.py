"""An election over a budget, and what a rule chooses from it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any


class Utility(StrEnum):
    """What one point of a voter for a project is worth to that voter."""

    #: Its cost: a dear project that is wanted is worth more (approval votes; as Wieliczka counted).
    COST = "cost"
    #: Itself: all projects with the same points are worth the same (points and rankings).
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Project:
    """``cost`` in whole or broken units of the currency. If the file says so: ``selected``, what was chosen officially;
    ``votes`` and ``score``, how many voters gave how many points.
    """

    id: str
    cost: Fraction
    name: str = ""
    selected: bool | None = None
    votes: str = ""
    score: str = ""


@dataclass(frozen=True)
class Election:
    """``ballots``: for each voter, index of a project → points (above 0). A voter without points counts: the money is shared among all.

    ``twice``: names of voters that stand in the file more than once, each of which counts.
    """

    budget: Fraction
    projects: tuple[Project, ...]
    ballots: tuple[Mapping[int, Fraction], ...]
    kind: str = "approval"
    meta: Mapping[str, str] | None = None
    twice: tuple[str, ...] = ()

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """For each project, how many voters gave it points."""
        found = Counter(project for ballot in self.ballots for project in ballot)
        return tuple(found[i] for i in range(len(self.projects)))

    @cached_property
    def scores(self) -> tuple[Fraction, ...]:
        """For each project, the sum of its points."""
        found = [Fraction(0)] * len(self.projects)
        for ballot, times in self.grouped:
            for project, points in ballot:
                found[project] += points * times
        return tuple(found)

    @cached_property
    def grouped(self) -> tuple[tuple[tuple[tuple[int, Fraction], ...], int], ...]:
        """Ballots that say the same, with their number, in an order that doesn't depend on the order of the voters."""
        return tuple(sorted(Counter(tuple(sorted(ballot.items())) for ballot in self.ballots).items()))

    @cached_property
    def tie_order(self) -> tuple[int, ...]:
        """For each project its place in ties: the lower cost first, then more voters, then the id (2 before 10)."""
        order = sorted(range(len(self.projects)), key=lambda i: (self.projects[i].cost, -self.votes[i], natural(self.projects[i].id)))
        places = {project: place for place, project in enumerate(order)}
        return tuple(places[i] for i in range(len(self.projects)))

    def cost_of(self, chosen: Iterable[int]) -> Fraction:
        """What these projects cost together."""
        return sum((self.projects[i].cost for i in chosen), Fraction(0))


@dataclass(frozen=True, slots=True)
class Step:
    """One choice: ``payers`` voters had something left to pay; nobody paid more than ``most`` for it (units of the currency)."""

    project: int
    payers: int
    most: Fraction


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule chose, in the order of choosing. ``share``: what each voter had to spend in the run that decided (0: no shares)."""

    chosen: tuple[int, ...]
    cost: Fraction
    steps: tuple[Step, ...] = ()
    share: Fraction = Fraction(0)


def natural(text: str) -> tuple[Any, ...]:
    """A key that sorts "2" before "10" and "P2" before "P10"; equal only for equal texts."""
    parts = [part for part in re.split(r"(\d+)", text) if part]
    return (*((0, int(part), "") if part.isdecimal() and len(part) <= 40 else (1, 0, part) for part in parts), (2, 0, text))


def plain(number: Fraction) -> str:
    """In digits: "1000", "12.5"; else the exact fraction "1/3"."""
    if number.denominator == 1:
        return str(number.numerator)
    for places in range(1, 12):
        if 10**places % number.denominator == 0:
            digits = f"{abs(number.numerator) * 10**places // number.denominator:0{places + 1}d}"
            return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    return f"{number.numerator}/{number.denominator}"
