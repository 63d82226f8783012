"""How alike two pictures are: a picture that was saved again, cut, framed, turned or mirrored is still the same picture.

Each picture has *marks*: difference hashes (D. Krawetz 2013, by the library ``dhash``) of seven windows of it: the whole, two smaller ones
about the middle, one towards each corner. A hash says of 11 × 11 spots whether it grows lighter to the right and downwards: 242 bits.
Two pictures are as far apart as the fewest bits in which the whole of one, in any of its eight rotations and mirrors, differs from a window
of the other. Which distances mean something was measured on a labelled set: docs/evidence.md.

A distance is a reason to look, never a verdict. Nothing here tells what a picture shows; marks of faces or homes say nothing about either.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dhash
import numpy as np
from PIL import Image

from kheo.evidence import photos
from kheo.evidence.models import Photo, PhotoMarks

if TYPE_CHECKING:
    from django.db import models
    from numpy.typing import NDArray

    type Words = NDArray[np.uint64]

METHOD = 1  # of these marks; another way to make them gets another number, and marks of different methods are never compared
SPOTS = 11  # in each direction: 2 · 11² = 242 bits
BYTES = 32  # of one window's hash, with leading zeros
LONGEST = 192  # points of the longest side that is looked at: what is finer only tells how a file was saved
LITTLE, MORE = 0.06, 0.12  # shares of width and height that the smaller windows leave out
#: Left, top, right, bottom as shares; the whole comes first.
WINDOWS = (
    (0.0, 0.0, 1.0, 1.0),
    (LITTLE / 2, LITTLE / 2, 1 - LITTLE / 2, 1 - LITTLE / 2),
    (MORE / 2, MORE / 2, 1 - MORE / 2, 1 - MORE / 2),
    (0.0, 0.0, 1 - LITTLE, 1 - LITTLE),
    (LITTLE, 0.0, 1.0, 1 - LITTLE),
    (0.0, LITTLE, 1 - LITTLE, 1.0),
    (LITTLE, LITTLE, 1.0, 1.0),
)
_T = Image.Transpose
TURNS = (None, _T.ROTATE_90, _T.ROTATE_180, _T.ROTATE_270, _T.FLIP_LEFT_RIGHT, _T.FLIP_TOP_BOTTOM, _T.TRANSPOSE, _T.TRANSVERSE)
#: Bits within which a picture of somewhere else, or of the same site, is worth a look (docs/evidence.md): whoever goes back to one spot
#: brings home a like picture honestly.
ELSEWHERE, SAME_SITE = 45, 24
AT_ONCE = 4096  # pictures compared in one step: some 15 MB of memory, however many there are


@dataclass(frozen=True, slots=True)
class Alike:
    """A picture that looks like the one that was asked about, and in how many of 242 bits they differ."""

    photo_id: int
    distance: int


def marks(picture: Image.Image) -> bytes:
    """Seven windows' hashes, 32 bytes each, of an upright picture."""
    return b"".join(_hash(_seen(picture), window) for window in WINDOWS)


def turned_marks(picture: Image.Image) -> bytes:
    """The marks of the picture's eight rotations and mirrors, one behind the other, as it is first."""
    seen = _seen(picture)
    turned = [seen if turn is None else seen.transpose(turn) for turn in TURNS]
    return b"".join(_hash(picture, window) for picture in turned for window in WINDOWS)


def distance(one: bytes, turned: bytes) -> int:
    """How far the picture with the marks ``one`` is from that with the turned marks ``turned``: 0 to 242 bits."""
    return int(_distances(_words(one), _words(turned))[0])


def unmarked() -> "models.QuerySet[Photo]":
    """Photos that an act took and that have no marks of this method yet, oldest first."""
    return Photo.objects.filter(place__isnull=False).exclude(pk__in=PhotoMarks.objects.filter(method=METHOD).values("pk")).order_by("pk")


def mark(found: Iterable[Photo]) -> int:
    """Make the marks of photos that have none, from their small copies; one that can't be read gets empty ones. Returns how many."""
    made = 0
    for photo in found:
        try:
            with Image.open(photos.path_of(photo.sha256, small=True)) as picture:
                made_of_it = marks(picture)
        except OSError:
            made_of_it = b""
        PhotoMarks.objects.update_or_create(photo=photo, defaults={"method": METHOD, "marks": made_of_it})
        made += 1
    return made


def alike(photo: Photo, limit: int) -> list[Alike]:
    """Every other marked photo within ``limit`` bits of this one, nearest first. Raises OSError when its file can't be read."""
    with Image.open(photos.path_of(photo.sha256, small=True)) as picture:
        turned = _words(turned_marks(picture))
    near = []
    for ids, words in _album():
        distances = _distances(words, turned)
        near += [Alike(int(ids[i]), int(distances[i])) for i in np.flatnonzero(distances <= limit) if ids[i] != photo.pk]
    return sorted(near, key=lambda a: (a.distance, a.photo_id))


def _album() -> "Iterator[tuple[NDArray[np.int64], Words]]":
    """All marks in steps of ``AT_ONCE``: numbers of photos, and an array of shape (photos, 7, 4)."""
    rows = PhotoMarks.objects.filter(method=METHOD).exclude(marks=b"").order_by("pk").values_list("pk", "marks")
    after = 0
    while step := list(rows.filter(pk__gt=after)[:AT_ONCE]):
        after = step[-1][0]
        yield np.array([pk for pk, _ in step], np.int64), _words(b"".join(bytes(content) for _, content in step))


def _words(content: bytes) -> "Words":
    """Shape (pictures, 7 windows, 4 words of 64 bits)."""
    return np.frombuffer(content, np.uint64).reshape(-1, len(WINDOWS), BYTES // 8)


def _distances(stored: "Words", turned: "Words") -> "NDArray[np.int64]":
    """Of each stored picture (n, 7, 4) to the nearest turn (8, 7, 4): the whole of either against every window of the other."""
    far = np.full(len(stored), BYTES * 8, np.int64)
    for turn in turned:
        for window in range(len(WINDOWS)):
            far = np.minimum(far, np.bitwise_count(stored[:, window] ^ turn[0]).sum(1, dtype=np.int64))
            if window:
                far = np.minimum(far, np.bitwise_count(stored[:, 0] ^ turn[window]).sum(1, dtype=np.int64))
    return far


def _hash(seen: Image.Image, window: tuple[float, float, float, float]) -> bytes:
    left, top, right, bottom = window
    box = (left * seen.width, top * seen.height, right * seen.width, bottom * seen.height)
    spots = seen.resize((SPOTS + 1, SPOTS + 1), Image.Resampling.LANCZOS, box=box)
    return int(dhash.dhash_int(list(spots.tobytes()), size=SPOTS)).to_bytes(BYTES, "big")


def _seen(picture: Image.Image) -> Image.Image:
    """In grey, small, without the bars of a screenshot or a frame."""
    share = LONGEST / max(picture.size)
    size = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    grey = picture.convert("L").resize(size, Image.Resampling.BOX)
    tones = np.asarray(grey, np.int16)
    top, bottom = _between_bars(tones)
    left, right = _between_bars(tones[top:bottom].T)
    return grey.crop((left, top, right, bottom))


def _between_bars(lines: "NDArray[np.int16]") -> tuple[int, int]:
    """From which line to which the picture itself goes: the longest run of lines that are not of the outermost lines' one tone.

    A line is of one tone when nine tenths of it are: a screenshot's clock stands in its bar. All of it when less than a quarter is left.
    """
    tones = [np.median(lines[0]), np.median(lines[-1])]
    bar = np.any([np.mean(np.abs(lines - tone) <= 3, axis=1) >= 0.9 for tone in tones], axis=0)
    if not bar[0] and not bar[-1]:
        return 0, len(lines)
    edges = np.flatnonzero(np.diff(np.concatenate(([True], bar, [True])).astype(np.int8)))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    start, end = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
    return (start, end) if end - start >= len(lines) / 4 else (0, len(lines))
