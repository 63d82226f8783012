"""A picture is found again after what somebody may do to it, and honest ones are not: the figures of docs/evidence.md, measured anew."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kheo.core import clock
from kheo.evidence import likeness, photos
from kheo.evidence.models import Photo, PhotoMarks
from kheo.evidence.sweep import loose
from kheo.evidence.tests import scenes

SITES = 6  # drawn in the fast test; docs/evidence.md tells of 40


def test_what_was_made_of_a_picture_is_found_and_other_sites_are_not() -> None:
    wholes = [scenes.site(seed) for seed in range(SITES)]
    marks = [likeness.marks(whole) for whole in wholes]
    turned = [likeness.turned_marks(whole) for whole in wholes]
    for seed in range(SITES):
        for other in range(SITES):
            far = likeness.distance(marks[seed], turned[other])
            assert far <= 2 if seed == other else far > likeness.ELSEWHERE + 20, (seed, other, far)
        assert likeness.distance(marks[seed], likeness.turned_marks(scenes.site(seed, 1, away=0.1))) > likeness.SAME_SITE


@pytest.mark.parametrize("attack", scenes.ATTACKS)
def test_each_attack_is_seen_through(attack: str) -> None:
    for seed in range(3):
        whole = scenes.site(seed)
        far = likeness.distance(likeness.marks(whole), likeness.turned_marks(scenes.ATTACKS[attack](whole)))
        assert far <= likeness.ELSEWHERE, (seed, far)
        if attack not in ("turned by 3°", "white frame"):
            assert far <= likeness.SAME_SITE, (seed, far)


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
