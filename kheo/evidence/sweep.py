"""Uploads that no act took: a form that was refused after its photo was stored leaves a row and files that nothing points to.

Not an act: nothing that anybody said or showed is lost, and no row of any room changes.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef

from kheo.core import clock
from kheo.evidence.models import Photo

OLD = timedelta(days=1)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows and files went, and how many bytes."""

    rows: int
    files: int
    bytes: int


def sweep(*, dry: bool = False) -> Swept:
    """Remove what has lain for a day without any row pointing to it; with ``dry`` only count."""
    rows = loose().count() if dry else _remove_rows()
    files = size = 0
    for path in _old_files(Photo.objects.exclude(pk__in=loose()) if dry else Photo.objects.all()):
        length = path.stat().st_size
        if dry or _remove(path):
            files, size = files + 1, size + length
    return Swept(rows, files, size)


def loose() -> models.QuerySet[Photo]:
    """Rows of uploads older than a day that no act took: at no place, not public, and nothing refers to them."""
    found = Photo.objects.filter(stored_at__lt=clock.now() - OLD, public=False, place=None, hidden_at=None)
    for pointing in Photo._meta.get_fields(include_hidden=True):
        if isinstance(pointing, models.ForeignObjectRel) and pointing.one_to_many | pointing.one_to_one:
            if pointing.on_delete is models.CASCADE:  # made from the photo (its marks): it goes with it
                continue
            field = pointing.field
            found = found.exclude(Exists(field.model._base_manager.filter(**{field.name: OuterRef("pk")})))
    return found


def _remove_rows() -> int:
    removed = 0
    while True:
        with transaction.atomic():
            ids = list(loose().values_list("pk", flat=True)[:BATCH])
            if not ids:
                return removed
            removed += Photo.objects.filter(pk__in=ids).delete()[0]


def _old_files(rows: models.QuerySet[Photo]) -> Iterator[Path]:
    """Files older than a day by the machine's own clock, whose content none of the rows names; and half-written ones."""
    before = time.time() - OLD.total_seconds()
    for folder in ("photos", "originals"):
        for path in sorted((Path(settings.MEDIA_ROOT) / folder).glob("[0-9a-f][0-9a-f]/*")):
            if path.is_file() and path.stat().st_mtime < before and not _named(path, rows):
                yield path
        for path in sorted((Path(settings.MEDIA_ROOT) / folder).glob("[0-9a-f][0-9a-f]/.*")):
            if path.is_file() and path.stat().st_mtime < before:
                yield path


def _named(path: Path, rows: models.QuerySet[Photo]) -> bool:
    """Whether a row names this content."""
    content = path.parent.name + path.name.removesuffix(".webp").removesuffix("-s")
    column = "sha256" if path.parent.parent.name == "photos" else "original_sha256"
    return rows.filter(**{column: content}).exists()


def _remove(path: Path) -> bool:
    """Move a file aside, look again, and only then remove it: somebody may send the same photo at this very moment."""
    if path.name.startswith("."):
        path.unlink(missing_ok=True)
        return True
    aside = path.with_name(f".swept-{path.name}")
    young = time.time() - OLD.total_seconds()
    path.replace(aside)
    if aside.stat().st_mtime >= young or _named(path, Photo.objects.all()):
        if path.exists():
            aside.unlink()
        else:
            aside.replace(path)
        return False
    aside.unlink()
    return True
