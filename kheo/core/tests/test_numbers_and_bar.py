"""Numbers as each language writes them, the bar, and the static files that packages bring."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kheo.core import charts, numbers
from kheo.core.finders import HashedStorage

WHOLE = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("language", "thousand", "road", "money", "share"),
    [
        ("vi", "1.204", "1,2 km", "21,4 tr", "71,3 %"),
        ("en", "1,204", "1.2 km", "₫21.4M", "71.3 %"),
        ("id", "1.204", "1,2 km", "21,4 jt ₫", "71,3 %"),
    ],
)
def test_each_language_has_its_marks(language: str, thousand: str, road: str, money: str, share: str) -> None:
    with translation.override(language):
        assert numbers.number(1204) == thousand
        assert numbers.number(-1204) == f"−{thousand}"
        assert numbers.quantity(1234, "m") == road
        assert numbers.money(21_400_000) == money
        assert numbers.percent(171, 240) == share


def test_a_percentage_is_never_all_of_it_by_rounding() -> None:
    with translation.override("en"):
        assert numbers.percent(9999, 10_000) == "99.9 %"
        assert numbers.percent(5, 0) == "–"


@given(checked=WHOLE, reported=WHOLE, target=st.none() | WHOLE, bound=st.none() | WHOLE)
def test_the_bar_never_leaves_its_frame(checked: int, reported: int, target: int | None, bound: int | None) -> None:
    drawn = charts.truth(checked, reported, target, "m", bound)
    for key in ("solid_width", "reported_width", "target_at"):
        if drawn[key] is not None:
            assert re.fullmatch(r"\d+\.\d\d%", drawn[key]) and 0 <= float(drawn[key][:-1]) <= 100
    solid = checked if bound is None else bound
    if solid <= reported:
        assert float(drawn["solid_width"][:-1]) <= float(drawn["reported_width"][:-1])


def test_the_bar_says_in_words_what_it_shows() -> None:
    with translation.override("en"):
        assert charts.sentence(0, 0, 30, "lamps") == "Nothing reported yet; the target is 30 lamps."
        assert charts.sentence(0, 12, 30, "lamps") == "12 lamps reported, not yet drawn for a check; the target is 30 lamps."
        assert charts.sentence(12, 20, None, "lamps") == "12 lamps checked on site, 20 lamps reported."
        assert charts.sentence(12, 20, 30, "lamps", 11) == "At least 11 lamps (95 % sure), 20 lamps reported; the target is 30 lamps."


@given(st.dictionaries(st.text(min_size=1), st.floats(0, 1e6), max_size=120))
def test_shades_keep_the_order(values: dict[str, float]) -> None:
    shades = charts.shades(values)
    assert set(shades) == set(values)
    for a in values:
        assert (shades[a] == 0) == (values[a] <= 0) and shades[a] <= 4
        assert all(shades[a] <= shades[b] for b in values if values[a] <= values[b])


def test_the_bar_escapes_what_people_write() -> None:
    template = engines["django"].from_string('{% truth_bar checked=1 reported=2 target=3 unit="<b>" name=name big=True %}')
    bar = template.render({"name": "<script>"})
    assert "<script>" not in bar and "<b>" not in bar


def test_packaged_files_are_found_and_only_the_wanted_ones() -> None:
    for wanted in ("leaflet/leaflet.js", "leaflet/leaflet.css", "leaflet/images/layers.png", "django_htmx/htmx-2.min.js", "kheo/kheo.css"):
        assert finders.find(wanted), wanted
    for unwanted in ("leaflet/draw/leaflet.draw.js", "leaflet/../__init__.py"):
        assert not finders.find(unwanted)


def test_names_stay_plain_where_nothing_was_collected(tmp_path: object) -> None:
    storage = HashedStorage(location=str(tmp_path), base_url="/static/")
    assert storage.url("kheo/kheo.css") == "/static/kheo/kheo.css"


def test_collected_files_are_named_by_their_content(settings: object, tmp_path: object) -> None:
    from django.core.management import call_command

    settings.STATIC_ROOT = str(tmp_path)  # type: ignore[attr-defined]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "kheo.core.finders.HashedStorage"}}  # type: ignore[attr-defined]
    call_command("collectstatic", interactive=False, verbosity=0)
    url = HashedStorage(location=str(tmp_path), base_url="/static/").url("kheo/kheo.css")
    assert re.fullmatch(r"/static/kheo/kheo\.[0-9a-f]{12}\.css", url)
