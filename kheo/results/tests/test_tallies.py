"""The tallies say what the results say, whatever happened in whatever order."""

from datetime import timedelta

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo import cli
from kheo.checks.actions import ask_check, decline_check, record_check, report_unreached
from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Invalid, Refused
from kheo.results import tallies
from kheo.results.actions import correct_result, report_result
from kheo.results.models import AreaTally, Result, WardTally
from kheo.results.testing import LAMPS, METRES, at_once, photo, work

pytestmark = pytest.mark.django_db
COLUMNS = tallies.FIELDS

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
    Result.objects.all().update(replaces=None)
    for table in (AreaTally, WardTally):
        table.objects.all().delete()
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
    wards = {f: sum(getattr(c, f) for c in kept.wards.values()) for f in COLUMNS}
    assert wards == {f: sum(getattr(c, f) for c in kept.areas.values()) for f in COLUMNS}


def _forget():
    from kheo.checks.models import Check
    from kheo.initiatives.models import Initiative

    Check.objects.all().delete()
    Result.photos.through.objects.all().delete()
    Result.objects.all().delete()
    Initiative.objects.all().delete()


def test_a_wrong_row_is_found_and_mended(city, person, actor, capsys):
    lighting = work(city.area, person(Role.ORGANISER, city.ward))
    report_result(actor(Role.ORGANISER, city.ward), lighting, indicator=LAMPS, quantity=5, day=clock.today(), photos=[photo()])
    assert cli.main(["tallies", "check"]) == 0
    WardTally.objects.update(reported=F("reported") + 1)
    AreaTally.objects.create(place=city.area2, indicator=LAMPS, month=clock.today().replace(day=1), results=1)
    assert [(d.table, d.stored.reported, d.rebuilt.reported) for d in tallies.compare()] == [("areas", 0, 0), ("wards", 6, 5)]
    assert cli.main(["tallies", "check"]) == 1
    assert "stored" in capsys.readouterr().out
    assert cli.main(["tallies", "rebuild"]) == 0
    assert tallies.compare() == []


@pytest.mark.django_db(transaction=True)
def test_reports_at_once_all_count(city, person, actor):
    leads = actor(Role.ORGANISER, city.ward)
    works = [work(place, person(Role.ORGANISER, city.ward)) for place in (city.area, city.area2, city.area, city.area2)]

    def report(number):
        return lambda: report_result(leads, works[number], indicator=LAMPS, quantity=number + 1, day=clock.today(), photos=[photo()])

    found = at_once(*(report(n) for n in range(4)))
    assert [type(f) for f in found] == [Result] * 4
    assert WardTally.objects.get().reported == 10
    assert sorted(AreaTally.objects.values_list("reported", flat=True)) == [4, 6]
    assert tallies.compare() == []
