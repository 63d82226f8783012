"""`kheo verify` draws and folds every round again from the log alone: what was changed is named."""

import copy
from typing import Any

import pytest

from kheo.checks import bound, draw, totals
from kheo.checks.recount import Recount
from kheo.openlog.verify import Wrong

HEAD, OTHER = "0c" * 32, "0d" * 32
ROLLS = [["Mặt trận", "1234567"], ["Người cao tuổi", "8901234"], ["Đoàn thanh niên", "567890"]]


def frozen(units: dict[str, int], **more: Any) -> dict[str, Any]:
    told = {"book": 7, "kind": "round", "indicator": "rural_lighting.lamps", "starts": "2026-01-01", "ends": "2026-10-31", "months": 0}
    told |= {"turn": 1, "alpha": totals.alpha_of_round(1), "units": len(units), "claimed": sum(units.values()), "whole": len(units) <= 60}
    told |= {
        "root": draw.book_root(units).hex(),
        "planned": 60,
        "draw_at": "2026-12-01T11:00Z",
        "beacon_name": "",
        "closes_on": "2026-12-20",
    }
    return told | more


def a_round(size: int = 80, visited: int = 30) -> list[dict[str, Any]]:
    """One honest round: every tenth check finds half, the seventh nobody made."""
    units = {f"{n:032x}": 1 + n % 9 for n in range(size)}
    told = frozen(units)
    rolls = [] if told["whole"] else copy.deepcopy(ROLLS)
    dice = "".join(digits for _party, digits in rolls)
    seed = f"kheo-whole-v1,{told['root']},{HEAD}" if told["whole"] else draw.seed(told["root"], HEAD, dice)
    order = list(draw.tickets(seed, units))
    log: list[tuple[str, dict[str, Any]]] = [("frozen", told), ("fixed", {"book": 7, "size": 1, "root": HEAD})]
    log.append(("seeded", {"book": 7, "rolls": rolls, "beacon": "", "seed": seed}))
    checks: list[bound.Check] = []
    for ticket, name in enumerate(order[:visited]):
        claim = units[name]
        read = [] if ticket == 6 else [claim // 2, claim // 2, claim] if ticket % 10 == 9 else [claim, claim + 1]
        reading = sorted(read)[1] if len(read) == 3 else min(read, default=0)
        outcome = "unvisited" if not read else "right" if reading >= claim else "short"
        unit = {"book": 7, "ticket": ticket, "id": name, "claim": claim, "reading": reading, "readings": read}
        log.append(("unit-closed", unit | {"cap": None, "outcome": outcome}))
        checks.append((name, reading))
    rows = [[name, units[name]] for name in sorted(units)]
    log += [("opened", {"book": 7, "part": n + 1, "units": rows[50 * n : 50 * n + 50]}) for n in range(-(-size // 50))]
    outcomes = [e["outcome"] for verb, e in log if verb == "unit-closed"]
    least = sum(r or 0 for _n, r in checks) if told["whole"] else bound.at_least(units, checks, totals.confidence(told["alpha"]))
    ended = {"checks": visited - 1, "right": outcomes.count("right"), "short": outcomes.count("short"), "unvisited": 1}
    log.append(("closed", {"book": 7, "parts": -(-size // 50), "at_least": least} | ended))
    return [{"verb": f"book.{verb}", "time": "2026-12-01T12Z", "place": "phuong-1", "clear": told} for verb, told in log]


def replay(found: list[dict[str, Any]]) -> list[str]:
    audit = Recount()
    for index, entry in enumerate(found):
        audit.see(index, entry)
    return audit.done()


def test_an_honest_round_holds() -> None:
    assert replay(a_round()) == ["1 rounds of checks drawn and folded again, 30 checks in their order."]
    assert replay(a_round(size=20, visited=20)) == ["1 rounds of checks drawn and folded again, 20 checks in their order."]


def test_a_round_that_is_never_opened_counts_0() -> None:
    log = a_round()
    later = frozen({"a" * 32: 3}, book=8, turn=2, alpha=totals.alpha_of_round(2), closes_on="2027-01-20")
    log[-1] |= {"verb": "book.frozen", "time": "2026-12-21T03Z", "clear": later}
    assert replay(log) == ["1 rounds were not opened by their last day; until they are, count them 0."]


def at(log: list[dict[str, Any]], verb: str, nth: int = 0) -> dict[str, Any]:
    clear: dict[str, Any] = [e for e in log if e["verb"] == f"book.{verb}"][nth]["clear"]
    return clear


def swap(log: list[dict[str, Any]]) -> None:
    one, other = at(log, "unit-closed", 3), at(log, "unit-closed", 4)
    one["ticket"], other["ticket"] = other["ticket"], one["ticket"]


def skip(log: list[dict[str, Any]]) -> None:
    """The place where little was found is left out."""
    log.remove(next(e for e in log if e["verb"] == "book.unit-closed" and e["clear"]["outcome"] == "short"))


def second_roll(log: list[dict[str, Any]]) -> None:
    log.insert(3, copy.deepcopy(log[2]))


def grind(log: list[dict[str, Any]]) -> None:
    log[1], log[2] = log[2], log[1]


def best_of_two(log: list[dict[str, Any]]) -> None:
    again = copy.deepcopy(log[0])
    again["clear"]["book"] = 8
    log.append(again)


def refreeze(log: list[dict[str, Any]]) -> None:
    log.insert(2, copy.deepcopy(log[0]) | {"verb": "book.refrozen"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda log: at(log, "closed").update(at_least=at(log, "closed")["at_least"] + 1), "folded again gives at_least"),
        (lambda log: at(log, "closed").update(right=at(log, "closed")["right"] + 1), "right and"),
        (lambda log: at(log, "closed").update(checks=30), "gives checks = 29"),
        (lambda log: at(log, "unit-closed").update(reading=at(log, "unit-closed")["reading"] + 1), "was read"),
        (lambda log: at(log, "unit-closed", 9).update(readings=[9, 9], reading=9), "folded again"),
        (lambda log: at(log, "unit-closed").update(claim=1000), "was checked"),
        (lambda log: at(log, "opened")["units"][0].__setitem__(1, 99), "frozen with claimed"),
        (lambda log: at(log, "opened")["units"].pop(), "frozen with units"),
        (lambda log: at(log, "opened")["units"].reverse(), "opening each of its units once"),
        (lambda log: at(log, "seeded")["rolls"][0].__setitem__(1, "7654321"), "not made of its book"),
        (lambda log: at(log, "seeded")["rolls"].pop(), "fewer than 3 parties"),
        (lambda log: at(log, "seeded").update(beacon="12"), "outside draw"),
        (lambda log: at(log, "fixed").update(root=OTHER), "not made of its book"),
        (lambda log: at(log, "fixed").update(size=0), "must hold the freeze"),
        (lambda log: at(log, "fixed").update(size=99), "must hold the freeze"),
        (lambda log: at(log, "frozen").update(draw_at="2026-12-02T11:00Z"), "before the announced moment"),
        (lambda log: at(log, "frozen").update(alpha="0.05"), "takes a risk"),
        (lambda log: at(log, "frozen").update(turn=0), "no sense"),
        (lambda log: at(log, "frozen").pop("units"), "no sense"),
        (swap, "was checked"),
        (skip, "folded again"),
        (second_roll, "a second one"),
        (grind, "a seed before its checkpoint"),
        (best_of_two, "said to be draw 1"),
        (refreeze, "changed after its checkpoint"),
        (lambda log: log.pop(0), "never frozen"),
        (lambda log: log.append(copy.deepcopy(log[-1])), "after its end"),
    ],
)
def test_whatever_a_dishonest_server_signs_is_named(change: Any, words: str) -> None:
    forged = a_round()
    change(forged)
    with pytest.raises(Wrong, match=words):
        replay(forged)


def test_a_correction_after_the_draw_is_folded_and_reviews_stay_closed() -> None:
    log = a_round()
    closed = log.pop()
    first = at(log, "unit-closed")
    log.append(closed | {"verb": "book.capped", "clear": {"book": 7, "ticket": 0, "cap": 0}})
    log.append(closed)
    with pytest.raises(Wrong, match="folded again gives at_least"):
        replay(log)
    log.insert(-1, closed | {"verb": "book.reread", "clear": {"book": 7, "ticket": 0, "reading": first["reading"], "why": "a slip"}})
    log.insert(-1, closed | {"verb": "book.capped", "clear": {"book": 7, "ticket": 0, "cap": None}})
    log.append(closed | {"verb": "book.frozen", "clear": {"book": 9, "kind": "review", "units": 5, "root": OTHER}})
    log.append(closed | {"verb": "book.unit-closed", "clear": {"book": 9}})
    assert replay(log) == ["1 rounds of checks drawn and folded again, 30 checks in their order."]
    log.insert(0, {"verb": "log.epoch-opened", "time": "2026-12-01T11Z", "clear": {}})
    del log[1]
    assert replay(log) == ["1 rounds began in an older log and can't be drawn again from this one."]
