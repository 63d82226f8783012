"""Checks on site, by noun: what an officer asked, disputes, books with their units, the pool of checkers and their visits."""

from kheo.checks.models.asked import Check, State
from kheo.checks.models.book import Book, Found, Kind, Mark, Phase, Roll, Unit
from kheo.checks.models.dispute import Dispute, Outcome
from kheo.checks.models.flag import Decision, Flag, Noticed
from kheo.checks.models.visit import Visit, VisitState, Volunteer, volunteer_key
from kheo.checks.models.wanted import Because, Wanted

__all__ = [
    "Because",
    "Book",
    "Check",
    "Decision",
    "Dispute",
    "Flag",
    "Found",
    "Kind",
    "Mark",
    "Noticed",
    "Outcome",
    "Phase",
    "Roll",
    "State",
    "Unit",
    "Visit",
    "VisitState",
    "Volunteer",
    "Wanted",
    "volunteer_key",
]
