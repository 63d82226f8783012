"""Every kit folder, as it lies in the repository."""

import re
from pathlib import Path

import heroicons
import pytest
from django.utils import translation

from kheo import catalogue
from kheo.catalogue import folders, hooks, keys, reading, shelf
from kheo.catalogue.shapes import Kit
from kheo.catalogue.texts import LANGUAGES, Text
from kheo.core.numbers import quantity
from kheo.places.levels import kinds_of
from kheo.places.models import Rank

FOLDERS = folders.folders()
DOCS = Path(__file__).resolve().parents[3] / "docs" / "kits.md"


def _texts(thing: object) -> list[Text]:
    """Every text in a kit, however deep."""
    if isinstance(thing, Text):
        return [thing]
    if isinstance(thing, dict):
        return [t for v in thing.values() for t in _texts(v)]
    if isinstance(thing, tuple):
        return [t for v in thing for t in _texts(v)]
    if hasattr(thing, "__dataclass_fields__"):
        return [t for f in thing.__dataclass_fields__ for t in _texts(getattr(thing, f))]
    return []


@pytest.fixture(params=FOLDERS, ids=lambda f: f.name)
def kit(request: pytest.FixtureRequest) -> Kit:
    return reading.read(request.param)


def test_the_kits_named_by_the_city_are_there() -> None:
    assert {"rural-lighting", "alley-bell", "kindness-meals", "free-stall", "poor-house", "house-repair", "clean-farming"} <= set(
        catalogue.kits()
    )
    assert shelf.broken() == {}
    assert next(iter(catalogue.kits())) == "rural-lighting"


def test_speaks_three_languages(kit: Kit) -> None:
    for text in _texts(kit):
        if text:
            assert set(text.words) == set(LANGUAGES), text("vi")


def test_icon_exists(kit: Kit) -> None:
    assert heroicons._load_icon("outline", kit.icon) is not None


def test_sites_are_of_known_kinds(kit: Kit) -> None:
    assert set(kit.site_kinds) <= {k.key for k in kinds_of(Rank.SITE)}


def test_title_takes_only_names_of_places(kit: Kit) -> None:
    for language in LANGUAGES:
        assert set(re.findall(r"\{(\w+)\}", kit.title(language))) <= {"site", "place"}
        if kit.private_site:
            assert "{site}" not in kit.title(language)


def test_figures_carry_their_source(kit: Kit) -> None:
    for indicator in kit.indicators.values():
        assert indicator.minimum <= indicator.maximum < indicator.target_maximum
        if indicator.cost:
            assert indicator.cost.mark in keys.MARKS and indicator.cost.date


def test_private_kits_ask_for_no_public_picture(kit: Kit) -> None:
    if kit.private_site:
        assert not kit.site_kinds
        assert not any(i.needs_photo for i in kit.indicators.values())


def test_hooks_are_documented(kit: Kit) -> None:
    assert hooks.problems(kit.key) == []
    told = DOCS.read_text(encoding="utf-8")
    for name, parameters in hooks.HOOKS.items():
        assert f"`{name}({', '.join(parameters)})`" in told


def test_every_key_and_choice_is_documented() -> None:
    from kheo.catalogue.shapes import Evidence, Field

    told = DOCS.read_text(encoding="utf-8")
    names = {k for known in keys.ALL.values() for k in known} | set(keys.NEEDS) | set(keys.RULES) | set(keys.MARKS)
    names |= {e.value for e in Evidence} | {f.value for f in Field}
    assert [n for n in sorted(names) if f"`{n}`" not in told] == []


def test_rural_lighting_knows_the_road() -> None:
    kit = catalogue.kit("rural-lighting")
    assert hooks.suggest_targets(kit, 1100) == {"rural-lighting.lamps": 30, "rural-lighting.lit-m": 1100}
    assert hooks.suggest_targets(kit, None) == {}
    assert hooks.doubts(kit, {"rural-lighting.lamps": 30, "rural-lighting.lit-m": 1100}) == []
    assert "80 m" in hooks.doubts(kit, {"rural-lighting.lamps": 3, "rural-lighting.lit-m": 1100})[0]("en")
    assert "15 m" in hooks.doubts(kit, {"rural-lighting.lamps": 300, "rural-lighting.lit-m": 1100})[0]("en")


def test_tolerance_is_of_the_claim() -> None:
    metres = catalogue.indicator("rural-lighting.lit-m")
    assert metres.agrees(1000, 950) and not metres.agrees(1000, 949) and metres.agrees(1000, 1200)
    lamps = catalogue.indicator("rural-lighting.lamps")
    assert lamps.agrees(30, 30) and not lamps.agrees(30, 29)


def test_unknown_keys_say_so() -> None:
    with pytest.raises(shelf.Unknown, match="rockets"):
        catalogue.kit("rockets")
    with pytest.raises(shelf.Unknown, match=r"trees\.leaves"):
        catalogue.indicator("trees.leaves")


def test_disabled_kits_stay_readable(settings) -> None:
    settings.KHEO_KITS_DISABLED = ("trees",)
    assert "trees" not in catalogue.offered() and not catalogue.is_offered("trees")
    assert catalogue.kit("trees").main.key == "trees.planted"


def test_one_alone_has_its_own_word() -> None:
    unit = catalogue.indicator("bridge.bridges").unit
    with translation.override("en"):
        assert [quantity(n, unit) for n in (1, 2)] == ["1 bridge", "2 bridges"]
    with translation.override("vi"):
        assert quantity(1, unit) == "1 cầu"
