"""The method against a plain re-telling of its definition, against Wieliczka's official outcome, and against itself."""

import random
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo.ballots.count import pabulib
from kheo.ballots.count.election import Election, Project, Utility, natural, plain
from kheo.ballots.count.equal_shares import ADD1, NONE, equal_shares, greedy

DATA = Path(__file__).parents[5] / "shared" / "data" / "pb"
published = pytest.mark.skipif(not DATA.is_dir(), reason="the published elections are not kept in the repository")


@st.composite
def elections(draw, most_points=1, most_cost=40):
    projects = tuple(
        Project(str(i), Fraction(draw(st.integers(0, most_cost)), draw(st.sampled_from([1, 1, 2])))) for i in range(draw(st.integers(1, 6)))
    )
    points = st.integers(1, most_points).map(Fraction)
    ballots = draw(st.lists(st.dictionaries(st.integers(0, len(projects) - 1), points, max_size=4), min_size=1, max_size=9))
    return Election(Fraction(draw(st.integers(1, 60))), projects, tuple(ballots))


def by_definition(election, share, utility):
    """Projects in the order of buying, with fractions and no cleverness."""
    purse = [share] * len(election.ballots)
    left = {i for i, votes in enumerate(election.votes) if votes}
    chosen = sorted((i for i in left if not election.projects[i].cost), key=election.tie_order.__getitem__)
    left -= set(chosen)
    while True:
        offers = []
        for i in left:
            cost = election.projects[i].cost
            worth = {v: b[i] * (cost if utility == Utility.COST else 1) for v, b in enumerate(election.ballots) if i in b}
            if sum(purse[v] for v in worth) < cost:
                continue
            # the price per worth is one of those at which somebody's purse is just empty, or the one that the rest share
            for poor in [{v for v in worth if purse[v] / worth[v] < edge} for edge in {purse[v] / worth[v] for v in worth}]:
                price = (cost - sum(purse[v] for v in poor)) / sum(worth[v] for v in worth.keys() - poor)
                if sum(min(purse[v], price * worth[v]) for v in worth) == cost:
                    offers.append((price, election.tie_order[i], i, worth))
        if not offers:
            return chosen
        price, _place, i, worth = min(offers, key=lambda offer: offer[:2])
        for v in worth:
            purse[v] -= min(purse[v], price * worth[v])
        chosen.append(i)
        left.discard(i)


@given(elections(), st.sampled_from(Utility))
def test_each_purchase_follows_the_definition(election, utility):
    share = election.budget / len(election.ballots)
    assert list(equal_shares(election, NONE, utility).chosen) == by_definition(election, share, utility)


@given(elections(most_points=5), st.sampled_from(Utility))
def test_points_are_paid_in_proportion(election, utility):
    share = election.budget / len(election.ballots)
    assert list(equal_shares(election, NONE, utility).chosen) == by_definition(election, share, utility)


@given(elections(most_points=3), st.sampled_from(Utility))
def test_add1_stops_before_the_first_share_that_costs_too_much(election, utility):
    share, best = election.budget / len(election.ballots), None
    while True:
        chosen = by_definition(election, share, utility)
        if election.cost_of(chosen) > election.budget:
            break
        best = chosen
        if len(best) == sum(1 for votes in election.votes if votes):
            break
        share += 1
    assert list(equal_shares(election, ADD1, utility).chosen) == best


@given(elections(most_points=3, most_cost=400), st.sampled_from(Utility), st.sampled_from([Fraction(1), Fraction(1, 3), Fraction(7)]))
def test_skipping_shares_changes_nothing(election, utility, increment):
    assert equal_shares(election, ADD1, utility, increment) == equal_shares(election, ADD1, utility, increment, skip=False)


@given(elections(most_points=3), st.randoms(use_true_random=False))
def test_the_order_of_voters_and_projects_changes_nothing(election, dice):
    order = list(range(len(election.projects)))
    dice.shuffle(order)
    ballots = [{order.index(i): points for i, points in ballot.items()} for ballot in election.ballots]
    dice.shuffle(ballots)
    other = Election(election.budget, tuple(election.projects[i] for i in order), tuple(ballots))
    for rule in (equal_shares, greedy):
        ids = [[e.projects[i].id for i in rule(e).chosen] for e in (election, other)]
        assert ids[0] == ids[1]


@given(elections(most_points=3), st.sampled_from(Utility))
def test_never_more_than_the_budget_and_each_project_is_paid_exactly(election, utility):
    found = equal_shares(election, ADD1, utility)
    assert found.cost <= election.budget and len(set(found.chosen)) == len(found.chosen)
    assert all(step.most <= found.share for step in found.steps)
    assert greedy(election).cost <= election.budget


def test_a_share_that_is_no_whole_number_still_pays_to_the_last_unit():
    """105 × (155000 / 105) is 155000, though floats say less (Zabrze 2021)."""
    election = Election(Fraction(155000), (Project("P0058", Fraction(155000)),), tuple({0: Fraction(1)} for _ in range(105)))
    assert equal_shares(election, NONE).chosen == (0,)


def test_a_tie_goes_to_the_cheaper_then_to_more_votes_then_to_the_lower_id():
    one = Fraction(1)
    cheap = Election(Fraction(10), (Project("a", Fraction(6)), Project("b", Fraction(5))), ({0: one, 1: one},))
    assert equal_shares(cheap, NONE).chosen == (1,)
    ids = Election(Fraction(5), (Project("10", Fraction(5)), Project("9", Fraction(5))), ({0: one, 1: one},))
    assert equal_shares(ids, NONE).chosen == (1,)
    votes = Election(Fraction(12), (Project("a", Fraction(6)), Project("b", Fraction(6))), ({0: one, 1: one}, {1: one}, {}))
    assert votes.tie_order == (1, 0)


def test_money_of_a_village_in_dong_is_shared_without_waiting():
    """Shares grow by single đồng over hundreds of thousands of them: only those where something changes are looked at."""
    dice = random.Random(5)
    projects = tuple(Project(str(i), Fraction(dice.randrange(1, 30) * 1_000_000)) for i in range(12))
    ballots = tuple({i: Fraction(1) for i in dice.sample(range(12), dice.randrange(1, 5))} for _ in range(240))
    started = time.process_time()
    found = equal_shares(Election(Fraction(60_000_000), projects, ballots))
    assert found.cost <= 60_000_000 and found.share - Fraction(60_000_000, 240) > 10_000
    assert time.process_time() - started < 10


def test_nobody_voted():
    assert equal_shares(Election(Fraction(5), (Project("a", Fraction(1)),), ())).chosen == ()


@published
@pytest.mark.slow
def test_wieliczka_2023_comes_out_as_the_city_announced():
    election = pabulib.read_file(DATA / "poland_wieliczka_2023_green-budget.pb")
    started = time.process_time()
    found = equal_shares(election)
    assert time.process_time() - started < 5
    assert (len(found.chosen), found.cost) == (30, 995079)
    assert {i for i, p in enumerate(election.projects) if p.selected} == set(found.chosen)


@published
def test_the_other_published_elections():
    assert equal_shares(pabulib.read_file(DATA / "poland_zabrze_2021_zandka.pb"), NONE).cost == 155000
    gdansk = pabulib.read_file(DATA / "poland_gdansk_2020_przerobka.pb")
    assert [gdansk.projects[i].id for i in greedy(gdansk).chosen] == ["3", "1", "2"]
    assert [str(score) for score in gdansk.scores] == ["433", "198", "61"]
    assert [pabulib.doubts(pabulib.read_file(file)) for file in sorted(DATA.glob("*.pb"))] == [[], [], []]


def test_numbers_in_digits():
    assert [plain(Fraction(n)) for n in ("1000", "12.5", "0.05", "1/3", "-2.25")] == ["1000", "12.5", "0.05", "1/3", "-2.25"]
    assert sorted(["P10", "P2", "a", "1"], key=natural) == ["1", "P2", "P10", "a"]
