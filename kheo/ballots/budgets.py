"""Sharing a ballot's budget by the Method of Equal Shares (:mod:`kheo.ballots.count`). No Django: a stranger recounts with this."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil
from typing import Any

from kheo.ballots.count.election import Election, Outcome, Project
from kheo.ballots.count.equal_shares import equal_shares

STEP = 1_000  # đồng: costs and budgets are whole thousands, and Add1 raises the shares by one thousand


def share(terms: Mapping[str, Any], votes: Iterable[Mapping[int, int]]) -> Outcome:
    """What is bought. ``terms``: costs and budget (VND), completion; ``votes``: the ticked options (from 1) of each vote that counts."""
    projects = tuple(Project(str(option), Fraction(cost)) for option, cost in enumerate(terms["costs"], 1))
    ballots = tuple({option - 1: Fraction(1) for option in vote} for vote in votes)
    return equal_shares(Election(Fraction(terms["budget"]), projects, ballots), terms["completion"], increment=Fraction(STEP))


def result(terms: Mapping[str, Any], votes: Iterable[Mapping[int, int]]) -> dict[str, Any]:
    """As it is published: ``chosen`` options in ascending order, ``spent`` (VND), ``paid``: [option, payers, most VND of one]."""
    bought = share(terms, votes)
    paid = sorted([step.project + 1, step.payers, ceil(step.most)] for step in bought.steps)
    return {"chosen": [option for option, *_rest in paid], "spent": int(bought.cost), "paid": paid}
