"""Where kits lie. Read by the settings too, before anything of Django is ready: nothing but paths here."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "kits"


def key_of(folder: Path) -> str:
    """The kit's key: the folder's name with dashes ("rural_lighting" → "rural-lighting")."""
    return folder.name.replace("_", "-")


def folder_of(key: str) -> Path:
    """Where a kit with this key lies or would lie."""
    return ROOT / key.replace("-", "_")


def folders() -> list[Path]:
    """Every folder with a kit.toml, by name."""
    return sorted(p.parent for p in ROOT.glob("*/kit.toml"))


def apps_with_models() -> list[str]:
    """Entries for INSTALLED_APPS: a kit with tables is a Django app by being there, label ``kit_<folder>``."""
    return [f"kheo.catalogue.kit_apps.kit_{p.name}" for p in folders() if (p / "models.py").exists() or (p / "models").is_dir()]
