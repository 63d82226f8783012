"""The demo's year: told in an order in which it can happen, at any hour of the day it is built; and who plays along afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kheo.checks import actions as checks
from kheo.checks import testing
from kheo.checks.dispatching import dispatch
from kheo.checks.models import Flag, Found, Noticed, Visit, VisitState, Volunteer
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.evidence import photos
from kheo.people.households import CardBatch, HouseholdCard
from kheo.results.models import Result
from kheo.results.testing import work
from kheo.site.demo import odd
from kheo.site.demo.neighbours import Asked
from kheo.site.demo.playing import go_and_count
from kheo.site.demo.story import Cast, Story, load, picture


def test_no_need_is_answered_before_it_is_released() -> None:
    for number, (area, category, text, backers, days, fate) in enumerate(load("needs.toml")["needs"]):
        story = Story(today=timezone.localdate() - timedelta(days=1))  # so that the whole of its last day is told
        what, _, words = fate.partition(":")
        Asked(story, Cast(), number, area, category, text, backers, days, what, words).plan()
        told = [getattr(happens, "__name__", "join") for _at, _order, happens in sorted(story.events, key=lambda e: e[:2])]
        assert told[0] == "raise_it"
        if what != "held":
            assert told[1] == "release", text


@pytest.mark.django_db
def test_the_board_has_two_odd_reports_to_look_at_and_no_other(city: Any, person: Any) -> None:
    """The demo's own rows: one photo is that of another work, mirrored and cut; one was taken away from its place."""
    story, cast, leads = Story(today=timezone.localdate()), Cast(), person(Role.ORGANISER, city.ward)
    for key, kit in (("hoa-phuc-loc", "trees"), ("hoa-giay", "clean-street"), ("gian-hang", "free-stall")):
        cast.works[key] = work(city.area, leads, kit=kit, site=city.road)
    honest = Result.objects.create(
        initiative=cast.works["hoa-phuc-loc"], indicator="trees.planted", quantity=72, place=city.other_area, site=city.other_road,
        day=story.day(30), reported_by=leads, reported_at=timezone.now(),
    )  # fmt: skip
    for seed in range(4):
        photo = picture("road_trees", seed, 480)
        photos.publish(photo, city.area)
        honest.photos.add(photo)
    for row in load("counted.toml")["odd"]:
        odd.report(story, cast, row)
    odd.look_at_all()
    found = Flag.objects.order_by("result_id").values_list("kind", "result__initiative", "other__initiative")
    assert list(found) == [
        (Noticed.PICTURE, cast.works["hoa-giay"].pk, cast.works["hoa-phuc-loc"].pk),
        (Noticed.OUTSIDE, cast.works["gian-hang"].pk, None),
    ]


@pytest.mark.django_db
def test_a_day_later_made_up_neighbours_have_counted_and_left_the_visitor_what_is_theirs(
    city: Any, person: Any, actor: Any, settings: Any
) -> None:
    settings.KHEO_DEMO, settings.KHEO_URL = True, "http://127.0.0.1:8000"
    lamps = testing.result(work(city.area, person(Role.ORGANISER, city.ward), site=city.road), 9, site=city.road)
    book = testing.book(city.city, {lamps: [1] * 9})
    visitor = person(Role.CHECKER, city.ward)  # the demo's one click signs in as this one
    for number in range(7):
        checks.join_pool(actor(name=f"n{number}"), city.area2 if number % 2 else city.other_area)
    batch, home = CardBatch.objects.create(place=city.area2, count=1), Actor("household:beside", household=city.area2.path)
    HouseholdCard.objects.create(batch=batch, place=city.area2, number=1, slot="beside", code_hash="0", pin_hash="chosen")
    checks.join_pool(home, city.area2)
    dispatch()
    assert go_and_count() == 0  # they have been asked just now
    for _day in range(4):  # the visitor's pass on after a day; where two disagree, a third is asked then
        clock.step(1)
        go_and_count()
        dispatch()
    assert go_and_count() == 0 and not book.units.filter(outcome=Found.UNVISITED).exists()
    closed = book.units.filter(closed_at__isnull=False).order_by("rank")
    assert [unit.reading for unit in closed] == [1] * 8 + [0]  # the ninth is short; of the fifth a third had to tell
    assert book.units.get(rank=4).visits.filter(state=VisitState.DONE).count() == 3
    assert Visit.objects.filter(volunteer__in=Volunteer.objects.of(home), state=VisitState.DONE).exists()
    visitors = Visit.objects.filter(volunteer__user=visitor)
    assert visitors.exists() and not visitors.filter(state=VisitState.DONE).exists()
