"""The law as dated data: what a decision of the households needs, on a given day.

Each ``*.toml`` file beside this one is one law: ``law`` (its number) and ``[[rule]]`` tables with

    key          what kind of decision it is; the same key may come again with other dates
    article      "15(1)"
    from, to     first and last day it is in force (``to`` may be missing)
    threshold    [2, 3]: the share of votes as whole numbers; missing: no vote is taken
    strict       true: more than the share; false: at least the share
    base         "all-households" or "attending": what the share is taken of
    quorum       [1, 2]: the share of all households that must be present; missing: none
    mark         how sure we are of the threshold: C confirmed, S secondary source, M remembered; ``quorum_mark`` alike
    source       where it stands
    name         {vi, en, id}: in words

Shares are never floats: everything is decided in whole numbers.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

ALL, ATTENDING = "all-households", "attending"
_KEYS = {"key", "article", "from", "to", "threshold", "strict", "base", "quorum", "mark", "quorum_mark", "source", "name"}


class LawError(ValueError):
    """A law file cannot be read: names the file and the key."""


class NoRule(LookupError):
    """No rule of that key is in force on that day."""


@dataclass(frozen=True, slots=True)
class Share:
    """An exact fraction, 0 < num ≤ den."""

    num: int
    den: int

    def __str__(self) -> str:
        return f"{self.num}/{self.den}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule makes of a vote. ``needed`` votes out of ``base`` households; ``share`` in whole percent, rounded down."""

    passed: bool
    quorate: bool
    needed: int
    base: int
    share: int


@dataclass(frozen=True, slots=True)
class LawRule:
    """One rule with its dates (see the module)."""

    key: str
    law: str
    article: str
    since: date
    until: date | None
    threshold: Share | None
    strict: bool
    base: str
    quorum: Share | None
    mark: str
    quorum_mark: str
    source: str
    names: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """In words, in the language of the page (else English)."""
        names = dict(self.names)
        return names.get((get_language() or "en").split("-")[0], names["en"])

    @property
    def votes(self) -> bool:
        """False for an opinion: nothing is voted on and nothing passes."""
        return self.threshold is not None

    @property
    def citation(self) -> str:
        """Law and article without words, as decisions keep it: "10/2022/QH15 15(1)"."""
        return f"{self.law} {self.article}"

    def in_force(self, day: date) -> bool:
        """True when the rule holds on that day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def needed(self, base: int) -> int:
        """The least whole number of votes out of ``base`` that passes (0 where no vote is taken)."""
        if self.threshold is None:
            return 0
        num, den = self.threshold.num, self.threshold.den
        return base * num // den + 1 if self.strict else -(-base * num // den)

    def quorate(self, present: int, households: int) -> bool:
        """True when enough households are represented."""
        return self.quorum is None or present * self.quorum.den >= households * self.quorum.num

    def evaluate(self, agree: int, *, present: int, households: int) -> Outcome:
        """Judge ``agree`` votes of ``present`` of ``households`` households. Nothing passes without a quorum."""
        base = present if self.base == ATTENDING else households
        needed, quorate = self.needed(base), self.quorate(present, households)
        passed = self.votes and quorate and base > 0 and agree >= needed
        return Outcome(passed, quorate, needed, base, agree * 100 // base if base else 0)


def _share(value: Any, where: str) -> Share | None:
    if value is None:
        return None
    if not (isinstance(value, list) and len(value) == 2 and all(type(n) is int for n in value) and 0 < value[0] <= value[1]):
        raise LawError(f"{where} must be two whole numbers like [2, 3]")
    return Share(*value)


def read(path: Path) -> list[LawRule]:
    """The rules of one law file. Raises :class:`LawError` for an unknown key or a value that makes no sense."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    if unknown := data.keys() - {"law", "rule"}:
        raise LawError(f"{path.name}: unknown key {sorted(unknown)[0]!r}; known: law, rule")
    return [_rule(raw, data["law"], f"{path.name}, rule {number}") for number, raw in enumerate(data["rule"], 1)]


def _rule(raw: dict[str, Any], law: str, where: str) -> LawRule:
    if unknown := raw.keys() - _KEYS:
        raise LawError(f"{where}: unknown key {sorted(unknown)[0]!r}; known: {', '.join(sorted(_KEYS))}")
    if missing := {"key", "article", "from", "mark", "quorum_mark", "source", "name"} - raw.keys():
        raise LawError(f"{where}: {sorted(missing)[0]!r} is missing")
    if raw.get("base", ALL) not in (ALL, ATTENDING):
        raise LawError(f"{where}: base is {ALL!r} or {ATTENDING!r}")
    if {raw["mark"], raw["quorum_mark"]} - {"C", "S", "M"}:
        raise LawError(f"{where}: marks are C, S or M")
    if "en" not in raw["name"]:
        raise LawError(f"{where}: the name needs at least English")
    return LawRule(
        key=raw["key"],
        law=law,
        article=raw["article"],
        since=raw["from"],
        until=raw.get("to"),
        threshold=_share(raw.get("threshold"), f"{where}: threshold"),
        strict=raw.get("strict", False),
        base=raw.get("base", ALL),
        quorum=_share(raw.get("quorum"), f"{where}: quorum"),
        mark=raw["mark"],
        quorum_mark=raw["quorum_mark"],
        source=raw["source"],
        names=tuple(raw["name"].items()),
    )


def ordered(found: Iterable[LawRule]) -> tuple[LawRule, ...]:
    """The rules in the order of their files. Raises :class:`LawError` when two of one key hold on the same day."""
    every = tuple(found)
    for i, one in enumerate(every):
        for other in every[i + 1 :]:
            if one.key == other.key and (one.in_force(other.since) or other.in_force(one.since)):
                raise LawError(f"two rules {one.key!r} hold on {max(one.since, other.since)}")
    return every


@cache
def rules() -> tuple[LawRule, ...]:
    """Every rule of every law file."""
    return ordered(rule for path in sorted(Path(__file__).parent.glob("*.toml")) for rule in read(path))


def rules_on(day: date) -> tuple[LawRule, ...]:
    """The rules in force on a day, in the order of the files."""
    return tuple(rule for rule in rules() if rule.in_force(day))


def rule_on(key: str, day: date) -> LawRule:
    """The rule ``key`` as it was in force on ``day``. Raises :class:`NoRule`."""
    for rule in rules_on(day):
        if rule.key == key:
            return rule
    raise NoRule(f"no rule {key!r} is in force on {day}")
