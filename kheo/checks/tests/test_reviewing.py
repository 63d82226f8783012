"""Which results are looked at beside one that somebody doubts: whoever watches can't tell which was meant."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo.checks.models import Because, Dispute, Wanted
from kheo.checks.reviewing import BESIDE, Stage, beside, fair, hour_after, hour_before, looked
from kheo.checks.testing import book, closed_unit, result
from kheo.core import clock
from kheo.core.actor import Role
from kheo.results.testing import work


@dataclass(frozen=True)
class One:
    number: int
    checked: int | None


@given(unchecked=st.integers(0, 6), checked=st.integers(0, 6))
def test_whichever_was_meant_the_visited_are_as_likely(unchecked, checked):
    ward = [One(n, None) for n in range(unchecked)] + [One(n, 5) for n in range(unchecked, unchecked + checked)]
    pools = {meant: fair(meant, [r for r in ward if r != meant]) for meant in ward}
    for meant, pool in pools.items():
        for others in combinations(pool, BESIDE):
            for other in others:  # had this one been meant: the same four, among as many
                assert len(pools[other]) == len(pool)
                assert {meant, *others} - {other} <= set(pools[other])


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_a_review_begins_on_mondays_at_six(now):
    moment = hour_before(now)
    assert moment <= now < hour_after(now) == moment + timedelta(days=7)
    local = moment.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    assert (local.weekday(), local.hour, local.minute) == (0, 6, 0)


@pytest.fixture
def results(city: Any, person: Any) -> list[Any]:
    """Four of the ward, in different works; others that must not go with them."""
    organiser = person(Role.ORGANISER, city.ward)
    made = [result(work(city.area if n % 2 else city.area2, organiser), 100 + n, indicator="rural-lighting.lit-m") for n in range(4)]
    result(work(city.other_area, organiser), 50)  # another ward's
    result(work(city.area, organiser, state="draft"), 51)
    result(work(city.area, organiser, hidden_at=clock.now()), 52)
    result(work(city.area, organiser), 53, hidden_at=clock.now())
    result(work(city.area, organiser), 54, withdrawn_at=clock.now())
    result(work(city.ward, organiser, "poor-house"), 1)  # a home
    result(work(city.ward, organiser, "kindness-meals"), 200, session="bữa 1")  # no place to go to
    doubted = result(work(city.area, organiser), 55)
    Dispute.objects.create(result=doubted, key="k", text="Thiếu", said_at=clock.today())
    Wanted.objects.create(result=result(work(city.area, organiser), 56), because=Because.FLAG, wanted_at=clock.now())
    under_way = book(city.city, {result(work(city.area, organiser), 57): (57,)}, kind="review")
    assert under_way.phase == "seeded"
    return made


def test_beside_it_go_public_results_of_the_same_ward(results):
    for target in results:
        assert {r.pk for r in beside(target)} == {r.pk for r in results} - {target.pk}
    assert len(beside(results[0], taken={results[1].pk})) == 2


def test_the_same_go_together_again(results, city, person):
    unit = book(city.city, {results[0]: (100,)}, kind="review").units.get()
    closed_unit(unit, 90)
    wanted = Wanted.objects.create(result=results[0], because=Because.DISPUTE, wanted_at=clock.now(), unit=unit)
    wanted.beside.set(results[1:])
    for n in range(20):
        result(work(city.area, person(Role.ORGANISER, city.ward)), 300 + n)
    for target in results:
        assert {r.pk for r in beside(target)} == {r.pk for r in results} - {target.pk}


def test_a_reviewer_reads_how_far_it_is(results, city):
    wanted = Wanted.objects.create(result=results[0], because=Because.DISPUTE, wanted_at=clock.now())
    assert looked(wanted).stage == Stage.WAITING and looked(wanted).on == hour_after(clock.now()).date()
    for other in results[1:]:
        Wanted.objects.create(result=other, because=Because.DISPUTE, wanted_at=clock.now())
    assert looked(wanted).stage == Stage.ALONE
    wanted.unit = book(city.city, {results[0]: (100,)}, kind="review").units.get()
    assert looked(wanted).stage == Stage.OUT
    closed_unit(wanted.unit, 90)
    assert (looked(wanted).stage, looked(wanted).reading) == (Stage.COUNTED, 90)
    closed_unit(wanted.unit, None)
    assert looked(wanted).stage == Stage.NOBODY
