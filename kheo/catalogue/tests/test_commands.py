"""kheo new-kit, kheo check-kit, system checks, kits with tables."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import AppConfig

from kheo import cli
from kheo.catalogue import checks, folders, hooks, shelf


@pytest.fixture
def kits_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of kits in place of ours."""
    monkeypatch.setattr(folders, "ROOT", tmp_path)
    monkeypatch.setattr(importlib.import_module("kheo.kits"), "__path__", [str(tmp_path)])
    shelf.forget()
    hooks.module.cache_clear()
    yield tmp_path
    shelf.forget()
    hooks.module.cache_clear()
    for name in [n for n in sys.modules if n.startswith("kheo.kits.free_library")]:
        del sys.modules[name]


def test_a_new_kit_is_good_at_once(kits_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new-kit", "free-library"]) == 0
    assert (kits_folder / "free_library" / "kit.toml").exists()
    assert cli.main(["check-kit", "free-library"]) == 0
    assert "free-library: good; 1 indicators" in capsys.readouterr().out
    assert list(shelf.kits()) == ["free-library"]


@pytest.mark.parametrize("name", ["Free Library", "../evil", "kit!", "a" * 60, "-x"])
def test_names_that_cannot_be(kits_folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    args = ["new-kit", "--", name] if name.startswith("-") else ["new-kit", name]
    assert cli.main(args) == 1
    assert "lower-case" in capsys.readouterr().out
    assert list(kits_folder.iterdir()) == []


def test_a_kit_is_never_overwritten(kits_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (cli.main(["new-kit", "free-library"]), cli.main(["new-kit", "free-library"])) == (0, 1)
    assert "is there already" in capsys.readouterr().out


def test_check_kit_explains(kits_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["new-kit", "free-library"])
    file = kits_folder / "free_library" / "kit.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("order =", "ordr ="), encoding="utf-8")
    assert cli.main(["check-kit"]) == 1
    assert "ordr: unknown key" in capsys.readouterr().out
    assert cli.main(["check-kit", "nothing"]) == 2
    assert [e.id for e in checks.kits()] == ["kheo.catalogue.E001"]


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("def paint(kit):\n    return 1\n", "paint: not a hook; known hooks are suggest_targets, doubts"),
        ("def doubts(targets):\n    return []\n", "doubts: takes (kit, targets)"),
        ("import nothing_like_this\n", "can't be imported"),
    ],
)
def test_undocumented_hooks_fail(kits_folder: Path, code: str, wanted: str) -> None:
    cli.main(["new-kit", "free-library"])
    (kits_folder / "free_library" / "kit.py").write_text(code)
    assert any(wanted in p for p in hooks.problems("free-library"))
    assert [e.id for e in checks.kits()] == ["kheo.catalogue.E002"]


def test_disabling_what_is_not_there_is_said(settings) -> None:
    settings.KHEO_KITS_DISABLED = ("rockets",)
    assert [e.id for e in checks.kits()] == ["kheo.catalogue.W001"]


def test_a_kit_with_tables_is_an_app_by_being_there(kits_folder: Path) -> None:
    cli.main(["new-kit", "free-library"])
    assert folders.apps_with_models() == []
    (kits_folder / "free_library" / "models.py").write_text("")
    (entry,) = folders.apps_with_models()
    app = AppConfig.create(entry)
    assert (app.label, app.name) == ("kit_free_library", "kheo.kits.free_library")
    assert Path(app.path) == kits_folder / "free_library"
