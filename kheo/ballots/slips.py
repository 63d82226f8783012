"""From slips to votes: what counts, what doesn't and why. The order in which slips are entered never matters. No Django."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kheo.ballots.choices import UNCLEAR

UNKNOWN, DOUBLE, UNREADABLE = "unknown", "double", "unclear"
REASONS = (UNKNOWN, DOUBLE, UNREADABLE)
Slip = tuple[str, str]  # code, choice


@dataclass(frozen=True, slots=True)
class Votes:
    """``choices``: code → choice for every code that came back ("" counts for nothing); ``invalid``: reason → slips."""

    choices: dict[str, str]
    invalid: dict[str, int]

    @property
    def returned(self) -> int:
        """Slips found, counted or not."""
        return sum(1 for choice in self.choices.values() if choice) + sum(self.invalid.values())


def votes(slips: Iterable[Slip], printed: Callable[[str], bool]) -> Votes:
    """One vote for each code. ``printed``: was this code printed?

    Several slips with one code: if all say the same, one counts; if they differ, none does, since nobody can tell the copy.
    """
    found: dict[str, list[str]] = {}
    invalid: Counter[str] = Counter()
    for code, choice in slips:
        if printed(code):
            found.setdefault(code, []).append(choice)
        else:
            invalid[UNKNOWN] += 1
    choices: dict[str, str] = {}
    for code, said in sorted(found.items()):
        choices[code] = said[0] if len(set(said)) == 1 else UNCLEAR
        if choices[code]:
            invalid[DOUBLE] += len(said) - 1
        elif len(said) > 1:
            invalid[DOUBLE] += len(said)
        else:
            invalid[UNREADABLE] += 1
    return Votes(choices, {reason: invalid[reason] for reason in REASONS if invalid[reason]})


def differing(first: Iterable[Slip], second: Iterable[Slip], printed: Callable[[str], bool]) -> set[str]:
    """Codes that the two counters entered differently; of unknown codes only their number is compared ("" stands for them)."""
    one, two = Counter(first), Counter(second)
    codes = {code for code, _choice in (one - two) + (two - one) if printed(code)}
    strange = [sum(n for (code, _choice), n in entered.items() if not printed(code)) for entered in (one, two)]
    return codes | ({""} if strange[0] != strange[1] else set())
