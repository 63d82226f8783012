"""The list of who may be sent says the same as the rule, for everybody in the pool."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo.checks import actions, testing
from kheo.checks.dispatching import dispatch
from kheo.checks.eligible import volunteers_for
from kheo.checks.models import Visit, VisitState, Volunteer
from kheo.checks.rules import may_visit
from kheo.checks.tests.test_eligible import _take_part
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.people import actions as people_acts
from kheo.people import household_door
from kheo.people.models import Assignment, User
from kheo.results.testing import LAMPS, photo, work

pytestmark = pytest.mark.django_db

people = st.lists(
    st.fixed_dictionaries(
        {
            "home": st.sampled_from(("area", "area2", "area2", "other_area", None)),
            "board": st.booleans(),
            "sworn": st.booleans(),
            "left": st.sampled_from((False, False, False, True)),
            "role": st.sampled_from((None, None, Role.CHECKER, Role.CHECKER, Role.HEAD, Role.OFFICER, Role.STEWARD)),
            "place": st.sampled_from(("ward", "area", "other_ward", "road", "canal")),
            "opened": st.sampled_from((None, None, "ward", "area", "area2")),
            "term": st.sampled_from(("now", "now", "over")),
            "part": st.sampled_from(
                ("none", "none", "none", "household", "reporter", "organiser", "gave", "pledged", "gave elsewhere", "granted",
                 "grant declined", "of the giver", "closed", "visited", "declined it")
            ),
        }
    ),
    min_size=1,
    max_size=7,
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=people, private=st.booleans())
def test_the_list_and_the_rule_agree(people: Any, private: bool, city: Any, person: Any) -> None:
    organiser = person(Role.ORGANISER, city.ward)
    kit, site = ("house-repair", None) if private else ("rural-lighting", city.road)
    mine, elsewhere = work(city.area, organiser, kit=kit, site=site), work(city.area, organiser)
    result = testing.result(mine, 3, indicator="house-repair.houses" if private else LAMPS)
    if private:
        result.place = city.ward  # as the results of homes are
        result.save()
    unit = testing.book(city.city, {result: [3]}).units.select_related("result__initiative").get()
    for how in people:
        columns = {"home": how["home"] and getattr(city, how["home"]), "board": how["board"], "sworn": how["sworn"]}
        if how["left"]:
            columns["left_at"] = clock.now()
        if how["part"] == "household":
            Volunteer.objects.create(key=uuid4().hex, joined_at=clock.now(), **{**columns, "board": False})
            continue
        user = User.objects.create_user(uuid4().hex, opened_at=how["opened"] and getattr(city, how["opened"]))
        volunteer = Volunteer.objects.create(user=user, joined_at=clock.now(), **columns)
        if how["role"]:
            today = clock.today()
            until = today - timedelta(days=1) if how["term"] == "over" else None
            Assignment.objects.create(
                user=user, role=how["role"], place=getattr(city, how["place"]), since=today - timedelta(days=9), until=until
            )
        if how["part"] in ("visited", "declined it"):
            state = VisitState.DECLINED if how["part"] == "declined it" else VisitState.EXPIRED
            Visit.objects.create(
                unit=unit, volunteer=volunteer, seat=1, code=uuid4().hex, state=state, offered_at=clock.now(), answer_by=clock.now()
            )
        else:
            _take_part(how["part"], user, mine, elsewhere, result, organiser, city)
    unit.result.initiative.refresh_from_db()
    listed = {v.pk for v in volunteers_for(unit)}
    assert listed == {v.pk for v in Volunteer.objects.select_related("user") if may_visit(v, unit)}


def test_whoever_went_lately_is_asked_after_those_who_did_not(city: Any, person: Any, claim: Any) -> None:
    names = ("often", "once", "never", "rested")
    often, once, never, rested = (
        Volunteer.objects.create(user=person(name=name), home=city.area2, joined_at=clock.now()) for name in names
    )
    earlier = list(testing.book(city.ward, {claim(site=city.road): [1] * 5}, phase="closed").units.all())
    for unit, who, days in zip(earlier, (often, often, once, rested, rested), (2, 3, 2, 40, 41), strict=True):
        testing.closed_unit(unit, 1, seats=[1]).visits.update(volunteer=who, ended_at=clock.now() - timedelta(days=days))
    unit = testing.book(city.city, {claim(site=city.road): [10]}).units.get()
    dispatch()
    assert {v.volunteer_id for v in unit.visits.all()} == {never.pk, rested.pk}


def test_beside_a_neighbour_goes_somebody_from_another_ward(city: Any, person: Any, claim: Any) -> None:
    """A ward's officer who gives roles and cards to people of hers could fill both seats, and the third."""
    afar, farther = (Volunteer.objects.create(user=person(name=n), home=city.other_area, joined_at=clock.now()) for n in "ab")
    near, nearer = (Volunteer.objects.create(user=person(name=n), home=city.area2, joined_at=clock.now()) for n in "cd")
    own = Volunteer.objects.create(user=person(name="own"), home=city.area, joined_at=clock.now())
    board = person(Role.CHECKER, city.ward)
    unit = testing.book(city.city, {claim(site=city.road): [10]}).units.get()
    dispatch()
    ours, others = {near.pk, nearer.pk, board.volunteer.pk}, {afar.pk, farther.pk}
    seats = dict(unit.visits.values_list("seat", "volunteer"))
    assert seats[1] in ours and seats[2] in others
    unit.visits.filter(seat=2).update(state=VisitState.DECLINED)
    dispatch()
    assert set(unit.visits.filter(seat=2).values_list("volunteer", flat=True)) == others
    for seat, reading in ((1, 10), (2, 3)):
        unit.visits.open().filter(seat=seat).update(state=VisitState.DONE, reading=reading, ended_at=clock.now())
    dispatch()
    assert unit.visits.get(seat=3).volunteer_id in ours, "where nobody else is left in the pool, somebody of the ward"
    assert not own.visits.exists()


def test_the_third_comes_from_another_ward(city: Any, person: Any, claim: Any) -> None:
    for name, home in (("a", city.other_area), ("b", city.other_area), ("c", city.area2), ("d", city.area2)):
        Volunteer.objects.create(user=person(name=name), home=home, joined_at=clock.now())
    unit = testing.book(city.city, {claim(site=city.road): [10]}).units.get()
    dispatch()
    for seat, reading in ((1, 10), (2, 3)):
        unit.visits.filter(seat=seat).update(state=VisitState.DONE, reading=reading, ended_at=clock.now())
    dispatch()
    assert unit.visits.get(seat=3).volunteer.home == city.other_area


def test_nobody_is_sent_to_the_area_of_their_account_nor_to_the_road_they_answer_for(city: Any, person: Any) -> None:
    """Taking the offer back and naming another home was enough to be drawn for one's own alley."""
    made = work(city.area, person(Role.ORGANISER, city.ward), site=city.road)
    unit = testing.book(city.city, {testing.result(made, 3, indicator=LAMPS): [3]}).units.select_related("result__initiative").get()
    users = [User.objects.create_user(uuid4().hex, opened_at=at) for at in (city.area, city.area2, city.ward)]
    Assignment.objects.create(user=users[1], role=Role.STEWARD, place=city.road, since=clock.today())
    able = [Volunteer.objects.create(user=user, home=city.area2, joined_at=clock.now()) for user in users]
    household = Volunteer.objects.create(key=uuid4().hex, home=city.area2, joined_at=clock.now())
    assert [bool(may_visit(v, unit)) for v in able] == [False, False, True]
    assert set(volunteers_for(unit)) == {able[2], household}


def test_a_card_shut_and_printed_anew_gives_a_home_no_second_place_in_the_pool(city, claim, actor):
    """What it was asked goes to others; where it has counted it is never asked again; another home's place stays its own."""
    officer = actor(Role.OFFICER, city.ward)

    def opened(number):
        code = dict(people_acts.print_cards(officer, city.area2).codes)[number]
        card = household_door.choose_pin(code, "204060")
        return Actor(f"household:{card.slot}", household=city.area2.path)

    city.area2.households = 1
    city.area2.save()
    one = opened(1)
    city.area2.households = 2
    city.area2.save()
    two = opened(2)
    for home in (one, two):
        actions.join_pool(home, city.area2)
    book = testing.book(city.city, {claim(site=city.road): [10], claim(site=city.road): [8]})
    dispatch()
    first, second = Visit.objects.waiting_for(one)
    counted = actions.accept_visit(one, first)
    actions.read(one, counted, measured=first.unit.claim, photo=photo(), nonce=counted.nonce)
    people_acts.replace_card(officer, city.area2, number=1, again=False)
    anew = opened(1)
    assert anew.key != one.key and not Visit.objects.waiting_for(anew).exists()
    place = actions.join_pool(anew, city.area2)
    assert Volunteer.objects.count() == 2 and place.pk == counted.volunteer_id and not Volunteer.objects.of(one).exists()
    second.refresh_from_db()
    assert second.state == VisitState.DECLINED and not Visit.objects.waiting_for(anew).exists()
    assert all(place not in volunteers_for(unit) for unit in book.units.all())
    assert Visit.objects.waiting_for(two).count() == 2
