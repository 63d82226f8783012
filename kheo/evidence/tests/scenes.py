"""A labelled set of pictures that the tests draw themselves: no photo of anybody's street lies in this repository.

One *site* is a canal or an alley seen along its axis: sky, water or paving in perspective, banks, houses, trees, poles, each with its own
texture. The same seed is the same site. A *visit* looks at it on some day: another light, other clouds, other people, and never from
exactly the same spot. Honest pairs are two visits to one site, or two sites; dishonest pairs are one photo and what somebody made of it.
"""

import random
from collections.abc import Callable, Iterator
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

WIDE, HIGH = 400, 300  # of a picture; a visit is drawn larger and looked at through a frame
MARGIN = 90  # points around the frame, within which a visitor stands elsewhere

Attack = Callable[[Image.Image], Image.Image]


def site(seed: int, day: int = 0, *, away: float = 1.0) -> Image.Image:
    """The picture of site ``seed`` on visit ``day``: visit 0 from the marked spot, later ones beside it, under another sky.

    ``away``: 1 is some steps, 0.1 is as near as somebody comes who looks for the same spot again.
    """
    fixed, visit = random.Random(f"site {seed}"), random.Random(f"visit {seed} {day}")
    wide, high = WIDE + 2 * MARGIN, HIGH + 2 * MARGIN
    picture = _sky(wide, high, fixed, visit)
    draw = ImageDraw.Draw(picture)
    horizon = round(high * fixed.uniform(0.36, 0.52))
    vanishing = wide * fixed.uniform(0.35, 0.65)
    ground = _colour(fixed, (70, 95, 50), 45)
    draw.rectangle((0, horizon, wide, high), fill=ground)
    for _ in range(fixed.randint(3, 6)):
        _house(draw, fixed, wide, horizon)
    left, right = wide * fixed.uniform(-0.1, 0.35), wide * fixed.uniform(0.6, 1.1)
    way = _colour(fixed, fixed.choice([(110, 105, 95), (80, 100, 105), (130, 110, 80)]), 25)
    draw.polygon([(vanishing - 8, horizon), (vanishing + 8, horizon), (right, high), (left, high)], fill=way)
    for _ in range(fixed.randint(8, 16)):  # stones, weeds, steps along the way
        x, y = fixed.uniform(0, wide), fixed.uniform(horizon, high)
        size = 3 + (y - horizon) / high * 40
        draw.ellipse((x, y, x + size * fixed.uniform(1, 3), y + size), fill=_colour(fixed, (90, 100, 70), 60))
    for _ in range(fixed.randint(2, 6)):
        _tree(draw, fixed, wide, horizon, high)
    for _ in range(fixed.randint(1, 3)):
        x, top = fixed.uniform(0, wide), fixed.uniform(0, horizon * 0.6)
        draw.line((x, top, x, high * fixed.uniform(0.55, 0.9)), fill=(60, 58, 55), width=fixed.randint(3, 7))
    for _ in range(visit.randint(0, 4)):  # who and what happens to be there
        x, y = visit.uniform(0, wide), visit.uniform(horizon, high * 0.9)
        size = 10 + (y - horizon) / high * 70
        draw.rounded_rectangle((x, y - size, x + size * visit.uniform(0.4, 1.6), y), 4, fill=_colour(visit, (128, 128, 128), 110))
    picture = _grain(picture, visit)
    return _looked_at(picture, visit, away if day else 0.0)


def _sky(wide: int, high: int, fixed: random.Random, visit: random.Random) -> Image.Image:
    light = visit.uniform(0.75, 1.05)
    top, low = [round(c * light) for c in (120, 160, 215)], [round(c * light) for c in (225, 228, 225)]
    column = Image.new("RGB", (1, high))
    for y in range(high):
        share = min(1.0, y / (high * 0.5))
        column.putpixel((0, y), tuple(round(a + (b - a) * share) for a, b in zip(top, low, strict=True)))  # type: ignore[arg-type]
    picture = column.resize((wide, high))
    draw = ImageDraw.Draw(picture)
    for _ in range(visit.randint(0, 6)):
        x, y, size = visit.uniform(-50, wide), visit.uniform(-20, high * 0.3), visit.uniform(20, 70)
        shade = visit.randint(205, 250)
        draw.ellipse((x, y, x + size * 3, y + size), fill=(shade, shade, shade))
    return picture.filter(ImageFilter.GaussianBlur(3))


def _house(draw: ImageDraw.ImageDraw, fixed: random.Random, wide: int, horizon: int) -> None:
    x, broad, tall = fixed.uniform(-40, wide), fixed.uniform(40, 150), fixed.uniform(30, 130)
    foot = horizon + fixed.uniform(0, 40)
    draw.rectangle((x, foot - tall, x + broad, foot), fill=_colour(fixed, (190, 170, 140), 60))
    roof = _colour(fixed, (140, 70, 55), 50)
    draw.polygon([(x - 8, foot - tall), (x + broad / 2, foot - tall - fixed.uniform(10, 45)), (x + broad + 8, foot - tall)], fill=roof)
    for _ in range(fixed.randint(1, 4)):
        wx, wy = x + fixed.uniform(4, broad - 16), foot - tall + fixed.uniform(6, max(8, tall - 20))
        draw.rectangle((wx, wy, wx + 12, wy + 16), fill=_colour(fixed, (60, 65, 80), 40))


def _tree(draw: ImageDraw.ImageDraw, fixed: random.Random, wide: int, horizon: int, high: int) -> None:
    x, foot, crown = fixed.uniform(0, wide), fixed.uniform(horizon, high * 0.75), fixed.uniform(18, 55)
    draw.line((x, foot, x, foot - crown * 2), fill=(85, 60, 40), width=6)
    for _ in range(9):
        cx, cy, r = x + fixed.gauss(0, crown * 0.5), foot - crown * 2 + fixed.gauss(0, crown * 0.4), crown * fixed.uniform(0.3, 0.7)
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=_colour(fixed, (60, 105, 45), 40))


def _colour(dice: random.Random, about: tuple[int, int, int], spread: int) -> tuple[int, int, int]:
    red, green, blue = (max(0, min(255, c + dice.randint(-spread, spread))) for c in about)
    return red, green, blue


def _grain(picture: Image.Image, visit: random.Random) -> Image.Image:
    """Fine leaves and ripples, and the sensor's noise: other ones at each visit."""
    small = Image.frombytes("L", (picture.width // 3, picture.height // 3), visit.randbytes((picture.width // 3) * (picture.height // 3)))
    noise = small.resize(picture.size, Image.Resampling.BILINEAR).point(lambda v: round((v - 128) * 0.16 + 128))
    return ImageChops.add(picture, Image.merge("RGB", (noise,) * 3), scale=1, offset=-128)


def _looked_at(picture: Image.Image, visit: random.Random, away: float) -> Image.Image:
    """Through the camera of a visit: from the marked spot (0) or some steps beside it (1), nearer or further, held a little askew."""
    if away:
        picture = picture.rotate(visit.uniform(-4, 4) * away, Image.Resampling.BILINEAR)
    nearer = 1 + visit.uniform(-0.1, 0.25) * away
    wide, high = WIDE / nearer, HIGH / nearer
    aside, up = (visit.choice((-1, 1)) * visit.uniform(0.25, 0.9) * MARGIN * away for _ in range(2))
    x = min(max((picture.width - wide) / 2 + aside, 0), picture.width - wide)
    y = min(max((picture.height - high) / 2 + up / 2, 0), picture.height - high)
    seen = picture.resize((WIDE, HIGH), Image.Resampling.BICUBIC, box=(x, y, x + wide, y + high))
    seen = ImageEnhance.Brightness(seen).enhance(visit.uniform(0.75, 1.2))
    return ImageEnhance.Contrast(seen).enhance(visit.uniform(0.8, 1.2))


def _jpeg(picture: Image.Image, quality: int) -> Image.Image:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(BytesIO(out.getvalue())).convert("RGB")


def _cropped(picture: Image.Image, share: float, *, corner: bool = False) -> Image.Image:
    """Without ``share`` of the width and of the height: from all sides alike, or all of it from two."""
    dx, dy = picture.width * share, picture.height * share
    box = (dx, dy, picture.width, picture.height) if corner else (dx / 2, dy / 2, picture.width - dx / 2, picture.height - dy / 2)
    return picture.crop(tuple(round(v) for v in box))  # type: ignore[arg-type]


def _turned(picture: Image.Image, degrees: float) -> Image.Image:
    """Turned, and cut so that no black corner shows."""
    return _cropped(picture.rotate(degrees, Image.Resampling.BICUBIC), 0.1)


def _screenshot(picture: Image.Image) -> Image.Image:
    """As a phone shows it: bars of one colour above and below, the bar of the clock at the top."""
    screen = Image.new("RGB", (picture.width, round(picture.width * 1.9)), (12, 12, 14))
    screen.paste(picture, (0, (screen.height - picture.height) // 2))
    ImageDraw.Draw(screen).text((12, 6), "08:41", fill="white")
    return screen


def _framed(picture: Image.Image) -> Image.Image:
    frame = Image.new("RGB", (picture.width + 40, picture.height + 40), "white")
    frame.paste(picture, (20, 20))
    return frame


def _stamped(picture: Image.Image) -> Image.Image:
    """With a line of text across its foot, as camera apps write day and place."""
    copy = picture.copy()
    draw = ImageDraw.Draw(copy)
    draw.rectangle((0, copy.height - 24, copy.width * 0.6, copy.height), fill=(0, 0, 0))
    draw.text((6, copy.height - 18), "24/11/2026 08:41  Khu vuc 3", fill="yellow")
    return copy


ATTACKS: dict[str, Attack] = {
    "saved again (JPEG 50)": lambda p: _jpeg(p, 50),
    "made smaller (a third)": lambda p: _jpeg(p.resize((p.width // 3, p.height // 3)), 75),
    "lighter, more colour": lambda p: ImageEnhance.Color(ImageEnhance.Brightness(p).enhance(1.25)).enhance(1.5),
    "cut by 5 %, all sides": lambda p: _cropped(p, 0.05),
    "cut by 5 %, two sides": lambda p: _cropped(p, 0.05, corner=True),
    "cut by 10 %, all sides": lambda p: _cropped(p, 0.10),
    "turned by 3°": lambda p: _turned(p, 3),
    "mirrored": lambda p: p.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "turned by 90°": lambda p: p.transpose(Image.Transpose.ROTATE_90),
    "mirrored and turned by 180°": lambda p: p.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    "screenshot with bars": _screenshot,
    "white frame": _framed,
    "date stamped on it": _stamped,
    "mirrored, cut, saved again": lambda p: _jpeg(_cropped(p.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 0.05), 60),
}


def forged(seed: int) -> Iterator[tuple[str, Image.Image]]:
    """What somebody could make of the first photo of a site, with the name of how."""
    whole = site(seed)
    for name, attack in ATTACKS.items():
        yield name, attack(whole)
