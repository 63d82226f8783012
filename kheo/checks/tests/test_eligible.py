"""The list of who may be asked says the same as the rule, for everybody."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo.checks import actions
from kheo.checks.eligible import checkers_for, drawn_for_home
from kheo.checks.models import Check, State, Volunteer
from kheo.checks.rules import may_check
from kheo.checks.testing import GIFTS, gave, promised
from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Invalid, Refused
from kheo.people.actor import actor_of
from kheo.people.models import Assignment, User
from kheo.results.models import Result
from kheo.results.testing import LAMPS, photo, work

pytestmark = pytest.mark.django_db

people = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from((Role.CHECKER, Role.CHECKER, Role.CHECKER, Role.HEAD, None, "both")),
            "place": st.sampled_from(("city", "ward", "area", "area2", "other_ward")),
            "term": st.sampled_from(("now", "now", "over", "later")),
            "part": st.sampled_from(
                (
                    "none",
                    "none",
                    "reporter",
                    "organiser",
                    "gave",
                    "pledged",
                    "asked",
                    "counted",
                    "declined",
                    "unreached",
                    "closed",
                    "gave elsewhere",
                    "granted",
                    "grant declined",
                    "of the giver",
                )
            ),
        }
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=people)
def test_the_list_and_the_rule_agree(people, city, person):
    organiser = person(Role.ORGANISER, city.ward)
    mine, elsewhere = work(city.area, organiser), work(city.area, organiser)
    result = _result(mine, organiser, city)
    for how in people:
        user = User.objects.create_user(uuid4().hex)
        today = clock.today()
        for role in {"both": (Role.CHECKER, Role.OFFICER), None: ()}.get(how["role"], (how["role"],)):
            since = today + timedelta(days=9) if how["term"] == "later" else today - timedelta(days=90)
            until = today - timedelta(days=1) if how["term"] == "over" else None
            Assignment.objects.create(user=user, role=role, place=getattr(city, how["place"]), since=since, until=until)
        _take_part(how["part"], user, mine, elsewhere, result, organiser, city)
    listed = {u.pk for u in checkers_for(result)}
    assert listed == {u.pk for u in User.objects.all() if may_check(u, result)}
    assert organiser.pk not in listed


def test_somebody_without_a_part_is_on_the_list(city, person):
    result = _result(work(city.area, person(Role.ORGANISER, city.ward)), person(Role.ORGANISER, city.ward), city)
    assert list(checkers_for(result)) == []
    assert {person(Role.CHECKER, city.ward), person(Role.CHECKER, city.city)} == set(checkers_for(result))


@pytest.mark.parametrize(("role", "at"), [(Role.HEAD, "area"), (Role.OFFICER, "ward")])
def test_whoever_answers_for_the_place_is_never_asked_whatever_role_they_were_given_too(role, at, city, person, actor):
    """An officer who was made a checker as well could ask herself; a head counts what the head may report."""
    result = _result(work(city.area, person(Role.ORGANISER, city.ward)), person(Role.ORGANISER, city.ward), city)
    both = person(role, getattr(city, at))
    Assignment.objects.create(user=both, role=Role.CHECKER, place=city.ward, since=clock.today())
    assert not may_check(both, result) and both not in checkers_for(result)
    with pytest.raises(Invalid):
        actions.ask_check(actor(Role.OFFICER, city.ward), result, checker=both)
    asked = actions.ask_check(actor(Role.OFFICER, city.ward), result, checker=person(Role.CHECKER, city.ward))
    Assignment.objects.create(user=asked.checker, role=role, place=getattr(city, at), since=clock.today())  # made so afterwards
    with pytest.raises(Refused):
        actions.record_check(actor_of(asked.checker), asked, measured=3, photo=photo())


def test_to_a_home_goes_only_who_promised_silence(city, person, actor):
    organiser, (loud, silent) = person(Role.ORGANISER, city.ward), (person(Role.CHECKER, city.ward, name) for name in ("loud", "silent"))
    result = _result(work(city.area, organiser, kit="poor-house"), organiser, city, "poor-house.houses")
    for user, sworn in ((loud, False), (silent, True)):
        Volunteer.objects.create(user=user, board=True, sworn=sworn, joined_at=clock.now())
    assert list(checkers_for(result)) == [silent]
    assert may_check(silent, result) and not may_check(loud, result)
    officer = actor(Role.OFFICER, city.ward)
    with pytest.raises(Invalid) as refused:
        actions.ask_check(officer, result, checker=loud)
    assert refused.value.field == "checker"
    asked = actions.ask_check(officer, result, checker=silent)
    assert asked.checker == silent
    actions.decline_check(actor_of(silent), asked)
    promised(loud)
    drawn = drawn_for_home(result)
    assert drawn in (loud, silent) and drawn == drawn_for_home(result)
    with pytest.raises(Invalid):
        actions.ask_check(officer, result, checker=silent if drawn == loud else loud)
    assert actions.ask_check(officer, result, checker=drawn).checker == drawn


def _result(initiative, user, city, indicator=LAMPS):
    columns = {"day": clock.today(), "place": city.area, "reported_by": user, "reported_at": clock.now()}
    return Result.objects.create(initiative=initiative, indicator=indicator, quantity=3, **columns)


def _take_part(part, user, mine, elsewhere, result, organiser, city):
    today = clock.today()
    if part == "reporter":
        _result(mine, user, city)
    elif part == "organiser":
        mine.organiser = user
        mine.save()
        result.initiative.organiser = user
    elif part == "gave elsewhere":
        gave(user, elsewhere, "gave")
    elif part in GIFTS:
        gave(user, mine, part)
    elif part in ("asked", "declined", "unreached"):
        Check.objects.create(result=result, checker=user, asked_at=clock.now(), due_on=today, state=State(part))
    elif part == "counted" and not result.readings.filter(state=State.DONE).exists():
        Check.objects.create(result=result, checker=user, asked_at=clock.now(), due_on=today, state=State.DONE, measured=1)
    elif part == "closed":
        user.is_active = False
        user.save()
