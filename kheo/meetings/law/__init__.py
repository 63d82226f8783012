"""The law as dated data: what a decision of the households needs on a given day, and what must follow it.

Each ``*.toml`` file beside this one is one law (docs/law.md says how to add one): ``law`` (its number) and tables that all carry

    key          what it is about; the same key may come again with other dates
    article      "15(1)"
    from, to     first and last day it is in force (``to`` may be missing)
    mark         how sure we are: C confirmed from a published source, S secondary source, M remembered
    source       where it stands
    name         {vi, en, id}: in words

``[[rule]]``, one kind of decision:

    threshold    [2, 3]: the share of votes as whole numbers; missing: no vote is taken
    strict       true: more than the share; false: at least the share
    base         "all-households" or "attending": what the share is taken of
    quorum       [1, 2]: the share of all households that must be present; missing: none (``quorum_mark``: how sure)
    scopes       who may decide it: "area" (all households of the area), "part" (those of one alley or group); missing: the area
    methods      how it may be voted: "hands", "secret", "slips", "online" (``methods_mark``)
    second_way   {method, days, article, mark, source}: the way on where too few households came, with the days each has to answer
    draft_days   how long the draft is posted before it is decided; ``answer_days``: working days in which the commune answers
    duties       keys of the duties that follow

``[[duty]]``: ``kind`` (post, announce, send, publish, answer), ``within`` so many ``unit`` days ("working" or "calendar"), for ``days``,
``after`` "passed" (only a decision that passed) or "always".

``[[general]]``: a ``value`` for every meeting: notice_days, officers, counting_team, objection_days, call, consent_months.

``[[term]]``: what the law says beyond decisions (``says``, in words): people read it at /law/, nothing is reckoned with it.

Shares are never floats: everything is decided in whole numbers.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

from kheo.meetings.law.reading import Law, ordered, read, together
from kheo.meetings.law.shapes import (
    ALL,
    ATTENDING,
    Dated,
    DutyRule,
    General,
    LawError,
    LawRule,
    NoRule,
    Outcome,
    SecondWay,
    Share,
    Term,
    spoken,
)

__all__ = [
    "ALL", "ATTENDING", "Dated", "DutyRule", "General", "Law", "LawError", "LawRule", "NoRule", "Outcome", "SecondWay", "Share",
    "Term", "call_needed", "consent_months", "counting_team", "duties", "duties_of", "every", "general", "general_on", "notice_days",
    "objection_days", "officers_needed", "ordered", "read", "rule_on", "rules", "rules_on", "spoken",
    "terms", "together",
]  # fmt: skip

T = TypeVar("T", bound=Dated)


@cache
def every() -> Law:
    """Every law file together."""
    return together(read(path) for path in sorted(Path(__file__).parent.glob("*.toml")))


def rules() -> tuple[LawRule, ...]:
    """Every rule of every law file."""
    return every().rules


def duties() -> tuple[DutyRule, ...]:
    """Every duty of every law file."""
    return every().duties


def general() -> tuple[General, ...]:
    """Every value for all meetings of every law file."""
    return every().general


def terms() -> tuple[Term, ...]:
    """Everything else that the law files say, in words."""
    return every().terms


def rules_on(day: date) -> tuple[LawRule, ...]:
    """The rules in force on a day, in the order of the files."""
    return tuple(rule for rule in rules() if rule.in_force(day))


def rule_on(key: str, day: date, *, scope: str | None = None) -> LawRule:
    """The rule ``key`` as it was in force on ``day``. Raises :class:`NoRule`, also when a ``scope`` ("area", "part") may not decide it."""
    rule = _on(rules(), key, day)
    if scope is not None and scope not in rule.scopes:
        raise NoRule(f"{key!r} is not decided by {scope!r}")
    return rule


def duties_of(rule: LawRule, day: date) -> list[DutyRule]:
    """What must follow a decision by this rule that is taken on ``day``."""
    return [_on(duties(), key, day) for key in rule.duty_keys]


def general_on(key: str, day: date) -> General:
    """The value ``key`` for every meeting of ``day``. Raises :class:`NoRule`."""
    return _on(general(), key, day)


def notice_days(day: date) -> int:
    """How many days before a meeting on ``day`` its households are invited at least."""
    return cast("int", general_on("notice_days", day).value)


def objection_days(day: date) -> int:
    """How many days after a meeting on ``day`` its count may be questioned; then attendance numbers are deleted."""
    return cast("int", general_on("objection_days", day).value)


def officers_needed(day: date, present: int) -> int:
    """How many of the households attending choose secretary and way of voting."""
    found = general_on("officers", day)
    return cast("Share", found.value).least(present, strict=found.strict)


def counting_team(day: date) -> tuple[int, int]:
    """The least and the most people of a counting team."""
    return cast("tuple[int, int]", general_on("counting_team", day).value)


def call_needed(day: date, households: int) -> int:
    """How many households bring a matter forward by themselves."""
    found = general_on("call", day)
    return cast("Share", found.value).least(households, strict=found.strict)


def consent_months(day: date) -> int:
    """For how many months a household's consent to such a proposal holds."""
    return cast("int", general_on("consent_months", day).value)


def _on(found: tuple[T, ...], key: str, day: date) -> T:
    for one in found:
        if one.key == key and one.in_force(day):
            return one
    raise NoRule(f"no rule {key!r} is in force on {day}")
