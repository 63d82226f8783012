"""Kits with tables as Django apps: ``kheo.catalogue.kit_apps.kit_<folder>`` is made when the settings ask for it."""

from pathlib import Path

from django.apps import AppConfig

from kheo.catalogue import folders


def __getattr__(name: str) -> type[AppConfig]:
    folder = folders.ROOT / name.removeprefix("kit_")
    if not name.startswith("kit_") or not (folder / "kit.toml").exists():
        raise AttributeError(name)
    return type(name, (AppConfig,), {"name": f"kheo.kits.{folder.name}", "label": name, "path": str(Path(folder)), "__module__": __name__})
