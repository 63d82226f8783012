"""A room's words: what is extracted, kept, refused."""

import gettext
from pathlib import Path

import pytest

from kheo.core import catalogues

TEMPLATE = """{% extends "act.html" %}
    {% block title %}{% translate "Raise a need" %}{% endblock %}
      {% blocktranslate trimmed count n=lamps %}
        {{ n }} lamp
      {% plural %}
        {{ n }} lamps
      {% endblocktranslate %} don't ( [ "
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "need.html").write_text(TEMPLATE)
    (tmp_path / "rules.py").write_text('No(_("Only the head of %(area)s may do this."))\n')
    return tmp_path


def translate(room: Path, **pairs: str) -> None:
    path = catalogues.po_path(room, "vi")
    text = path.read_text()
    for line, translation in zip(pairs["lines"].split("|"), pairs["to"].split("|"), strict=True):
        key = f'msgid "{line}"\nmsgstr ""'
        assert key in text
        text = text.replace(key, f'msgid "{line}"\nmsgstr "{translation}"')
    path.write_text(text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s bóng đèn"'))


def test_templates_and_python_are_extracted_and_translations_kept(room: Path) -> None:
    assert catalogues.update(room) == {"vi": 3, "id": 3}
    translate(room, lines="Raise a need|Only the head of %(area)s may do this.", to="Nêu nhu cầu|Chỉ trưởng %(area)s được làm.")
    (room / "rules.py").write_text('No(_("Only the head of %(area)s may do this."))\nNo(_("Not yet."))\n')
    assert catalogues.update(room)["vi"] == 1  # only the new sentence
    assert "Nêu nhu cầu" in catalogues.po_path(room, "vi").read_text()
    assert any("Not yet." in p for p in catalogues.problems("room", room))


def test_an_update_without_news_changes_nothing(room: Path) -> None:
    catalogues.update(room)
    before = catalogues.po_path(room, "id").read_bytes()
    catalogues.update(room)
    assert catalogues.po_path(room, "id").read_bytes() == before
    assert b"Date" not in before


def test_a_lost_placeholder_and_a_dropped_sentence_are_named(room: Path) -> None:
    catalogues.update(room)
    translate(room, lines="Raise a need|Only the head of %(area)s may do this.", to="Nêu nhu cầu|Chỉ trưởng ấp được làm.")
    assert [p for p in catalogues.problems("room", room) if "vi" in p] == [
        "room vi: placeholders differ: 'Only the head of %(area)s may do this.'"
    ]
    (room / "rules.py").unlink()
    assert any("no longer used" in p for p in catalogues.problems("room", room))


def test_rooms_that_translate_the_same_words_differently_are_named(room: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "rules.py").write_text('No(_("Raise a need"))\nNo(pgettext("flag", "Raise a need"))\n')
    both = {"other": other, "room": room}
    for folder in both.values():
        catalogues.update(folder)
    assert catalogues.disagreements(both) == [], "nothing is translated yet"
    translate(room, lines="Raise a need", to="Báo việc cần làm")
    path = catalogues.po_path(other, "vi")
    path.write_text(path.read_text().replace('msgid "Raise a need"\nmsgstr ""', 'msgid "Raise a need"\nmsgstr "Nêu nhu cầu"'))
    assert catalogues.disagreements(both) == [
        "vi: rooms disagree on 'Raise a need': 'Nêu nhu cầu' in other; 'Báo việc cần làm' in room",
    ], "a context makes other words of it"
    path = catalogues.po_path(room, "id")
    path.write_text(path.read_text().replace('msgid "Raise a need"\nmsgstr ""', 'msgid "Raise a need"\nmsgstr "Sampaikan"'))
    assert len(catalogues.disagreements(both)) == 2, "English would hide the other room's Indonesian"


def test_compiled_indonesian_falls_back_to_english_not_vietnamese(room: Path) -> None:
    catalogues.update(room)
    assert catalogues.compile_stale([room]) == 2
    assert catalogues.compile_stale([room]) == 0
    with catalogues.po_path(room, "id").with_suffix(".mo").open("rb") as f:
        words = gettext.GNUTranslations(f)
    assert words.gettext("Raise a need") == "Raise a need"
    assert "Raise a need" in words._catalog  # type: ignore[attr-defined]
