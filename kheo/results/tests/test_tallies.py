"""The tallies say what the results say, whatever happened in whatever order."""

import pytest
from django.db.models import F

from kheo import cli
from kheo.core import clock
from kheo.core.actor import Role
from kheo.results import tallies
from kheo.results.actions import report_result
from kheo.results.models import AreaTally, Result, WardTally
from kheo.results.testing import LAMPS, at_once, photo, work

pytestmark = pytest.mark.django_db


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
