"""What lists show is what the rules say, for every need and every person."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kheo.core import clock
from kheo.core.actor import Actor, Grant, Role
from kheo.needs import rules
from kheo.needs.models import ICONS, Category, Need, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def every(city: Any) -> list[Need]:
    """A need of every state × hidden or not × joined or not × owed yesterday, today, tomorrow × two places."""
    into = Need.objects.create(
        code="INTO", place=city.area, category="light", text="x", state=State.OPEN, raised_on=clock.today(), answer_by=clock.today()
    )
    kinds = itertools.product(State.values, (True, False), (True, False), (-1, 0, 1), (city.area, city.other_area, city.ward))
    made = [
        Need(
            code=f"N{n}",
            place=place,
            category="light",
            text="x",
            state=state,
            hidden_at=timezone.now() if hidden else None,
            same_as=into if joined else None,
            raised_on=clock.today(),
            answer_by=clock.today() + timedelta(days=days),
        )
        for n, (state, hidden, joined, days, place) in enumerate(kinds)
    ]
    Need.objects.bulk_create(made)
    return list(Need.objects.select_related("place"))


def actors(city: Any) -> list[Actor]:
    one = [
        Actor(f"user:{n}", n, grants=(Grant(role, place.path),)) for n, (role, place) in enumerate(itertools.product(Role, places(city)))
    ]
    two = Actor("user:99", 99, grants=(Grant(Role.HEAD, city.area.path), Grant(Role.OFFICER, city.other_ward.path)))
    return [Actor("nobody"), Actor("device:a"), Actor("user:98", 98), two, *one]


def places(city: Any) -> list[Any]:
    return [city.city, city.ward, city.area, city.area2, city.other_ward, city.other_area]


def test_waiting_for_is_the_twin_of_waits_for(every: list[Need], city: Any) -> None:
    found = 0
    for actor in actors(city):
        listed = set(Need.objects.waiting_for(actor).values_list("pk", flat=True))
        assert listed == {n.pk for n in every if rules.waits_for(actor, n)}, actor
        held = set(Need.objects.held_for(actor).values_list("pk", flat=True))
        assert held == {n.pk for n in every if rules.may_release_need(actor, n)}, actor
        found += len(listed)
    assert found > 50


def test_overdue_is_the_twin_of_is_overdue(every: list[Need]) -> None:
    listed = set(Need.objects.overdue().values_list("pk", flat=True))
    assert listed == {n.pk for n in every if rules.is_overdue(n)}
    assert len(listed) == 3


def test_public_is_what_anybody_may_see(every: list[Need]) -> None:
    public = set(Need.objects.public().values_list("pk", flat=True))
    assert public == {n.pk for n in every if rules.may_see_need(Actor("nobody"), n)}
    assert public == {n.pk for n in every if n.public_text}
    assert set(Need.objects.listed().values_list("pk", flat=True)) == {n.pk for n in every if n.pk in public and n.same_as_id is None}


def test_near_offers_only_what_can_be_backed(every: list[Need], city: Any) -> None:
    near = list(Need.objects.near(city.area, "light"))
    assert near
    assert all(rules.may_back_need(Actor("device:a"), n) and n.place == city.area for n in near)
    assert not Need.objects.near(city.area, "waste").exists()


def test_many_wait_in_few_queries(every: list[Need], city: Any, django_assert_max_num_queries: Callable[..., Any], signed_in: Any) -> None:
    client = signed_in(Role.OFFICER, city.ward)
    with django_assert_max_num_queries(20):
        client.get("/needs/waiting/")


def test_every_category_has_a_picture() -> None:
    assert ICONS.keys() == set(Category.values)
