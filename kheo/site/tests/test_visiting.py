"""What stands on the desk of who goes and counts."""

from typing import Any

import pytest

from kheo.checks import actions, testing
from kheo.checks.dispatching import dispatch
from kheo.checks.models import Visit
from kheo.core.actor import Role
from kheo.results.testing import work
from kheo.site.pages import visiting

pytestmark = pytest.mark.django_db


def test_many_visits_cost_the_desk_no_more_queries(city: Any, actor: Any, person: Any, django_assert_max_num_queries: Any) -> None:
    made = work(city.area, person(Role.ORGANISER, city.ward), kit="rural-lighting")
    testing.book(city.city, {testing.result(made, 10, site=city.road): [1] * 5})
    me = actor(name="a")
    actions.join_pool(me, city.area2)
    dispatch()
    asked = Visit.objects.waiting_for(me).count()
    assert asked > 1, "several places, so that a query for each would show"
    with django_assert_max_num_queries(2):
        assert len(visiting.of(me)["visits"]) == asked
