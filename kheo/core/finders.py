"""Front-end files that come inside Python packages, and the storage that names them by their content."""

from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# package → (folder inside it, the files we use). django_htmx is an installed app, so Django finds its files by itself.
PACKAGED = {
    "leaflet": ("static", ("leaflet/leaflet.js", "leaflet/leaflet.css", "leaflet/images/layers*.png", "leaflet/images/marker-*.png"))
}


class PackagedFinder(BaseFinder):
    """Finds the listed files in installed packages that are not Django apps of ours (Leaflet inside django-leaflet)."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storages: dict[str, FileSystemStorage] = {}
        for package, (folder, _wanted) in PACKAGED.items():
            spec = find_spec(package)
            if spec and spec.origin:
                self.storages[package] = FileSystemStorage(location=Path(spec.origin).parent / folder)

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The absolute path of one static file; Django's contract: ``[]`` when there is none."""
        found = [
            storage.path(path)
            for package, storage in self.storages.items()
            if any(fnmatch(path, wanted) for wanted in PACKAGED[package][1]) and storage.exists(path)
        ]
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        """Every wanted file, for collectstatic."""
        for package, storage in self.storages.items():
            root = Path(storage.location)
            for wanted in PACKAGED[package][1]:
                for path in sorted(root.glob(wanted)):
                    yield path.relative_to(root).as_posix(), storage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Names files by content (cached for ever) and compresses them once. Without a manifest (tests, development) names stay plain.

    Only stylesheets are searched for further addresses: packaged scripts name source maps that the packages leave out.
    """

    patterns = tuple(p for p in CompressedManifestStaticFilesStorage.patterns if p[0] == "*.css")
    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The hashed name, or the plain one where nothing was collected."""
        return self.hashed_files.get(self.hash_key(self.clean_name(name)), name)

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a static file."""
        if name and self.hash_key(self.clean_name(name)) in self.hashed_files:
            return super().url(name, force)
        return f"{self.base_url}{name or ''}"
