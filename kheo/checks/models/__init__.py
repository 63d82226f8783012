"""Checks on site, by noun: asked checks, disputes, books with their units, visits of drawn checkers, flags."""

from kheo.checks.models.asked import Check, State
from kheo.checks.models.disputes import Dispute, Outcome

__all__ = ["Check", "Dispute", "Outcome", "State"]
