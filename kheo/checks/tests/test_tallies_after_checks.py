"""The tallies say what the results say, whatever was reported, corrected, checked or handed back in whatever order."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo.checks.actions import ask_check, decline_check, record_check, report_unreached
from kheo.checks.models import Check
from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Invalid, Refused
from kheo.initiatives.models import Initiative
from kheo.results import tallies
from kheo.results.actions import correct_result, report_result
from kheo.results.models import AreaTally, Result, WardTally
from kheo.results.testing import LAMPS, METRES, photo, work

pytestmark = pytest.mark.django_db

acts = st.lists(
    st.tuples(
        st.sampled_from(("report", "report", "correct", "check", "unreached", "decline")),
        st.integers(0, 2),  # which work
        st.integers(1, 120),  # how many
        st.integers(0, 29),  # days ago
        st.integers(0, 9),  # which result
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=acts)
def test_tallies_equal_what_is_rebuilt(history, city, person, actor):
    _forget()
    organiser, officer = person(Role.ORGANISER, city.city), actor(Role.OFFICER, city.city)
    leads = actor(Role.ORGANISER, city.city)
    works = [work(city.area, organiser, site=city.road), work(city.ward, organiser), work(city.other_area, organiser)]
    checkers = [person(Role.CHECKER, city.city, f"checker {n}") for n in range(3)]
    for verb, which, quantity, ago, number in history:
        results = list(Result.objects.standing().order_by("id"))
        try:
            if verb == "report":
                indicator = LAMPS if quantity % 2 else METRES
                site = city.road if which == 1 and quantity % 3 == 0 else None
                report_result(
                    leads,
                    works[which],
                    indicator=indicator,
                    quantity=quantity,
                    day=clock.today() - timedelta(days=ago),
                    site=site,
                    photos=[photo()],
                )
            elif results and verb == "correct":
                correct_result(leads, results[number % len(results)], quantity=quantity, note="đếm lại")
            elif results:
                result = results[number % len(results)]
                checker = checkers[quantity % 3]
                check = ask_check(officer, result, checker=checker)
                by = actor(Role.CHECKER, city.city, checker.name)
                if verb == "check":
                    record_check(by, check, measured=quantity - 1, photo=photo())
                elif verb == "unreached":
                    report_unreached(by, check)
                else:
                    decline_check(by, check)
        except (Refused, Invalid):
            pass
    assert tallies.compare() == []
    kept = tallies.stored()
    tallies.rebuild()
    assert tallies.stored() == kept
    wards = {f: sum(getattr(c, f) for c in kept.wards.values()) for f in tallies.FIELDS}
    assert wards == {f: sum(getattr(c, f) for c in kept.areas.values()) for f in tallies.FIELDS}


def _forget():
    """Each example starts from nothing."""
    AreaTally.objects.all().delete()
    WardTally.objects.all().delete()
    Check.objects.all().delete()
    Result.objects.update(replaces=None)
    Result.photos.through.objects.all().delete()
    Result.objects.all().delete()
    Initiative.objects.all().delete()
