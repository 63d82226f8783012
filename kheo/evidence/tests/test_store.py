"""Photos coming in: good ones are stored clean, everything else is refused in words."""

import hashlib
import io
import stat
import threading
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from kheo.core.rules import Invalid
from kheo.evidence import photos
from kheo.evidence.models import Photo

pytestmark = pytest.mark.django_db


def picture(form: str = "JPEG", size: tuple[int, int] = (300, 200), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, None).save(out, form, **options)
    return out.getvalue()


def stored(photo: Photo, small: bool = False) -> Image.Image:
    return Image.open(io.BytesIO(photos.path_of(photo.sha256, small=small).read_bytes()))


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def camera(orientation: int = 1, size: tuple[int, int] = (300, 200)) -> bytes:
    """A JPEG as a phone writes it: time, zone, position, orientation, and the phone's name."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Model] = "PhoneOfOngSau"
    exif.get_ifd(ExifTags.IFD.Exif).update({36867: "2026:03:04 10:11:12", 36881: "+07:00"})
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (10.0, 2.0, 6.0), 3: "E", 4: (105.0, 46.0, 51.0)})
    return picture(exif=exif, size=size, comment=b"PhoneOfOngSau")


def test_public_copy_has_neither_position_nor_any_metadata() -> None:
    photo = photos.store(upload(camera()))
    for small in (False, True):
        content = photos.path_of(photo.sha256, small=small).read_bytes()
        copy = Image.open(io.BytesIO(content))
        assert copy.format == "WEBP"
        assert not copy.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & copy.info.keys()
        for trace in (b"EXIF", b"Exif", b"XMP", b"PhoneOfOngSau", b"2026:03:04"):
            assert trace not in content
    assert "PhoneOfOngSau" in photos.original_path(photo).read_bytes().decode("latin-1")  # the test would notice


def test_what_the_camera_wrote_is_kept_privately() -> None:
    photo = photos.store(upload(camera()))
    assert photo.taken_at is not None
    assert photo.taken_at.isoformat() in ("2026-03-04T10:11:12+07:00", "2026-03-04T03:11:12+00:00")
    assert photo.taken_lat == pytest.approx(10.035)
    assert photo.taken_lon == pytest.approx(105.780833, abs=1e-5)
    assert not photo.public
    assert photo.place is None
    facts = photo.private_facts()
    assert facts == {"photo": hashlib.sha256(camera()).hexdigest()}


def test_named_by_content_and_original_for_nobody_else() -> None:
    photo = photos.store(upload(camera()))
    public = photos.path_of(photo.sha256)
    assert hashlib.sha256(public.read_bytes()).hexdigest() == photo.sha256
    assert public.parent.name == photo.sha256[:2]
    original = photos.original_path(photo)
    assert original.read_bytes() == camera()
    assert stat.S_IMODE(original.stat().st_mode) == 0o600
    assert stat.S_IMODE(original.parent.stat().st_mode) == 0o700
    assert not [p for p in public.parent.iterdir() if p.name.startswith(".")]
    again = photos.store(upload(camera()))
    assert again.pk != photo.pk
    assert again.sha256 == photo.sha256


def test_upright_and_small_enough() -> None:
    photo = photos.store(upload(camera(orientation=6, size=(4000, 2000))))
    assert (photo.width, photo.height) == (800, 1600)
    assert stored(photo).size == (800, 1600)
    assert stored(photo, small=True).size == (240, 480)


@pytest.mark.parametrize(
    ("form", "name", "mode"),
    [
        ("JPEG", "a.JPG", "RGB"),
        ("JPEG", "a.jpeg", "CMYK"),
        ("JPEG", "blob", "L"),
        ("PNG", "a.png", "RGBA"),
        ("PNG", "a.png", "P"),
        ("PNG", "a.png", "I;16"),
        ("PNG", "a.png", "LA"),
        ("WEBP", "a.webp", "RGBA"),
    ],
)
def test_takes_what_phones_send(form: str, name: str, mode: str) -> None:
    photo = photos.store(upload(picture(form, mode=mode), name))
    assert stored(photo).mode == "RGB"


@pytest.mark.parametrize("size", [(1, 1), (1, 9000), (9000, 1)])
def test_takes_odd_sizes(size: tuple[int, int]) -> None:
    photo = photos.store(upload(picture(size=size)))
    assert max(photo.width, photo.height) <= 1600
    assert min(photo.width, photo.height) == 1


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
FAULTS = {
    "cut off": (lambda: camera()[:-1500][:2000], "photo.jpg"),
    "not a picture": (lambda: b"\x00\x01\x02" * 5000, "photo.jpg"),
    "nothing": (lambda: b"", "photo.jpg"),
    "a page called jpg": (lambda: b"<html><script>alert(1)</script></html>", "photo.jpg"),
    "a drawing with script called png": (lambda: SVG, "photo.png"),
    "a drawing with script": (lambda: SVG, "photo.svg"),
    "gif": (lambda: picture("GIF", mode="P"), "photo.gif"),
    "gif called jpg": (lambda: picture("GIF", mode="P"), "photo.jpg"),
    "tiff called jpg": (lambda: picture("TIFF"), "photo.jpg"),
    "png called jpg": (lambda: picture("PNG"), "photo.jpg"),
    "jpeg called html": (lambda: picture("JPEG"), "photo.html"),
    "jpeg called jpg.php": (lambda: picture("JPEG"), "photo.jpg.php"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_refuses_broken_and_disguised(fault: str) -> None:
    make, name = FAULTS[fault]
    with pytest.raises(Invalid) as refused:
        photos.store(upload(make(), name), field="sheet")
    assert refused.value.field == "sheet"
    assert str(photos.KEPT) in str(refused.value.message)
    assert not Photo.objects.exists()


def test_refuses_too_many_bytes(settings: Any) -> None:
    settings.KHEO_PHOTO_MAX_BYTES = 1_000_000
    with pytest.raises(Invalid, match="1 MB"):
        photos.store(upload(picture() + b"\0" * 1_000_000))


@pytest.mark.parametrize("side", [6_400, 9_600, 30_000])
def test_refuses_bombs_without_decoding_them(side: int) -> None:
    """Few bytes, many points: 41 million (our limit), 92 million (Pillow warns), 900 million (Pillow refuses)."""
    bomb = io.BytesIO()
    Image.new("1", (side, side)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 1_000_000
    with pytest.raises(Invalid, match="40"):
        photos.store(upload(bomb.getvalue(), "photo.png"))


WHOLE = camera()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(WHOLE) - 1), new=st.binary(max_size=6), cut=st.booleans())
def test_damage_is_either_shown_or_refused(at: int, new: bytes, cut: bool) -> None:
    """Whatever breaks on the way, including in the metadata: a clean photo or words, never a crash."""
    damaged = WHOLE[:at] + new + (b"" if cut else WHOLE[at + len(new) :])
    try:
        photo = photos.store(upload(damaged))
    except Invalid as refused:
        assert refused.field == "photo"
    else:
        assert not stored(photo).getexif()


@pytest.mark.parametrize(
    "position",
    [
        {1: "N", 2: (10.0, 2.0), 3: "E", 4: (105.0, 46.0, 51.0)},
        {1: "N", 2: (9999.0, 0.0, 0.0), 3: "E", 4: (105.0, 46.0, 51.0)},
        {1: "N", 3: "E", 4: (105.0, 46.0, 51.0)},
        {1: b"N", 2: 10.0, 3: "E", 4: (105.0, 46.0, 51.0)},
    ],
)
def test_odd_positions_are_dropped(position: dict[int, Any]) -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(position)
    photo = photos.store(upload(picture(exif=exif)))
    assert photo.taken_lat is None
    assert photo.taken_lon is None


def test_what_is_unpacked_whole_may_have_fewer_points_than_a_jpeg() -> None:
    """155 kB of PNG took 400 MB: a JPEG of as many points shrinks while it is read."""
    side = (4_001, 4_000)
    with pytest.raises(Invalid, match="16"):
        photos.store(upload(picture("PNG", side), "a.png"))
    with pytest.raises(Invalid, match="16"):
        photos.store(upload(picture("WEBP", side), "a.webp"))
    assert photos.store(upload(picture("JPEG", side))).width == 1600


def test_photos_that_come_at_once_are_decoded_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one needs in memory, four would need four times."""
    inside, most, decode = [0], [0], photos._open

    def counted(*args: Any) -> Any:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.05)
        try:
            return decode(*args)
        finally:
            inside[0] -= 1

    monkeypatch.setattr(photos, "_open", counted)
    monkeypatch.setattr(photos, "_keep", lambda path, content: None)
    monkeypatch.setattr(photos.Photo.objects, "create", lambda **columns: None)
    together = [threading.Thread(target=photos.store, args=(upload(picture()),)) for _ in range(4)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    assert most == [1]
