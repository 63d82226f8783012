"""The Method of Equal Shares, exactly (Peters, Pierczyński, Skowron 2021; equalshares.net), and the greedy rule to compare it with.

Every voter gets the same share of the budget. A project is paid by those who want it, each in proportion to what it is worth to them
and nobody more than is left. Again and again the project with the least price per worth is bought, until no supporters can afford
one. Money is then usually left over, so Add1 starts anew with one unit more per voter, as long as what is chosen fits the budget.
"""

from fractions import Fraction
from math import ceil

from kheo.ballots.count.election import Election, Outcome, Step, Utility
from kheo.ballots.count.market import Run, market_of

ADD1, NONE = "add1", "none"
COMPLETIONS = (ADD1, NONE)
_ONE_BY_ONE = 12  # so many shares are tried one by one where looking ahead did not save any


def equal_shares(
    election: Election, completion: str = ADD1, utility: Utility = Utility.COST, increment: Fraction = Fraction(1), *, skip: bool = True
) -> Outcome:
    """What the method chooses. ``increment``: units of the currency by which Add1 raises every share.

    Add1 returns the last outcome before the first one that costs more than the budget; it also ends when everything that anybody wants
    is chosen. ``skip=False`` tries every single share: the same outcome, only slower (a property test holds it to that).
    """
    if completion not in COMPLETIONS:
        raise ValueError(f"completion is one of {', '.join(COMPLETIONS)}")
    if increment <= 0:
        raise ValueError("the increment is above zero")
    market = market_of(election, utility)
    share = election.budget * market.unit / market.voters if market.voters else Fraction(0)
    step, budget = increment * market.unit, election.budget * market.unit
    run, one_by_one = Run(market, share, ahead=skip), 0
    while completion == ADD1 and len(run.steps) < len(market.wishes):
        jump = 1
        if run.ahead and run.until is not None:
            jump = max(1, ceil((run.until - run.share) / step))
            one_by_one = 0 if jump > 1 else _ONE_BY_ONE
        share = run.share + jump * step
        one_by_one -= 1
        following = Run(market, share, ahead=skip and one_by_one < 0)
        if following.cost > budget:
            if jump > 1:  # the last share that fits, not only the last that was tried
                run = Run(market, share - step)
            break
        run = following
    steps = [Step(project, election.votes[project], Fraction(0)) for project in market.free]
    steps += [Step(s.project, s.payers, s.most / market.unit) for s in run.steps]
    chosen = tuple(s.project for s in steps)
    return Outcome(chosen, election.cost_of(chosen), tuple(steps), run.share / market.unit)


def greedy(election: Election) -> Outcome:
    """The projects with the most points first, each that still fits the budget; ties as in Equal Shares. Unwanted ones never."""
    chosen: list[int] = []
    left = election.budget
    for project in sorted(range(len(election.projects)), key=lambda i: (-election.scores[i], election.tie_order[i])):
        if election.scores[project] and election.projects[project].cost <= left:
            chosen.append(project)
            left -= election.projects[project].cost
    return Outcome(tuple(chosen), election.cost_of(chosen))
