"""What a slip says, as one short text: "2", "1,3" or "1:5,3:2". Options are counted from 1. No Django."""

import re
from collections.abc import Mapping
from enum import StrEnum

_PLAIN = re.compile(r"[1-9][0-9]*(,[1-9][0-9]*)*")
_SCORED = re.compile(r"[1-9][0-9]*:[1-9][0-9]*(,[1-9][0-9]*:[1-9][0-9]*)*")

UNCLEAR = ""  # a slip that can't be read, has no mark or too many: published as such, and counts for nothing


class Way(StrEnum):
    """How a ballot is voted and counted."""

    YES_NO = "yes-no"
    APPROVAL = "approval"
    SCORES = "scores"
    BUDGET = "budget"


YES, NO, OTHER = 1, 2, 3  # the options of a yes-no ballot


class BadChoice(ValueError):
    """The text is no choice under this method."""


def points(way: str, choice: str, options: int, most: int = 0) -> dict[int, int]:
    """Option → points of a choice; empty for :data:`UNCLEAR`. ``most``: the highest score.

    Raises :class:`BadChoice` unless it is written in the one canonical way (ascending, nothing twice, nothing without points).
    """
    if choice == UNCLEAR:
        return {}
    scored = way == Way.SCORES
    if not (_SCORED if scored else _PLAIN).fullmatch(choice):
        raise BadChoice(f"{choice!r} is not written as a choice")
    parts = [part.partition(":") for part in choice.split(",")]
    pairs = [(int(option), int(given) if scored else 1) for option, _colon, given in parts]
    places = [option for option, _points in pairs]
    if places != sorted(set(places)) or places[-1] > options:
        raise BadChoice(f"{choice!r} names an option twice, in another order, or one that does not exist")
    if way == Way.YES_NO and len(pairs) != 1:
        raise BadChoice(f"{choice!r} answers twice")
    if scored and any(p > most for _option, p in pairs):
        raise BadChoice(f"{choice!r} gives more than {most} points")
    return dict(pairs)


def write(way: str, given: Mapping[int, int]) -> str:
    """The canonical text of option → points; options without points are left out."""
    kept = sorted((option, p) for option, p in given.items() if p)
    return ",".join(f"{option}:{p}" if way == Way.SCORES else str(option) for option, p in kept)
