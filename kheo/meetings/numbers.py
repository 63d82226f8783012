"""Attendance numbers as they are read out, and what so many households are enough for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kheo.meetings.models import Matter, Meeting


def parse(said: str) -> list[int]:
    """ "1-40, 43, 57" → [1, …, 40, 43, 57]; each once, in order. Raises ValueError with the part that cannot be read.

    Numbers may be parted by commas, semicolons, spaces or new lines; a range by a hyphen, a dash, or "đến".
    """
    spans: list[tuple[int, int]] = []
    joined = re.sub(r"\s*(?:[-–—]|đến)\s*", "-", said.strip())
    for part in filter(None, re.split(r"[,;.\s]+", joined)):
        read = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", part)
        if read is None:
            raise ValueError(part)
        first, last = int(read[1]), int(read[2] or read[1])
        if not 1 <= first <= last:
            raise ValueError(part)
        spans.append((first, last))
    found: list[int] = []
    for first, last in sorted(spans):  # each number once, however often "1-99999" is said
        found += range(max(first, found[-1] + 1 if found else 1), last + 1)
    return found


def spoken(numbers: Iterable[int]) -> str:
    """[1, …, 40, 43] → "1-40, 43"."""
    runs: list[list[int]] = []
    for n in sorted(set(numbers)):
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ", ".join(f"{a}-{b}" if b > a else f"{a}" for a, b in runs)


@dataclass(frozen=True, slots=True)
class Enough:
    """What a matter asks of those who came. Households; 0 where nothing is asked."""

    matter: Matter
    quorum: int  # must be present
    needed: int  # must agree, as far as it is known before the vote
    quorate: bool


def enough(meeting: Meeting, came: int) -> list[Enough]:
    """For every matter: whether ``came`` households are enough to decide it."""
    found, households = [], meeting.invited
    for matter in meeting.matters.filter(hidden_at=None):
        matter.meeting = meeting
        rule = matter.law
        quorum = rule.quorum_needed(households)
        needed = rule.evaluate(0, present=came, households=households).needed
        found.append(Enough(matter, quorum, needed, rule.quorate(came, households)))
    return found
