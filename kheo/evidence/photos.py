"""Taking photos in: decode, read what the original carries, strip it, store. Always before an act's transaction, never in it.

MEDIA_ROOT/photos/ab/cdef….webp      public copy, longest side ≤ 1600 px, named by its SHA-256
MEDIA_ROOT/photos/ab/cdef…-s.webp    the same, ≤ 480 px
MEDIA_ROOT/originals/ab/cdef…        as it came, named by its SHA-256, mode 600, never served
"""

import hashlib
import math
import os
import secrets
import threading
from datetime import datetime, timedelta
from datetime import timezone as offsets
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageOps

from kheo.core import clock
from kheo.core.rules import Invalid
from kheo.evidence.models import Photo

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.utils.functional import _StrOrPromise

    from kheo.places.models import Place

LONGEST, SMALL, QUALITY = 1600, 480, 80
#: What an extension promises. Pillow calls JPEGs of some phones (with a second, hidden picture) MPO.
PROMISES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF", "heif": "HEIF"}
#: Points of a PNG or WebP, which is unpacked whole before it is made smaller: 155 kB can become 400 MB. JPEGs shrink while they are read.
UNPACKED_WHOLE = 16_000_000
#: Decoding is the only thing here that needs much memory: several at once would multiply it.
_ONE_AT_A_TIME = threading.Lock()
KEPT = _("Everything else you typed is still here.")


def store(upload: "UploadedFile", *, field: str = "photo") -> Photo:
    """Check, strip and store an uploaded photo; the row is neither public nor at a place until an act takes it.

    Takes JPEG, PNG and WebP (HEIC where Pillow can read it). Raises Invalid(field) for what is too big in bytes
    (``KHEO_PHOTO_MAX_BYTES``) or pixels (``KHEO_PHOTO_MAX_PIXELS``), broken, or not what its name says.
    """
    limit = settings.KHEO_PHOTO_MAX_BYTES
    if (upload.size or 0) > limit:
        raise _bad(field, _("This photo is too big: at most %(mb)d MB. A smaller copy will do.") % {"mb": limit // 1_000_000})
    upload.seek(0)
    original = upload.read(limit + 1)
    if len(original) > limit:
        raise _bad(field, _("This photo is too big: at most %(mb)d MB. A smaller copy will do.") % {"mb": limit // 1_000_000})
    with _ONE_AT_A_TIME:
        picture, private = _open(original, upload.name or "", field)
        large, small = _webp(picture, LONGEST), _webp(picture, SMALL)
    sha256, original_sha256 = hashlib.sha256(large).hexdigest(), hashlib.sha256(original).hexdigest()
    _keep(_path("originals", original_sha256, ""), original)
    _keep(path_of(sha256, small=True), small)
    _keep(path_of(sha256), large)
    return Photo.objects.create(
        sha256=sha256,
        width=picture.width,
        height=picture.height,
        bytes=len(large),
        stored_at=clock.now(),
        original_sha256=original_sha256,
        **private,
    )


def keep(photo: Photo, place: "Place", keeper: int | None = None) -> None:
    """Inside an action: tie a photo to a place without making it public (sheets of names, photos that wait for release).

    ``keeper``: the account that may see it beside the place's head and officer.
    """
    photo.place, photo.keeper_id = place, keeper
    photo.save(update_fields=["place", "keeper"])


def publish(photo: Photo, place: "Place") -> None:
    """Inside an action: make a photo public and tie it to a place."""
    photo.place, photo.public = place, True
    photo.save(update_fields=["place", "public"])


def path_of(sha256: str, *, small: bool = False) -> Path:
    """Where the public copy lies."""
    return _path("photos", sha256, "-s.webp" if small else ".webp")


def original_path(photo: Photo) -> Path:
    """Where the original lies. For a reviewer's eyes and for backups; no view opens it."""
    return _path("originals", photo.original_sha256, "")


def _path(folder: str, sha256: str, ending: str) -> Path:
    return Path(settings.MEDIA_ROOT) / folder / sha256[:2] / f"{sha256[2:]}{ending}"


def _bad(field: str, sentence: "_StrOrPromise") -> Invalid:
    return Invalid(field, f"{sentence} {KEPT}")


def _open(original: bytes, name: str, field: str) -> tuple[Image.Image, dict[str, Any]]:
    """The upright picture in RGB, at most 1600 px long, without metadata; and what the original carried."""
    broken = _bad(field, _("This file can't be opened as a photo. It may have broken on the way: please send it again or take another."))
    Image.init()
    formats: list[str] = [f for f in ("JPEG", "MPO", "PNG", "WEBP", "HEIF") if f in Image.OPEN]
    try:
        picture = Image.open(BytesIO(original), formats=formats)
        pixels = picture.width * picture.height
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pixels = settings.KHEO_PHOTO_MAX_PIXELS + 1
    except Exception:  # a decoder that is fed hostile bytes may raise anything
        raise broken from None
    most = settings.KHEO_PHOTO_MAX_PIXELS
    if pixels <= most and picture.format not in ("JPEG", "MPO"):
        most = min(most, UNPACKED_WHOLE)
    if pixels > most:
        limit = most // 1_000_000
        raise _bad(field, _("This photo has too many points: at most %(mp)d million. A smaller copy will do.") % {"mp": limit})
    _promise(picture, name, field)
    try:
        private = _private(picture)
        picture.thumbnail((LONGEST, LONGEST))
        upright = _upright(picture)
        if upright.has_transparency_data:
            upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
        clean = Image.new("RGB", upright.size)  # a new picture: nothing that hung on the old one can come along
        clean.paste(upright.convert("RGB"))
    except Exception:  # the same
        raise broken from None
    return clean, private


def _upright(picture: Image.Image) -> Image.Image:
    """The picture turned as the camera was held; as it is when that can't be read."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # EXIF is bytes from strangers
        picture.load()
        return picture


def _promise(picture: Image.Image, name: str, field: str) -> None:
    """Refuse a file whose name says something else than its content. A name without an ending promises nothing."""
    ending = Path(name).suffix.lower().lstrip(".")
    found = {"MPO": "JPEG"}.get(picture.format or "", picture.format or "")
    if ending and PROMISES.get(ending) != found:
        said = _("The file's name ends in .%(ending)s, but it holds a %(found)s picture. Please choose the photo itself.")
        raise _bad(field, said % {"ending": ending[:12], "found": found})


def _webp(picture: Image.Image, longest: int) -> bytes:
    copy, out = picture.copy(), BytesIO()
    copy.thumbnail((longest, longest))
    copy.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


def _keep(path: Path, content: bytes) -> None:
    """Write a content-addressed file so that it outlives a power cut: bytes, then the name, then the folder's entry.

    One that is there already becomes young again, so that the sweep leaves it alone until its row stands.
    """
    try:
        os.utime(path)
    except FileNotFoundError:
        pass
    else:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
        f.write(content)
        f.flush()
        os.fsync(f.fileno())
    new.replace(path)
    for folder in (path.parent, path.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _private(picture: Image.Image) -> dict[str, Any]:
    """Time and position that the camera wrote, as far as they can be read. A photo with odd metadata is still a photo."""
    found: dict[str, Any] = {}
    try:
        exif = picture.getexif()
        camera, position = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # EXIF is bytes from strangers
        return found
    if taken := _time(camera.get(ExifTags.Base.DateTimeOriginal), camera.get(ExifTags.Base.OffsetTimeOriginal)):
        found["taken_at"] = taken
    lon = _degrees(position.get(ExifTags.GPS.GPSLongitude), position.get(ExifTags.GPS.GPSLongitudeRef) in ("W", b"W"), 180)
    lat = _degrees(position.get(ExifTags.GPS.GPSLatitude), position.get(ExifTags.GPS.GPSLatitudeRef) in ("S", b"S"), 90)
    if lon is not None and lat is not None:
        found |= {"taken_lon": lon, "taken_lat": lat}
    return found


def _time(text: object, offset: object) -> datetime | None:
    try:
        taken = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone comes next
    except ValueError:
        return None
    try:
        hours, minutes = str(offset).strip("\0 ").split(":")
        ahead = timedelta(hours=abs(int(hours)), minutes=int(minutes))
        return taken.replace(tzinfo=offsets(-ahead if hours.startswith("-") else ahead))
    except (ValueError, OverflowError):
        return timezone.make_aware(taken) if 1 < taken.year < 9999 else None


def _degrees(value: Any, negative: bool, limit: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(v) for v in value)
        found = degrees + minutes / 60 + seconds / 3600
    except (TypeError, ValueError, ArithmeticError):
        return None
    if not math.isfinite(found) or abs(found) > limit:
        return None
    return -found if negative else found
