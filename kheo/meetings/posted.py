"""What an area has posted for its days and a meeting decides on only after them: the room above that keeps it says so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kheo.places.models import Place


@dataclass(frozen=True, slots=True)
class Posted:
    """One thing that is posted: under which rule of the law a meeting decides on it, and from which day on."""

    rule: str
    title: str
    first: date
    url: str


Tells = Callable[[Place], list[Posted]]
_boards: list[Tells] = []


def register(tells: Tells) -> None:
    """Have every area's board read. Registering twice is registering once."""
    if tells not in _boards:
        _boards.append(tells)


def on_board(area: Place) -> list[Posted]:
    """What is posted in an area, the first to be decided first."""
    return sorted((p for tells in _boards for p in tells(area)), key=lambda p: (p.first, p.title))


def not_before(board: list[Posted], rule: str, day: date) -> list[Posted]:
    """What a meeting of that day can't decide on yet under that rule."""
    return [p for p in board if p.rule == rule and day < p.first]
