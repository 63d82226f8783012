"""A book that is being checked, and people who offered to count."""

from collections.abc import Callable
from typing import Any

import pytest

from kheo.checks import actions, testing
from kheo.checks.models import Book, Unit, Visit, Volunteer
from kheo.core.actor import Actor, Role
from kheo.results import tallies
from kheo.results.models import Result
from kheo.results.testing import LAMPS, photo, work


@pytest.fixture
def claim(city: Any, person: Any) -> Callable[..., Result]:
    """A tallied claim of lamps in the area."""

    def make(quantity: int = 10, indicator: str = LAMPS, **more: Any) -> Result:
        made = testing.result(
            work(city.area, person(Role.ORGANISER, city.ward), kit=indicator.partition(".")[0]), quantity, indicator=indicator, **more
        )
        tallies.add((made, tallies.counts_of(made)))
        return made

    return make


@pytest.fixture
def book(city: Any, claim: Any) -> Book:
    """One result of ten lamps, counted whole."""
    return testing.book(city.city, {claim(site=city.road): [10]})


@pytest.fixture
def neighbours(city: Any, actor: Any) -> list[Actor]:
    """Three accounts and a household of the area beside, who offered to count."""
    people = [actor(name=f"n{i}") for i in range(3)] + [Actor("household:beside", household=city.area2.path)]
    for who in people:
        actions.join_pool(who, city.area2)
    return people


def goes(visit: Visit, people: list[Actor]) -> Actor:
    """Who of these people the visit belongs to."""
    return next(a for a in people if Volunteer.objects.of(a).filter(pk=visit.volunteer_id).exists())


def count(visit: Visit, people: list[Actor], measured: int) -> Visit:
    """Say yes and count."""
    who = goes(visit, people)
    visit = actions.accept_visit(who, visit)
    return actions.read(who, visit, measured=measured, photo=photo(), nonce=visit.nonce)


def visits(unit: Unit) -> list[Visit]:
    """Its open visits by seat."""
    return list(unit.visits.open().order_by("seat"))
