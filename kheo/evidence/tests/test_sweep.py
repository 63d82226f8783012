"""The sweep removes what nobody took, and nothing else."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kheo.cli import parser
from kheo.core import clock
from kheo.evidence import photos
from kheo.evidence import sweep as sweeping
from kheo.evidence.models import Photo
from kheo.evidence.sweep import sweep

pytestmark = pytest.mark.django_db


def files(photo: Photo) -> list[Path]:
    return [photos.path_of(photo.sha256), photos.path_of(photo.sha256, small=True), photos.original_path(photo)]


def age(photo: Photo, hours: float) -> Photo:
    """As if it had been sent so many hours ago."""
    Photo.objects.filter(pk=photo.pk).update(stored_at=clock.now() - timedelta(hours=hours))
    for path in files(photo):
        os.utime(path, (time.time() - hours * 3600,) * 2)
    photo.refresh_from_db()
    return photo


@pytest.fixture
def sent(photo_upload: Callable[..., Any]) -> Callable[..., Photo]:
    """``sent(hours=25)``: a photo of a form that was refused so many hours ago."""
    return lambda hours=25.0: age(photos.store(photo_upload()), hours)


def there(photo: Photo) -> list[bool]:
    return [Photo.objects.filter(pk=photo.pk).exists(), *(path.exists() for path in files(photo))]


def test_what_no_act_took_goes_after_a_day(sent: Callable[..., Photo]) -> None:
    old, young = sent(25), sent(23)
    swept = sweep()
    assert (swept.rows, swept.files) == (1, 3)
    assert swept.bytes > 0
    assert there(old) == [False] * 4
    assert there(young) == [True] * 4
    assert sweep().rows == sweep().files == 0


def test_what_an_act_took_stays_for_ever(sent: Callable[..., Photo], city: Any) -> None:
    kept, public, hidden = sent(9000), sent(9000), sent(9000)
    photos.keep(kept, city.area)
    photos.publish(public, city.area)
    hidden.hidden_at = clock.now()
    hidden.save()
    assert sweep() == sweeping.Swept(0, 0, 0)
    assert [there(p) for p in (kept, public, hidden)] == [[True] * 4] * 3


def test_bytes_that_another_row_shares_stay(sent: Callable[..., Photo], city: Any) -> None:
    loose = sent(30)
    twin = Photo.objects.get(pk=loose.pk)
    twin.pk = None
    twin.save(force_insert=True)
    photos.keep(twin, city.area)
    assert sweep().rows == 1
    assert there(twin) == [True] * 4
    assert not Photo.objects.filter(pk=loose.pk).exists()


def test_half_written_files_go(sent: Callable[..., Photo]) -> None:
    half = photos.path_of(sent(1).sha256).with_name(".0123456789abcdef")
    half.write_bytes(b"half")
    assert sweep().files == 0
    os.utime(half, (time.time() - 90_000,) * 2)
    assert sweep().files == 1
    assert not half.exists()


def test_a_photo_that_is_sent_again_at_this_very_moment_stays(
    photo_upload: Callable[..., Any], sent: Callable[..., Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = photo_upload()
    first = age(photos.store(upload), 30)
    remove = sweeping._remove

    def late(path: Path) -> bool:
        if not Photo.objects.filter(pk__gt=first.pk).exists():
            upload.seek(0)
            photos.store(upload)  # between the look and the removal
        return remove(path)

    monkeypatch.setattr(sweeping, "_remove", late)
    assert sweep().files == 0
    again = Photo.objects.get()
    assert there(again) == [True] * 4


def test_the_command_says_what_it_did(sent: Callable[..., Photo], capsys: pytest.CaptureFixture[str]) -> None:
    old = sent(25)
    arguments = parser().parse_args(["sweep", "--dry"])
    assert arguments.run(arguments) == 0
    assert "1 uploads without an act, 3 files" in capsys.readouterr().out
    assert there(old) == [True] * 4
    arguments = parser().parse_args(["sweep"])
    assert arguments.run(arguments) == 0
    assert there(old) == [False] * 4
