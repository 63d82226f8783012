"""What is wrong with a kit is said with the file, the key and what would do."""

from pathlib import Path

import pytest
from django.utils import translation

from kheo.catalogue import reading, scaffold
from kheo.catalogue.texts import Text

GOOD = scaffold.TEMPLATE.read_text(encoding="utf-8")


def _problems(tmp_path: Path, text: str, folder: str = "some_kit") -> list[str]:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "kit.toml").write_text(text, encoding="utf-8")
    with pytest.raises(reading.KitError) as caught:
        reading.read(tmp_path / folder)
    return caught.value.problems


def _good_but(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('colour = "red"\n' + GOOD, "colour: unknown key; known keys are agenda, agreement, answers"),
        (_good_but("maximum = 100", "maxium = 100"), "indicators.done.maxium: unknown key"),
        (_good_but("maximum = 100", "maxium = 100"), "indicators.done.maximum: must be a whole number from 1"),
        (_good_but("maximum = 100", "maximum = 1.5"), "indicators.done.maximum: must be a whole number"),
        (_good_but("maximum = 100", "maximum = true"), "indicators.done.maximum: must be a whole number"),
        (_good_but("minimum = 1", "minimum = 200"), "indicators.done.maximum: is below minimum (200)"),
        (_good_but('field = "culture-society"', 'field = "art"'), "field: 'art' is not known; one of economy, culture-society"),
        (_good_but('answers = ["help"]', 'answers = ["money"]'), "answers: 'money' is not known; known are light"),
        (_good_but('unit = { vi = "việc", en', "unit = { en"), "indicators.done.unit: needs Vietnamese"),
        (_good_but('vi = "việc"', 'fr = "chose", vi = "việc"'), "indicators.done.unit.fr: unknown key; known keys are en, id, vi"),
        (_good_but('vi = "việc"', 'vi = " "'), "indicators.done.unit.vi: must be a text that isn't empty"),
        (_good_but('icon = "sparkles"\n', ""), "icon: must be a text that isn't empty; it is missing"),
        (_good_but('evidence = ["photo"]', 'evidence = ["song"]'), "indicators.done.evidence: 'song' is not known"),
        (_good_but('indicator = "done"', 'indicator = "gone"'), "durability[1].indicator: 'gone' is not known; one of done"),
        (GOOD + "[indicators.Done]\nmaximum = 3\n", "indicators.Done: an indicator's key is lower-case"),
        (GOOD.split("[indicators")[0], "indicators: a kit counts at least one thing"),
        ('private_site = true\nsite_kinds = ["road"]\n' + _good_but("site_kinds = []\n", ""), "site_kinds: a kit with private_site"),
        (GOOD + '[indicators.done.cost]\nleast = 5\nmost = 2\nmark = "X"\ndate = "soon"\n', "cost.most: is below least (5)"),
        (GOOD + '[indicators.done.cost]\nleast = 5\nmost = 2\nmark = "X"\ndate = "soon"\n', "cost.mark: 'X' is not known; one of C, M"),
        (GOOD + '[indicators.done.cost]\nleast = 5\nmost = 2\nmark = "X"\ndate = "soon"\n', "cost.date: must be a year or month"),
        ("name = [", "not TOML"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, text: str, wanted: str) -> None:
    problems = _problems(tmp_path, text)
    assert any(wanted in p for p in problems), problems
    assert all(str(tmp_path / "some_kit" / "kit.toml") in p for p in problems)


def test_a_folder_with_a_bad_name_is_refused(tmp_path: Path) -> None:
    assert "lower-case" in _problems(tmp_path, GOOD, folder="Some Kit")[0]


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "kit.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(reading.KitError, match="not TOML"):
        reading.read(tmp_path)


def test_the_hash_is_of_the_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "some_kit"
    folder.mkdir()
    (folder / "kit.toml").write_text(GOOD, encoding="utf-8")
    first = reading.read(folder).hash
    (folder / "kit.toml").write_text(GOOD + "# a word\n", encoding="utf-8")
    assert len(first) == 64 and reading.read(folder).hash != first


def test_texts_fall_back() -> None:
    text = Text({"vi": "đèn", "en": "lamps"})
    assert (text("vi"), text("en-gb"), text("id"), text("fr")) == ("đèn", "lamps", "lamps", "lamps")
    assert Text({"vi": "đèn"})("en") == "đèn"
    with translation.override("en"):
        assert f"{text}" == "lamps"
    with translation.override("vi"):
        assert str(text) == "đèn"
