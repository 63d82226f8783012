"""Price lists: dated, published, never changed; units with their names."""

from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kheo.core import clock, numbers
from kheo.core.actor import Role
from kheo.core.rules import Invalid
from kheo.ledger import actions, units
from kheo.ledger.models import Price, PriceList
from kheo.ledger.sums import Sums, sums_of
from kheo.ledger.worth import in_force

CEMENT = ("bag", "Xi măng", 95_000)


@pytest.mark.django_db
def test_an_officer_publishes_and_everybody_reads(signed_in, client, city, post):
    data = {
        "source": "Notice 12/TB",
        "valid_from": clock.today(),
        "unit_1": "bag",
        "what_1": "Xi măng",
        "vnd_1": "95.000",
        "vnd_2": "350000",
    }
    assert post(signed_in(Role.OFFICER, city.ward), "publish-prices", city.ward.slug, **data).status_code == 302
    page = client.get(f"/places/{city.ward.slug}/prices/", headers={"accept-language": "en"}).text
    assert "Xi măng, 1 bag" in page and "95,000" in page and "Notice 12/TB" in page
    assert post(signed_in(Role.HEAD, city.area), "publish-prices", city.ward.slug, **data).status_code == 403
    assert PriceList.objects.count() == 1 and Price.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows", [[], [("VND", "", 5)], [("bag", "", 0)], [("bag", "", 1.5)], [("nosuch", "", 5)], [CEMENT, ("bag", "XI MANG", 5)]]
)
def test_a_list_that_cannot_be_is_refused(actor, city, rows):
    with pytest.raises(Invalid):
        actions.publish_prices(actor(Role.OFFICER, city.ward), city.ward, valid_from=clock.today(), source="x", rows=rows)
    assert not PriceList.objects.exists()


@pytest.mark.django_db
def test_the_list_of_the_day_and_the_nearest_place_holds(actor, city):
    today, officer = clock.today(), actor(Role.OFFICER, city.ward)
    assert in_force(city.area, today) is None
    actions.publish_prices(actor(Role.CITY_BOARD, city.city), city.city, valid_from=today, source="city", rows=[("bag", "", 80_000)])
    assert in_force(city.area, today).worth("bag", 3, "gạch") == 240_000
    first = actions.publish_prices(officer, city.ward, valid_from=today - timedelta(days=9), source="old", rows=[CEMENT])
    actions.publish_prices(officer, city.ward, valid_from=today + timedelta(days=1), source="coming", rows=[("bag", "", 1)])
    found = in_force(city.area, today)
    assert found.list == first and found.worth("bag", 2, "xi MĂNG") == 190_000
    assert found.worth("bag", 2, "cát") is None and found.worth("kg", 2) is None
    assert in_force(city.area, today + timedelta(days=1)).list.source == "coming"


@pytest.mark.django_db
def test_a_price_is_never_added_to_money(actor, city, work, give):
    actions.publish_prices(actor(Role.OFFICER, city.ward), city.ward, valid_from=clock.today(), source="x", rows=[CEMENT])
    give(10, unit="bag", what="xi măng")
    assert sums_of([work])[work.pk] == {"bag": Sums(10, 0, 10)}


@pytest.mark.parametrize(
    ("language", "unit", "n", "words"),
    [
        ("en", "bag", 1, "1 bag"),
        ("en", "bag", 2, "2 bags"),
        ("vi", "bag", 2, "2 bao"),
        ("id", "piece", 3, "3 buah"),
        ("km", "bag", 1, "1 bao"),
    ],
)
def test_a_unit_is_said_in_the_readers_language(language, unit, n, words):
    with translation.override(language):
        assert numbers.quantity(n, unit) == words


@given(st.sampled_from(list(units.all_units())), st.sampled_from(["vi", "en", "id"]), st.integers(-5, 5) | st.none())
def test_every_unit_has_a_name_and_bounds(key, language, n):
    unit = units.get(key)
    with translation.override(language):
        assert unit.label(n)
    assert 0 < unit.most_nameless <= unit.most < 2**53 and len(key) <= 12
    assert language in unit.names


def test_the_old_keys_stay():
    assert {"VND", "kg", "labour-day"} <= set(units.all_units()) and units.order(units.MONEY) == 0


@pytest.mark.django_db
def test_the_book_says_what_materials_are_worth_beside_them(client, actor, city, work, give):
    rows = [CEMENT, ("labour-day", "", 300_000)]
    actions.publish_prices(actor(Role.OFFICER, city.ward), city.ward, valid_from=clock.today(), source="Notice 12", rows=rows)
    give(10, unit="bag", what="xi măng"), give(4, unit="labour-day"), give(7, unit="bag", what="gạch"), give(50_000)
    page = client.get(f"/initiatives/{work.slug}/book/", headers={"accept-language": "en"}).text
    assert "worth about 950,000" in page and "worth about 1,200,000" in page and "Notice 12" in page
    assert page.count("worth about") == 3  # one total (labour-days), two entries; bricks have no price
