"""What the city's pages say: sums of wards, neutral states apart, and never a household."""

import itertools
from datetime import timedelta

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo.board import totals
from kheo.catalogue import kit
from kheo.checks.actions import ask_check, record_check, report_unreached
from kheo.checks.testing import promised
from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Invalid
from kheo.evidence.models import Photo
from kheo.initiatives.models import State
from kheo.openlog.models import Entry
from kheo.results import sums, tallies
from kheo.results.actions import report_result
from kheo.results.models import AreaTally, Result
from kheo.results.sums import Figures
from kheo.results.testing import LAMPS, METRES, photo, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(actor, city):
    def make(initiative, quantity, indicator=LAMPS, **more):
        leads = actor(Role.ORGANISER, city.city)
        return report_result(leads, initiative, indicator=indicator, quantity=quantity, day=clock.today(), photos=[photo()], **more)

    return make


@pytest.fixture
def check(actor, city, person):
    def make(result, measured):
        asked = ask_check(actor(Role.OFFICER, city.city), result, checker=person(Role.CHECKER, city.city))
        by = actor(Role.CHECKER, city.city)
        return report_unreached(by, asked) if measured is None else record_check(by, asked, measured=measured, photo=photo())

    return make


@pytest.fixture
def leader(person, city):
    return person(Role.ORGANISER, city.city)


def test_the_city_sums_its_wards(city, leader, report, check):
    here = work(city.area, leader, targets={LAMPS: 30}, registered_at=clock.now())  # in January, too, of this year
    there = work(city.other_area, leader, targets={LAMPS: 10, METRES: 500}, registered_at=clock.now())
    work(city.area2, leader, targets={LAMPS: 999}, state=State.DRAFT, registered_at=None)
    work(city.area2, leader, targets={LAMPS: 999}, state=State.CLOSED)
    check(report(here, 12), 12)
    check(report(here, 10), 4)
    report(there, 3)
    check(report(there, 2), None)
    year = clock.today().year
    found = {t.indicator.key: t for t in totals.city(year)}
    lamps = found[LAMPS]
    assert (lamps.target, lamps.reported, lamps.checked, lamps.results, lamps.checks) == (40, 27, 16, 4, 2)
    assert (lamps.figures.right, lamps.figures.short, lamps.figures.waiting, lamps.figures.unreached) == (1, 1, 1, 1)
    assert (found[METRES].target, found[METRES].reported) == (500, 0)
    assert totals.of_place(city.city, year) == totals.city(year)
    ward = {t.indicator.key: t for t in totals.of_place(city.ward, year)}
    assert (ward[LAMPS].target, ward[LAMPS].reported, ward[LAMPS].checked) == (30, 22, 16)
    area = {t.indicator.key: t for t in totals.of_place(city.other_area, year)}
    assert (area[LAMPS].target, area[LAMPS].reported) == (10, 5)
    assert totals.city(year - 1) == []


def test_a_result_at_a_site_counts_in_the_sites_area(city, leader, report):
    result = report(work(city.ward, leader), 5, site=city.road)
    assert result.place == city.area
    assert totals.of_place(city.area, clock.today().year)[0].reported == 5


def test_checked_work_darkens_the_map_and_claims_do_not(city, leader, report, check):
    report(work(city.other_area, leader), 5)
    check(report(work(city.area, leader), 5), 5)
    assert totals.density(clock.today().year) == {city.ward.slug: 1000 / 360, city.other_ward.slug: 0}


def test_queries_stay_the_same_however_much_is_done(city, leader, report, django_assert_max_num_queries):
    works = [work(place, leader, targets={LAMPS: 5}) for place in (city.area, city.area2, city.other_area)]
    for initiative in works:
        report(initiative, 3)
    year = clock.today().year
    for reads in (lambda: totals.city(year), lambda: totals.of_place(city.area, year), lambda: sums.of_initiatives(w.pk for w in works)):
        with django_assert_max_num_queries(3):
            reads()
    with django_assert_max_num_queries(4):
        totals.density(year)


# ── works at households' homes ──

HOUSE = "poor-house"


@pytest.fixture
def houses():
    assert kit(HOUSE).private_site
    return kit(HOUSE).main.key


def test_a_house_is_told_at_the_ward_and_never_finer(city, leader, report, houses):
    result = report(work(city.area, leader, kit=HOUSE), 2, houses)
    assert result.place == city.ward
    assert AreaTally.objects.get().place == city.ward
    assert not Photo.objects.filter(public=True).exists()
    entry = Entry.objects.get(verb="result.reported")
    assert entry.place == city.ward.slug
    assert b'"quantity"' not in bytes(entry.leaf) and entry.facts is None  # nor the work, whose address may say whose house


def test_a_house_has_no_site_and_no_drawing(city, leader, report, houses):
    private = work(city.ward, leader, kit=HOUSE)
    for more in ({"site": city.road}, {"geometry": {"type": "Point", "coordinates": [105.78, 10.03]}}):
        with pytest.raises(Invalid) as refused:
            report(private, 1, houses, **more)
        assert refused.value.field == next(iter(more))
    assert not Result.objects.exists()


def test_photos_of_houses_are_not_asked_for_and_checks_neither_show_nor_tell_them(city, leader, actor, person, houses):
    initiative = work(city.ward, leader, kit=HOUSE)
    result = report_result(actor(Role.ORGANISER, city.city), initiative, indicator=houses, quantity=6, day=clock.today())
    asked = ask_check(actor(Role.OFFICER, city.ward), result, checker=promised(person(Role.CHECKER, city.ward)))
    done = record_check(actor(Role.CHECKER, city.ward), asked, measured=6, photo=photo())
    assert not done.photo.public
    entry = Entry.objects.get(verb="check.recorded")
    assert b"measured" not in bytes(entry.leaf)
    assert entry.facts is None


@pytest.mark.parametrize("count", [1, 4, 5])
def test_cells_under_five_are_kept_back_everywhere(city, leader, report, houses, count):
    year = clock.today().year
    initiative, many = work(city.ward, leader, kit=HOUSE, targets={houses: 20}), work(city.other_ward, leader, kit=HOUSE)
    report(initiative, count, houses)
    report(many, 7, houses)
    few = count < 5
    ward = totals.of_place(city.ward, year)[0]
    assert (ward.suppressed, ward.reported, ward.results) == (few, 0 if few else count, 0 if few else 1)
    public = sums.of_initiatives([initiative.pk])[initiative.pk][houses]
    assert (public.suppressed, public.reported) == (few, 0 if few else count)
    assert sums.of_initiatives([initiative.pk], exact=True)[initiative.pk][houses].reported == count
    total = totals.city(year)[0]
    assert total.reported == (7 if few else 7 + count)  # the rest can't be worked out by taking the other ward away
    assert not total.suppressed


def test_a_city_of_few_houses_says_only_that(city, leader, report, houses):
    report(work(city.ward, leader, kit=HOUSE), 1, houses)
    total = totals.city(clock.today().year)[0]
    assert (total.suppressed, total.reported, total.results) == (True, 0, 0)


def test_two_small_houses_cannot_be_worked_out_from_the_ward(city, leader, report, houses):
    year = clock.today().year
    many, two = work(city.ward, leader, kit=HOUSE), work(city.ward, leader, kit=HOUSE)
    report(many, 9, houses)
    report(two, 2, houses)
    assert sums.of_initiatives([many.pk])[many.pk][houses].reported == 9
    assert totals.of_place(city.ward, year)[0].reported == totals.city(year)[0].reported == 9
    assert sums.by_ward(year)[city.ward.pk][houses].reported == 9


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_under_five_is_left_when_public_numbers_are_subtracted(city, leader, report, houses, data):
    """Every public number is Σ of the cells (work, year) in it: what can be worked out are the sets of cells in their linear span."""
    today = clock.today()
    days = (today, today.replace(year=today.year - 1, day=1))
    numbers = st.tuples(st.sampled_from(("ward", "ward", "other_ward")), *[st.sampled_from((0, 1, 2, 4, 5, 7)) for _ in days])
    with transaction.atomic():
        works = []
        for where, *quantities in data.draw(st.lists(numbers, min_size=1, max_size=4)):
            made = work(getattr(city, where), leader, kit=HOUSE, registered_at=clock.now() - timedelta(days=800))
            by = {"initiative": made, "indicator": houses, "place": made.place, "reported_by": leader, "reported_at": clock.now()}
            for day, quantity in zip(days, quantities, strict=True):
                if quantity:
                    tallies.add((result := Result.objects.create(quantity=quantity, day=day, **by), tallies.counts_of(result)))
            works.append((made, quantities))
        cells = {(w.pk, n): q for w, quantities in works for n, q in enumerate(quantities) if q}
        told = sums.of_initiatives([w.pk for w, _q in works])
        shown = {w.pk for w, _q in works if (f := told[w.pk].get(houses)) and not f.suppressed}
        public = [([c for c in cells if c[0] == pk], told[pk][houses]) for pk in shown]
        for n, day in enumerate(days):
            for ward, by_key in [*sums.by_ward(day.year).items(), (None, sums.city(day.year))]:
                within = {w.pk for w, _q in works if ward in (None, w.place_id)}
                public.append(([c for c in cells if c[1] == n and c[0] in within], by_key.get(houses, Figures())))
        rows = []
        for held, figures in public:
            if figures.reported:  # the attacker knows the rule: what is left out of a sum is what is not shown by itself
                kept = [c for c in held if c[0] in shown]
                assert figures.reported == sum(cells[c] for c in kept)
                rows.append([int(c in kept) for c in cells])
        rank = np.linalg.matrix_rank(np.array(rows)) if rows else 0
        for some in itertools.chain.from_iterable(itertools.combinations(cells, n) for n in range(1, len(cells) + 1)):
            if rows and sum(cells[c] for c in some) < sums.SMALLEST:
                assert np.linalg.matrix_rank(np.array([*rows, [int(c in some) for c in cells]])) > rank, (cells, some)
        transaction.set_rollback(True)


def test_years_are_apart(city, leader, actor):
    initiative = work(city.area, leader, registered_at=clock.now() - timedelta(days=800), targets={LAMPS: 9})
    today = clock.today()
    for day, quantity in ((today, 5), (today.replace(year=today.year - 1, day=1), 3)):
        report_result(actor(Role.ORGANISER, city.city), initiative, indicator=LAMPS, quantity=quantity, day=day, photos=[photo()])
    assert [totals.city(y)[0].reported for y in (today.year, today.year - 1)] == [5, 3]
    assert totals.city(today.year)[0].target == 0
