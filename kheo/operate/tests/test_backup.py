"""A backup is whole and consistent, a restored city verifies, and what was erased stays erased."""

import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

NEW_WARD = """
from kheo.openlog import sequencer
from kheo.places.actions import add_place
from kheo.places.importing import INSTALLER
from kheo.places.models import Place
add_place(INSTALLER, Place.objects.get(slug="can-tho"), "xa", "{name}")
print(sequencer.drain())
"""


def test_init_says_how_the_first_operator_gets_in(template: tuple[Path, str]) -> None:
    assert "/sign-in/link/" in template[1]


def entries(said: str) -> int:
    return int(next(line for line in said.splitlines() if "entries hold" in line).split("Restored. ")[1].split()[0])


def test_a_city_comes_back_on_another_machine(city: Path, tmp_path: Path, kheo: Any) -> None:
    kheo(city, "backup", tmp_path / "copy")
    manifest = json.loads((tmp_path / "copy" / "manifest.json").read_text())
    assert {"keys/log.key", "log-state.json", "media/photos/one.webp"} <= set(manifest["files"])
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o700

    there = tmp_path / "there"
    assert entries(kheo(there, "restore", tmp_path / "copy").stdout) >= 4  # the city, two wards, the operator
    assert (there / "media" / "photos" / "one.webp").read_bytes() == b"picture"
    assert stat.S_IMODE((there / "keys" / "log.key").stat().st_mode) == 0o600
    assert "READ-ONLY" not in kheo(there, "log", "status").stdout
    kheo(there, "manage", "shell", "-c", NEW_WARD.format(name="Mỹ Khánh"))  # it goes on writing the same log
    assert "hold" in kheo(there, "log", "check").stdout


def test_yesterdays_backup_makes_the_log_read_only_until_an_epoch_is_opened(city: Path, tmp_path: Path, kheo: Any) -> None:
    kheo(city, "backup", tmp_path / "yesterday")
    kheo(city, "manage", "shell", "-c", NEW_WARD.format(name="Mỹ Khánh"))
    assert "--replace" in kheo(city, "restore", tmp_path / "yesterday", good=False).stderr
    said = kheo(city, "restore", tmp_path / "yesterday", "--replace")
    assert "READ-ONLY" in said.stderr
    refused = kheo(city, "manage", "shell", "-c", NEW_WARD.format(name="Nhơn Ái"), good=False)
    assert "LogReadOnly" in refused.stderr
    kheo(city, "log", "open-epoch", "--reason", "restored from yesterday's backup")
    kheo(city, "manage", "shell", "-c", NEW_WARD.format(name="Nhơn Ái"))


def test_a_damaged_or_interrupted_backup_is_refused_untouched(city: Path, tmp_path: Path, kheo: Any) -> None:
    copy = tmp_path / "copy"
    kheo(city, "backup", copy)
    assert "not empty" in kheo(city, "backup", copy, good=False).stderr
    (copy / "media" / "photos" / "one.webp").write_bytes(b"Picture")
    said = kheo(tmp_path / "there", "restore", copy, good=False).stderr
    assert "one.webp" in said and "Nothing was restored" in said
    shutil.copytree(copy, tmp_path / "interrupted")
    (tmp_path / "interrupted" / "manifest.json").unlink()
    assert "interrupted" in kheo(tmp_path / "there", "restore", tmp_path / "interrupted", good=False).stderr


def test_what_was_erased_after_the_backup_is_erased_again(city: Path, tmp_path: Path, kheo: Any) -> None:
    kheo(city, "backup", tmp_path / "copy")
    kheo(city, "log", "redact", "1", "--part", "private", "--ground", "asked to be forgotten")
    kheo(city, "log", "sequence")
    shown = 'from kheo.openlog.models import Entry; print("left:", Entry.objects.get(index=1).private)'
    assert "left: None" in kheo(city, "manage", "shell", "-c", shown).stdout
    kheo(city, "restore", tmp_path / "copy", "--replace")
    assert "left: None" in kheo(city, "manage", "shell", "-c", shown).stdout
