"""Equal shares: exact, within the budget, the same in whatever order, and the same as with every single step."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo.ballots import budgets
from kheo.ballots.recount import outcome
from kheo.openlog import database, sequencer

COSTS = st.lists(st.integers(1, 40).map(lambda n: n * 1000), min_size=1, max_size=5)
PAID = [[1, 6, 5_000_000], [2, 6, 5_000_000], [4, 4, 10_000_000]]
VOTES = st.lists(st.frozensets(st.integers(1, 5), min_size=1), min_size=1, max_size=9)


def shared(costs: list[int], budget: int, votes: Any, completion: str = "add1") -> set[int]:
    kept = [{o: 1 for o in vote if o <= len(costs)} for vote in votes]
    return set(budgets.result({"costs": costs, "budget": budget, "completion": completion}, [v for v in kept if v])["chosen"])


@given(COSTS, st.integers(1, 60).map(lambda n: n * 1000), VOTES, st.randoms(), st.sampled_from(["add1", "none"]))
def test_never_more_than_the_budget_and_the_order_of_votes_is_nothing(
    costs: list[int], budget: int, votes: list[frozenset[int]], dice: Any, completion: str
) -> None:
    bought = shared(costs, budget, votes, completion)
    assert sum(costs[o - 1] for o in bought) <= budget
    shuffled = votes.copy()
    dice.shuffle(shuffled)
    assert shared(costs, budget, shuffled, completion) == bought
    assert bought <= {o for v in votes for o in v}


def test_a_share_that_is_no_whole_number_still_pays_exactly() -> None:
    """Zabrze 2021: one project of 155,000 with 105 voters; 105 times the rounded share is not enough."""
    assert shared([155_000_000], 155_000_000, [frozenset({1})] * 105) == {1}
    assert shared([155_000_000], 155_000_000, [frozenset({1})] * 105, "none") == {1}


def test_a_minority_gets_its_share() -> None:
    """Six tick the three dear things, four the cheap one: by most ticks alone the four would get nothing."""
    votes = [frozenset({1, 2, 3})] * 6 + [frozenset({4})] * 4
    assert shared([30_000, 30_000, 30_000, 40_000], 100_000, votes) == {1, 2, 4}


def test_ties_go_to_the_cheaper_then_to_more_ticks_then_to_the_lower_number() -> None:
    assert shared([10_000, 10_000], 10_000, [frozenset({1, 2})]) == {1}
    assert shared([20_000, 10_000], 20_000, [frozenset({1}), frozenset({2})], "none") == {2}


@pytest.mark.django_db
def test_a_small_budget_is_shared_by_paper_and_recounted(vote: Any, city: Any) -> None:
    data = {f"title_{n}": t for n, t in enumerate(("Đèn", "Cầu", "Cống", "Vườn"), 1)}
    data |= {"cost_1": "30000000", "cost_2": "30000000", "cost_3": "30000000", "cost_4": "40000000"}
    ballot = vote.call(city.area2, "budget", budget="100000000", completion="add1", **data)
    vote.print(10)
    vote.open(10)
    vote.count([(code, {"choice": ["1", "2", "3"] if n < 6 else ["4"]}) for n, code in enumerate(vote.codes)])
    assert vote.ballot.result == {
        "counted": 10,
        "totals": [6, 6, 6, 4],
        "holds": True,
        "chosen": [1, 2, 4],
        "spent": 100_000_000,
        "paid": PAID,
    }
    page = " ".join(vote.other.get(f"/ballots/{ballot.pk}/").content.decode().split())
    assert "4 paid for it, nobody more than 10,000,000 ₫" in page
    assert "6 ticked it; not enough money left among them" in page
    file = vote.other.get(f"/ballots/{ballot.pk}/votes.pb").content.decode()
    assert "budget;100000\n" in file
    assert "\n4;40000;4;Vườn;1\n" in file
    sequencer.drain()
    assert "1 secret votes recounted, 10 codes found among their commitments." in database.verify_database().audited


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"budget": "100000500"}, {"cost_2": "700"}])
def test_amounts_are_whole_thousands(vote: Any, city: Any, change: dict[str, str]) -> None:
    data = {"title_1": "Đèn", "title_2": "Cầu", "cost_1": "5000", "cost_2": "7000", "budget": "10000", "completion": "add1"}
    with vote.at(0):
        answer = vote.head.post(
            f"/ballots/new/?place={city.area2.slug}&method=budget",
            {
                "title": "Gì?",
                "opens_at": "2026-12-02T08:00",
                "closes_at": "2026-12-02T17:00",
                "act_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
                **data,
                **change,
            },
        )
    assert b"whole thousands" in answer.content


def test_the_outcome_names_what_was_chosen() -> None:
    terms = {"method": "budget", "options": 2, "costs": [5000, 7000], "budget": 7000, "completion": "none"}
    found = outcome(terms, {"A": "2", "B": "2", "C": ""}, 3)
    assert found == {"counted": 2, "totals": [0, 2], "holds": True, "chosen": [2], "spent": 7000, "paid": [[2, 2, 3500]]}
