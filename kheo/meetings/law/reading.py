"""Reading law files: every key is known, every value makes sense, or the file is refused by its name and the key."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from kheo.meetings.law.shapes import (
    AFTER,
    ALL,
    AREA,
    ATTENDING,
    KINDS,
    METHODS,
    SCOPES,
    UNITS,
    Dated,
    DutyRule,
    General,
    LawError,
    LawRule,
    SecondWay,
    Share,
    Term,
)

T = TypeVar("T", bound=Dated)

_DATED = {"key", "article", "from", "to", "mark", "source", "name"}
_NEEDED = _DATED - {"to"}
_RULE = _DATED | {
    "threshold", "strict", "base", "quorum", "quorum_mark", "scopes", "methods", "methods_mark",
    "second_way", "draft_days", "answer_days", "duties",
}  # fmt: skip
_DUTY = _DATED | {"kind", "within", "unit", "days", "after"}
_GENERAL = _DATED | {"value", "strict"}
_SECOND_WAY = {"method", "days", "article", "mark", "source"}
_TERM = _DATED | {"says"}
_FILE = {"law", "rule", "duty", "general", "term"}
MARKS = ("C", "S", "M")


@dataclass(frozen=True, slots=True)
class Law:
    """One law file, or several together."""

    rules: tuple[LawRule, ...] = ()
    duties: tuple[DutyRule, ...] = ()
    general: tuple[General, ...] = ()
    terms: tuple[Term, ...] = ()


def read(path: Path) -> Law:
    """What one law file says. Raises :class:`LawError` for an unknown key or a value that makes no sense."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    _known(data, _FILE, path.name)
    if not isinstance(data.get("law"), str):
        raise LawError(f"{path.name}: 'law' is missing: the number of the law, in quotation marks")

    def each(table: str, make: Callable[[dict[str, Any], str, str], T]) -> tuple[T, ...]:
        return tuple(make(raw, data["law"], f"{path.name}, {table} {n}") for n, raw in enumerate(data.get(table, ()), 1))

    return Law(each("rule", _rule), each("duty", _duty), each("general", _general), each("term", _term))


def together(laws: Iterable[Law]) -> Law:
    """Several files as one. Raises :class:`LawError` when two of one key hold on one day, or a rule holds on a day without its duty."""
    every = list(laws)
    law = Law(
        ordered(r for one in every for r in one.rules),
        ordered(d for one in every for d in one.duties),
        ordered(g for one in every for g in one.general),
        ordered(t for one in every for t in one.terms),
    )
    for rule in law.rules:
        for key in rule.duty_keys:
            duties = [duty for duty in law.duties if duty.key == key]
            ends = (duty.until + timedelta(days=1) for duty in duties if duty.until)
            for day in (rule.since, *(end for end in ends if rule.in_force(end))):
                if not any(duty.in_force(day) for duty in duties):
                    raise LawError(f"rule {rule.key!r}: no duty {key!r} is in force on {day}")
    return law


def ordered(found: Iterable[T]) -> tuple[T, ...]:
    """The entries in the order of their files. Raises :class:`LawError` when two of one key hold on the same day."""
    every = tuple(found)
    for i, one in enumerate(every):
        for other in every[i + 1 :]:
            if one.key == other.key and (one.in_force(other.since) or other.in_force(one.since)):
                raise LawError(f"two rules {one.key!r} hold on {max(one.since, other.since)}")
    return every


def _rule(raw: dict[str, Any], law: str, where: str) -> LawRule:
    dated = _dated(raw, law, where, _RULE, "quorum_mark")
    _one_of(raw.get("base", ALL), (ALL, ATTENDING), f"{where}: base")
    _one_of(raw["quorum_mark"], MARKS, f"{where}: quorum_mark")
    _one_of(raw.get("methods_mark", "M"), MARKS, f"{where}: methods_mark")
    for scope in raw.get("scopes", ()):
        _one_of(scope, SCOPES, f"{where}: scopes")
    for method in raw.get("methods", ()):
        _one_of(method, METHODS, f"{where}: methods")
    threshold = _share(raw.get("threshold"), f"{where}: threshold")
    if (threshold is not None) != bool(raw.get("methods")):
        raise LawError(f"{where}: what is voted on has a threshold and methods; what is not has neither")
    return LawRule(
        **dated,
        threshold=threshold,
        strict=_truth(raw, "strict", where),
        base=raw.get("base", ALL),
        quorum=_share(raw.get("quorum"), f"{where}: quorum"),
        quorum_mark=raw["quorum_mark"],
        scopes=tuple(raw.get("scopes", (AREA,))),
        methods=tuple(raw.get("methods", ())),
        methods_mark=raw.get("methods_mark", "M"),
        second_way=_second_way(raw.get("second_way"), f"{where}: second_way"),
        draft_days=_days(raw.get("draft_days", 0), f"{where}: draft_days"),
        answer_days=_days(raw.get("answer_days", 0), f"{where}: answer_days"),
        duty_keys=tuple(raw.get("duties", ())),
    )


def _duty(raw: dict[str, Any], law: str, where: str) -> DutyRule:
    dated = _dated(raw, law, where, _DUTY, "kind", "within", "unit", "after")
    return DutyRule(
        **dated,
        kind=_one_of(raw["kind"], KINDS, f"{where}: kind"),
        within=_days(raw["within"], f"{where}: within"),
        unit=_one_of(raw["unit"], UNITS, f"{where}: unit"),
        days=_days(raw.get("days", 0), f"{where}: days"),
        after=_one_of(raw["after"], AFTER, f"{where}: after"),
    )


def _general(raw: dict[str, Any], law: str, where: str) -> General:
    dated = _dated(raw, law, where, _GENERAL, "value")
    value: int | Share | tuple[int, int]
    if isinstance(raw["value"], list) and raw["key"] == "counting_team":
        least, most = raw["value"]
        value = (_days(least, where), _days(most, where))
    elif isinstance(raw["value"], list):
        value = _share(raw["value"], f"{where}: value") or Share(1, 1)
    else:
        value = _days(raw["value"], f"{where}: value")
    return General(**dated, value=value, strict=_truth(raw, "strict", where))


def _term(raw: dict[str, Any], law: str, where: str) -> Term:
    dated = _dated(raw, law, where, _TERM, "says")
    if "en" not in raw["says"]:
        raise LawError(f"{where}: what it says is needed at least in English")
    return Term(**dated, says=tuple(raw["says"].items()))


def _second_way(raw: dict[str, Any] | None, where: str) -> SecondWay | None:
    if raw is None:
        return None
    _known(raw, _SECOND_WAY, where)
    if missing := _SECOND_WAY - raw.keys():
        raise LawError(f"{where}: {sorted(missing)[0]!r} is missing")
    _one_of(raw["method"], METHODS, f"{where}: method")
    _one_of(raw["mark"], MARKS, f"{where}: mark")
    return SecondWay(raw["method"], _days(raw["days"], f"{where}: days"), raw["article"], raw["mark"], raw["source"])


def _dated(raw: dict[str, Any], law: str, where: str, known: set[str], *needed: str) -> dict[str, Any]:
    _known(raw, known, where)
    if missing := (_NEEDED | set(needed)) - raw.keys():
        raise LawError(f"{where}: {sorted(missing)[0]!r} is missing")
    _one_of(raw["mark"], MARKS, f"{where}: mark")
    if "en" not in raw["name"]:
        raise LawError(f"{where}: the name needs at least English")
    return {
        "key": raw["key"],
        "law": law,
        "article": raw["article"],
        "since": raw["from"],
        "until": raw.get("to"),
        "mark": raw["mark"],
        "source": raw["source"],
        "names": tuple(raw["name"].items()),
    }


def _known(raw: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := raw.keys() - known:
        raise LawError(f"{where}: unknown key {sorted(unknown)[0]!r}; known: {', '.join(sorted(known))}")


def _one_of(value: Any, known: tuple[str, ...], where: str) -> str:
    if value not in known:
        raise LawError(f"{where} is one of {', '.join(map(repr, known))}")
    return str(value)


def _days(value: Any, where: str) -> int:
    if type(value) is not int or not 0 <= value <= 1000:
        raise LawError(f"{where} is a whole number from 0 to 1000")
    return value


def _truth(raw: dict[str, Any], key: str, where: str) -> bool:
    if not isinstance(value := raw.get(key, False), bool):
        raise LawError(f"{where}: {key} is true or false")
    return value


def _share(value: Any, where: str) -> Share | None:
    if value is None:
        return None
    if not (isinstance(value, list) and len(value) == 2 and all(type(n) is int for n in value) and 0 < value[0] <= value[1]):
        raise LawError(f"{where} must be two whole numbers like [2, 3]")
    return Share(*value)
