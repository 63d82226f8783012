"""A picture is found again after what somebody may do to it, and honest ones are not: the figures of docs/evidence.md, measured anew."""

import statistics
from datetime import timedelta
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kheo.core import clock
from kheo.evidence import likeness, photos
from kheo.evidence.models import Photo, PhotoMarks
from kheo.evidence.sweep import loose
from kheo.evidence.tests import scenes

TABLE = Path(__file__).parents[3] / "docs" / "evidence.md"
SITES = 4  # of the table's 40
NEAR = "honest: the same site another day, as near the same spot as one can"
OTHER = "honest: another site (1,560 pairs)"


@pytest.fixture(scope="module")
def measured() -> dict[str, list[int]]:
    """Bits by what was done, of the first sites of the labelled set."""
    wholes = [scenes.site(seed) for seed in range(SITES)]
    marks, turned = [likeness.marks(p) for p in wholes], [likeness.turned_marks(p) for p in wholes]
    found: dict[str, list[int]] = {OTHER: [likeness.distance(marks[i], turned[j]) for i in range(SITES) for j in range(SITES) if i != j]}
    for seed in range(SITES):
        made = [*scenes.forged(seed), (NEAR, scenes.site(seed, 1, away=0.1))]
        for name, picture in made:
            found.setdefault(name, []).append(likeness.distance(marks[seed], likeness.turned_marks(picture)))
    return found


def table() -> dict[str, tuple[int, int, int, str, str]]:
    """docs/evidence.md: least, median and most bits, and the shares within either limit."""
    lines = TABLE.read_text(encoding="utf-8").partition("| least bits |")[2].splitlines()[2:]
    rows = takewhile(lambda line: line.startswith("|"), lines)
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in rows]
    return {name: (int(least), int(median), int(most), wide, narrow) for name, least, median, most, wide, narrow in cells}


def test_the_table_tells_what_is_measured(measured: dict[str, list[int]]) -> None:
    written = table()
    assert set(measured) <= set(written) and set(scenes.ATTACKS) <= set(measured)
    for name, bits in measured.items():
        least, median, most, wide, narrow = written[name]
        assert least <= min(bits) and max(bits) <= most, name
        assert abs(statistics.median(bits) - median) <= 10, name
        for share, limit in ((wide, likeness.ELSEWHERE), (narrow, likeness.SAME_SITE)):
            within = sum(b <= limit for b in bits)
            assert share != "100 %" or within == len(bits), (name, limit)
            assert share != "0 %" or within == 0, (name, limit)


def test_every_attack_is_found_and_no_other_site_nor_honest_visit(measured: dict[str, list[int]]) -> None:
    assert all(max(measured[attack]) <= likeness.ELSEWHERE for attack in scenes.ATTACKS)
    assert min(measured[OTHER]) > likeness.ELSEWHERE + 20
    assert min(measured[NEAR]) > likeness.SAME_SITE


def _stored(city: Any, picture: Image.Image) -> Photo:
    out = BytesIO()
    picture.save(out, "JPEG", quality=90)
    photo = photos.store(SimpleUploadedFile("photo.jpg", out.getvalue()))
    photos.keep(photo, city.area)
    return photo


@pytest.mark.django_db
def test_a_stored_photo_is_found_among_all_however_it_was_turned(city: Any) -> None:
    whole = scenes.site(1)
    first, other = _stored(city, whole), _stored(city, scenes.site(2))
    mirrored = _stored(city, scenes.ATTACKS["mirrored, cut, saved again"](whole))
    assert likeness.mark(likeness.unmarked()) == 3 and not likeness.unmarked()
    assert [a.photo_id for a in likeness.alike(mirrored, likeness.ELSEWHERE)] == [first.pk]
    assert [a.photo_id for a in likeness.alike(first, likeness.ELSEWHERE)] == [mirrored.pk]
    assert likeness.alike(other, likeness.ELSEWHERE) == []


@pytest.mark.django_db
def test_a_photo_whose_file_is_gone_gets_empty_marks_and_is_not_tried_for_ever(city: Any) -> None:
    photo = _stored(city, scenes.site(3))
    photos.path_of(photo.sha256, small=True).unlink()
    assert likeness.mark(likeness.unmarked()) == 1
    assert bytes(PhotoMarks.objects.get(photo=photo).marks) == b"" and not likeness.unmarked()


@pytest.mark.django_db
def test_marks_keep_no_upload_from_being_swept(city: Any) -> None:
    photo = _stored(city, scenes.site(3))
    likeness.mark([photo])
    Photo.objects.filter(pk=photo.pk).update(place=None, stored_at=clock.now() - timedelta(days=2))
    assert list(loose()) == [photo]
