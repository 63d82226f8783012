"""Totals: the three valid ways hold, adding 95 % bounds doesn't, and the risk of all rounds together stays within 5 %."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo.checks import bound, draw, totals
from kheo.checks.simulate import bets, books

Truth = dict[str, int]


def book(seed: int, size: int = 90, bad: float = 0.05) -> tuple[dict[str, int], Truth, list[str]]:
    """Units, what is there, the order of checks."""
    dice = np.random.default_rng(seed)
    units = {f"{n:03}": int(claim) for n, claim in enumerate(dice.integers(1, 60, size))}
    truth = {name: 0 if dice.random() < bad else claim for name, claim in units.items()}
    return units, truth, list(draw.tickets(f"seed {seed}", units))


def test_the_risk_of_all_rounds_together_stays_within_five_percent() -> None:
    assert [totals.alpha_of_round(turn) for turn in (1, 2, 3, 10, 174)] == ["0.030396", "0.007599", "0.003377", "0.000303", "0.000001"]
    assert sum(Decimal(totals.alpha_of_round(turn)) for turn in range(1, 175)) < Decimal("0.05")
    for turn in (0, -1, True, 175):
        with pytest.raises(ValueError):
            totals.alpha_of_round(turn)
    assert totals.confidence("0.030396") == 0.969604
    for alpha in ("0", "1", "-1"):
        with pytest.raises(ValueError):
            totals.confidence(alpha)


@given(st.data())
def test_a_part_of_a_book_is_a_draw_with_a_gapless_prefix_of_its_own(data: Any) -> None:
    units, truth, order = book(1, 40)
    inside = data.draw(st.sets(st.sampled_from(sorted(units)), min_size=1))
    checked = data.draw(st.integers(0, 40))
    part, checks = totals.restrict(units, [(name, truth[name]) for name in order[:checked]], inside)
    assert set(part) == inside
    assert draw.gap(list(draw.tickets("seed 1", part)), [name for name, _ in checks]) is None
    if checked == 40:
        assert bound.at_least(part, checks) == sum(truth[name] for name in inside)
    with pytest.raises(ValueError):
        totals.restrict(units, [], {"strange"})


def test_bounds_are_added_only_when_their_risks_were_shared_out() -> None:
    made = [book(seed) for seed in range(4)]
    seen = [(units, [(name, truth[name]) for name in order[:40]], "0.0125") for units, truth, order in made]
    assert totals.added(seen) == sum(bound.at_least(units, checks, 0.9875) for units, checks, _alpha in seen)
    with pytest.raises(totals.TooMuchRisk):
        totals.added([(units, checks, "0.013") for units, checks, _alpha in seen])


def test_adding_the_best_moments_of_twenty_wards_is_wrong_in_every_third_case() -> None:
    """Each ward stops where its bound stands highest; at the last check that is the truth, so the sum is too high if any was ever."""
    dice = np.random.default_rng(3)
    made = books.make(dice, 2000, books.invent(0.1), 100)
    above = bets.above(books.draw(dice, made), 99).reshape(100, 20)
    assert 0.2 < above.any(axis=1).mean() < 0.65


def test_together_is_the_bound_of_a_single_book_and_beats_adding() -> None:
    units, truth, order = book(5)
    alone = totals.Together({"a": units})
    for name in order[:50]:
        amount = alone.check("a", name, truth[name])
    least = bound.at_least(units, [(name, truth[name]) for name in order[:50]])
    assert 0.99 * least <= amount <= least
    made = {f"b{seed}": book(seed) for seed in range(8)}
    closed = [(key, order[turn], truth[order[turn]]) for turn in range(15) for key, (_units, truth, order) in made.items()]
    amount = totals.together({key: units for key, (units, _truth, _order) in made.items()}, closed)
    alpha = f"{0.05 / 8:.6f}"
    parts = [(units, [(name, truth[name]) for name in order[:15]], alpha) for units, truth, order in made.values()]
    assert totals.added(parts) < amount <= sum(sum(truth.values()) for _units, truth, _order in made.values())


def test_together_is_the_least_sum_that_the_bets_leave_possible() -> None:
    """Against every pair of shares of two books on a grid: the multiplier's bound never lies above it, and near below."""
    made = {"a": book(11), "b": book(12)}
    closed = [(key, order[turn], truth[order[turn]]) for turn in range(30) for key, (_units, truth, order) in made.items()]
    sums, logs = [], []
    for units, truth, order in made.values():
        seen = bound.folded(units, [(name, truth[name]) for name in order[:30]])
        grid = np.linspace(seen.found / seen.total + 1e-6, 1 - seen.missing / seen.total, 500)
        logs.append(np.array([bound.Wealth(seen).last(float(m), 30)[0] for m in grid]))
        sums.append(grid * seen.total)
    possible = logs[0][:, None] + logs[1] <= np.log(20)
    least = float(np.where(possible, sums[0][:, None] + sums[1], np.inf).min())
    current = totals.Together({key: units for key, (units, _truth, _order) in made.items()})
    for key, name, reading in closed[:-1]:
        current._books[key].check(name, reading)
    found = current.check(*closed[-1])  # current bets alone, without the running maximum
    assert 0.985 * least <= found <= least


def test_books_without_a_check_count_nothing_and_what_was_found_counts() -> None:
    units, truth, order = book(21, 10, bad=0)
    total = totals.Together({"a": units, "b": book(22)[0]})
    assert total.amount == 0
    for name in order:
        total.check("a", name, truth[name])
    assert total.amount == sum(truth.values())
    assert totals.together({"a": units}, []) == 0
