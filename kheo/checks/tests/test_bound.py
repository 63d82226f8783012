"""The bound: every number that audit.md gives, its edges, and what may never happen."""

import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kheo.checks import bound

BOOKS = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 70)), min_size=2, max_size=40)


def book(rows: Any, checked: int) -> tuple[dict[str, int], list[bound.Check]]:
    units = {f"u{n}": claim for n, (claim, _reading) in enumerate(rows)}
    return units, [(f"u{n}", reading) for n, (_claim, reading) in enumerate(rows[:checked])]


@pytest.mark.parametrize(("rest", "needed"), [(10**9, (20, 42, 86, 436)), (1000 - 436, (20, 41, 82, 353))])
def test_checks_without_an_error_that_certify(rest: int, needed: tuple[int, ...]) -> None:
    """.8/.9/.95/.99, exactly: of endless units, and of 1,000 equal ones (audit.md's 19/40/77/289 are lognormal ones: test_simulate)."""
    units, checks = book([(1, 1)] * 436 + [(rest, 0)], 436)
    for share, n in zip((0.8, 0.9, 0.95, 0.99), needed, strict=True):
        assert bound.lower_bound(units, checks[:n]) >= share > bound.lower_bound(units, checks[: n - 1])


def slow(rows: Any, checked: int, m: Fraction) -> float:
    """max_t M_t(m), word by word as audit.md 5 says, in plain Python; infinite where m is reached."""
    total, found, left = sum(c for c, _ in rows), 0, sum(c for c, _ in rows)
    held, best = [1.0] * 20, 0.0
    for claim, reading in rows[:checked]:
        a = min(claim, reading)
        mean = (m * total - found) / left
        if mean <= 0:
            return float("inf")
        held = [
            h * (1 - f + f * float(Fraction(a, claim) / mean)) for h, f in zip(held, (0.999 * k / 20 for k in range(1, 21)), strict=True)
        ]
        best = max(best, sum(held) / 20)
        found, left = found + a, left - claim
    return best


@given(BOOKS, st.data())
def test_the_bound_is_where_the_bets_pass(rows: Any, data: Any) -> None:
    checked = data.draw(st.integers(1, len(rows) - 1))
    found, real = bound.lower_bound(*book(rows, checked)), sum(min(row) for row in rows[:checked])
    total, missing = sum(c for c, _ in rows), sum(c - min(c, r) for c, r in rows[:checked])
    low, high = Fraction(real, total), 1 - Fraction(missing, total)
    assert low - Fraction(1, 10**15) <= found <= high
    if found > float(low) + 1e-9:
        assert slow(rows, checked, Fraction(found)) >= 20
    if found < float(high) - 1e-9:
        assert slow(rows, checked, Fraction(found) + Fraction(1, 10**9)) < 20


@given(BOOKS, st.data())
def test_a_larger_reading_never_lowers_it_and_more_confidence_never_raises_it(rows: Any, data: Any) -> None:
    checked = data.draw(st.integers(1, len(rows)))
    at = data.draw(st.integers(0, checked - 1))
    units, checks = book(rows, checked)
    before = bound.lower_bound(units, checks)
    better = [*checks]
    better[at] = (better[at][0], (better[at][1] or 0) + data.draw(st.integers(0, 9)))
    assert bound.lower_bound(units, better) >= before - 1e-11
    better[at] = (better[at][0], None)
    assert bound.lower_bound(units, better) <= before + 1e-11
    assert bound.lower_bound(units, checks, 0.99) <= before + 1e-11
    assert 0 <= before <= 1


@settings(max_examples=40)
@given(BOOKS)
def test_the_course_is_the_bound_after_each_check(rows: Any) -> None:
    units, checks = book(rows, len(rows))
    course = bound.course(units, checks)
    assert course == pytest.approx([bound.lower_bound(units, checks[: n + 1]) for n in range(len(rows))], abs=1e-8)


@given(BOOKS, st.data())
def test_amounts_are_whole_and_never_more_than_is_known(rows: Any, data: Any) -> None:
    checked = data.draw(st.integers(0, len(rows)))
    units, checks = book(rows, checked)
    total, real = sum(units.values()), sum(min(row) for row in rows[:checked])
    amount, share = bound.at_least(units, checks), bound.lower_bound(units, checks)
    assert real <= amount <= total - sum(c - min(c, r) for c, r in rows[:checked])
    assert amount <= share * total + 1e-9 * total
    assert amount >= int(share * total) - 1
    if checked == len(rows):
        assert amount == real
        assert Fraction(share) <= Fraction(real, total)
        assert share == pytest.approx(real / total)


def test_edges() -> None:
    assert bound.lower_bound({"a": 5, "b": 5}, []) == 0
    assert bound.lower_bound({"a": 3}, [("a", 2)]) == 2 / 3
    assert bound.lower_bound({"a": 3}, [("a", 9)]) == 1
    assert bound.lower_bound({"a": 3, "b": 1}, [("a", None)]) == 0
    assert bound.lower_bound({"a": 99, "b": 1}, [("a", 99)]) == 0.99, "the floor: what was found is there"
    assert bound.lower_bound(*book([(1, 0)] * 3000, 2999)) == 0, "a thousand lost bets underflow to nothing, not to an error"
    units, checks = book([(1, 1)] * 60 + [(1, 0)] * 940, 960)
    assert bound.lower_bound(units, checks) <= 0.1, "the cap: what is missing can't be there"
    units, checks = book([(10**15, 10**15)] * 50 + [(1, 0)] * 50, 99)
    assert bound.at_least(units, checks) == 50 * 10**15, "whole sums stay exact where floats don't"
    units, checks = book([(1, 1)] * 600 + [(1, 0)] * 400, 999)
    assert bound.at_least(units, checks) == 600, "a mean of nothing: the share is reached"


@pytest.mark.parametrize(
    ("units", "checks", "confidence"),
    [
        ({"a": 1, "b": 1}, [("a", 1), ("a", 1)], 0.95),
        ({"a": 1}, [("z", 1)], 0.95),
        ({"a": 0}, [], 0.95),
        ({"a": True}, [], 0.95),
        ({}, [], 0.95),
        ({"a": 1}, [("a", -1)], 0.95),
        ({"a": 1}, [("a", True)], 0.95),
        ({"a": 1}, [("a", 0.5)], 0.95),
        ({"a": 1}, [], 0),
        ({"a": 1}, [], 1),
        ({"a": 1}, [], 95),
        ({"a": 1}, [], float("nan")),
    ],
)
def test_what_is_refused(units: Any, checks: Any, confidence: float) -> None:
    with pytest.raises(ValueError):
        bound.lower_bound(units, checks, confidence)


def test_a_bound_after_300_checks_within_ten_milliseconds() -> None:
    units, checks = book([(1 + n % 97, (1 + n % 97) // (1 + (n % 19 == 0))) for n in range(10_000)], 300)
    took = []
    for _ in range(7):
        began = time.process_time()
        bound.lower_bound(units, checks)
        took.append(time.process_time() - began)
    assert min(took) < 0.010
