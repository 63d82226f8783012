"""How the demo's drawings are photographed: from somewhere, in some light, by a phone that may know where it was."""

import io
import math
import random
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageDraw
from PIL.ExifTags import GPS

from kheo.site.demo.drawings import DRAWINGS, HEIGHT, PAPERS, WIDTH, Colour, blend

SPOTS = (7, 5)  # of light and shade, across and down


def _leaves(draw: ImageDraw.ImageDraw, rng: random.Random, colour: Colour) -> None:
    """A branch that hangs into the picture from above or from the side."""
    side = rng.randrange(3)
    x, y = ((rng.randint(0, WIDTH), 0), (WIDTH, rng.randint(0, HEIGHT // 2)), (0, rng.randint(0, HEIGHT // 2)))[side]
    inward = (math.pi / 2, math.pi, 0)[side]
    for _ in range(rng.randint(4, 6)):
        a, r = inward + rng.uniform(-0.9, 0.9), rng.randint(180, 340)
        middle, half = (x + math.cos(a) * r * 0.45, y + math.sin(a) * r * 0.45), (-math.sin(a) * r * 0.15, math.cos(a) * r * 0.15)
        tip = (x + math.cos(a) * r, y + math.sin(a) * r)
        edges = ((x, y), (middle[0] + half[0], middle[1] + half[1]), tip, (middle[0] - half[0], middle[1] - half[1]))
        draw.polygon(edges, fill=blend(colour, (0, 0, 0), rng.random() * 0.3))


def _shade(image: Image.Image, rng: random.Random, depth: int) -> Image.Image:
    """Clouds and trees throw soft light and shade across the scene, every time elsewhere. ``depth``: of 255."""
    spots = Image.new("L", SPOTS)
    spots.putdata([rng.randint(0, depth) for _ in range(SPOTS[0] * SPOTS[1])])
    return Image.composite(Image.new("RGB", image.size, (8, 12, 16)), image, spots.resize(image.size, Image.Resampling.BICUBIC))


def _seen_from(image: Image.Image, rng: random.Random) -> Image.Image:
    """The scene from where somebody happened to stand: no two photos are alike, or the board's desk would be full of doubts."""
    share = rng.uniform(0.68, 0.95)
    w, h = int(WIDTH * share), int(HEIGHT * share)
    x, y = rng.randint(0, WIDTH - w), rng.randint(0, HEIGHT - h)
    night = sum(image.resize((1, 1)).getpixel((0, 0))) < 240  # type: ignore[arg-type]
    image = _shade(image.crop((x, y, x + w, y + h)).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR), rng, 100 if night else 50)
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(2, 3)):
        _leaves(draw, rng, (34, 52, 50) if night else (58, 98, 52))
    return image


def upload(name: str, seed: int, width: int = WIDTH, taken_at: tuple[float, float] | None = None) -> SimpleUploadedFile:
    """A JPEG upload of the drawing ``name``, different for each ``seed``; smaller ones are stored quicker.

    ``taken_at``: longitude (east) and latitude (north), which the phone wrote into it.
    """
    rng = random.Random(seed)
    image = DRAWINGS[name](rng)
    if name not in PAPERS:
        image = _seen_from(image, rng)
    if width < WIDTH:
        image = image.resize((width, width * HEIGHT // WIDTH), Image.Resampling.BOX)
    return _jpeg(image, name, taken_at)


def again(path: Path) -> SimpleUploadedFile:
    """A picture that was shown before, mirrored, cut a little and saved anew."""
    with Image.open(path) as shown:
        cut = int(shown.width * 0.03), int(shown.height * 0.03)
        inside = shown.convert("RGB").crop((*cut, shown.width - cut[0], shown.height - cut[1]))
    return _jpeg(inside.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "again", None)


def _jpeg(image: Image.Image, name: str, taken_at: tuple[float, float] | None) -> SimpleUploadedFile:
    exif, out = Image.Exif(), io.BytesIO()
    if taken_at is not None:
        longitude, latitude = ((int(degrees), 0.0, degrees % 1 * 3600) for degrees in taken_at)
        position: dict[int, Any] = {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: latitude,
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: longitude,
        }
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(position)
    image.save(out, "JPEG", quality=82, exif=exif)
    return SimpleUploadedFile(f"{name}.jpg", out.getvalue(), content_type="image/jpeg")
