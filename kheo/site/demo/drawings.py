"""Drawings that stand for photos in the demo city: nobody's house, nobody's face, plainly not photographs."""

import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 960, 640
Colour = tuple[int, int, int]


def blend(a: Colour, b: Colour, t: float) -> Colour:
    """The colour at ``t`` (0 to 1) on the way from one to the other."""
    return (round(a[0] + (b[0] - a[0]) * t), round(a[1] + (b[1] - a[1]) * t), round(a[2] + (b[2] - a[2]) * t))


def _sky(top: Colour, bottom: Colour, horizon: float = 0.56) -> Image.Image:
    image = Image.new("RGB", (WIDTH, HEIGHT), bottom)
    draw = ImageDraw.Draw(image)
    edge = int(HEIGHT * horizon)
    for y in range(edge):
        draw.line((0, y, WIDTH, y), fill=blend(top, bottom, y / edge))
    return image


def _palms(draw: ImageDraw.ImageDraw, rng: random.Random, colour: Colour, base: int, count: int = 5) -> None:
    for _ in range(count):
        x, h = rng.randint(0, WIDTH), rng.randint(110, 190)
        lean = rng.randint(-26, 26)
        draw.line((x, base, x + lean // 2, base - h // 2, x + lean, base - h), fill=colour, width=7, joint="curve")
        for k in range(7):
            a = math.pi * (0.05 + k * 0.15)
            r = rng.randint(48, 70)
            tip = (x + lean + math.cos(a) * r, base - h - math.sin(a) * r * 0.45 + r * 0.28)
            draw.line((x + lean, base - h, (x + lean + tip[0]) / 2, base - h - r * 0.22, *tip), fill=colour, width=8, joint="curve")


def _houses(draw: ImageDraw.ImageDraw, rng: random.Random, base: int, wall: Colour, roof: Colour, window: Colour) -> None:
    x = rng.randint(-40, 20)
    while x < WIDTH:
        w, h = rng.randint(110, 190), rng.randint(70, 120)
        draw.rectangle((x, base - h, x + w, base), fill=blend(wall, (0, 0, 0), rng.random() * 0.12))
        draw.polygon(
            ((x - 14, base - h), (x + w / 2, base - h - 46), (x + w + 14, base - h)), fill=blend(roof, (0, 0, 0), rng.random() * 0.15)
        )
        for i in range(2):
            wx = x + w * (0.2 + 0.42 * i)
            draw.rectangle((wx, base - h * 0.68, wx + w * 0.2, base - h * 0.32), fill=window)
        x += w + rng.randint(24, 130)


def _road(draw: ImageDraw.ImageDraw, colour: Colour, edge: int, narrow: float = 0.05, wide: float = 0.42) -> None:
    c = WIDTH * 0.5
    draw.polygon(
        ((c - WIDTH * narrow, edge), (c + WIDTH * narrow, edge), (c + WIDTH * wide, HEIGHT), (c - WIDTH * wide, HEIGHT)), fill=colour
    )


def _glow(image: Image.Image, spots: list[tuple[float, float, float]], colour: Colour = (255, 226, 150)) -> Image.Image:
    light = Image.new("L", image.size, 0)
    draw = ImageDraw.Draw(light)
    for x, y, r in spots:
        draw.ellipse((x - r * 3.4, y - r * 3.4, x + r * 3.4, y + r * 3.4), fill=120)
        draw.polygon(((x - r, y), (x + r, y), (x + r * 6, y + r * 9), (x - r * 6, y + r * 9)), fill=70)
    light = light.filter(ImageFilter.GaussianBlur(26))
    image.paste(Image.new("RGB", image.size, colour), mask=light)
    draw = ImageDraw.Draw(image)
    for x, y, r in spots:
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, 244, 205))
    return image


def road_dark(rng: random.Random) -> Image.Image:
    image = _sky((12, 18, 34), (30, 40, 58))
    draw = ImageDraw.Draw(image)
    edge = int(HEIGHT * 0.56)
    draw.rectangle((0, edge, WIDTH, HEIGHT), fill=(18, 24, 26))
    _palms(draw, rng, (10, 18, 22), edge + 6)
    _road(draw, (36, 38, 42), edge)
    for _ in range(50):
        x, y = rng.randint(0, WIDTH), rng.randint(0, edge - 130)
        draw.point((x, y), fill=(140, 150, 170))
    return image


def road_lit(rng: random.Random) -> Image.Image:
    horizon = rng.uniform(0.46, 0.66)
    image = _sky((26, 38, 70), (66, 76, 110), horizon)
    draw = ImageDraw.Draw(image)
    edge = int(HEIGHT * horizon)
    draw.rectangle((0, edge, WIDTH, HEIGHT), fill=(52, 62, 44))
    _palms(draw, rng, (26, 40, 44), edge + 6)
    _road(draw, (98, 94, 86), edge)
    spots: list[tuple[float, float, float]] = []
    first, far = rng.choice((0, 1)), rng.uniform(0.6, 1.3)
    for i, t in enumerate(rng.uniform(0.7, 1.25) * at for at in (0.06, 0.2, 0.42, 0.78)):
        side = 1 if (i + first) % 2 else -1
        x = WIDTH * 0.5 + side * WIDTH * (0.06 + 0.36 * t)
        foot = edge + (HEIGHT - edge) * t
        top = foot - (110 + 250 * t) * far
        draw.line((x, foot, x, top), fill=(40, 42, 50), width=int(4 + 9 * t))
        draw.line((x, top, x - side * (18 + 50 * t), top - 4), fill=(40, 42, 50), width=int(4 + 7 * t))
        spots.append((x - side * (18 + 50 * t), top, 6 + 15 * t))
    return _glow(image, spots)


def canal_blocked(rng: random.Random) -> Image.Image:
    image = _canal(rng, (126, 128, 92))
    draw = ImageDraw.Draw(image)
    for _ in range(210):
        y = rng.randint(int(HEIGHT * 0.58), HEIGHT)
        t = (y - HEIGHT * 0.56) / (HEIGHT * 0.44)
        x = WIDTH * 0.5 + (rng.random() - 0.5) * WIDTH * (0.16 + 0.8 * t)
        r = 8 + 24 * t
        draw.ellipse((x - r, y - r * 0.5, x + r, y + r * 0.5), fill=blend((70, 110, 50), (120, 130, 70), rng.random()))
    for _ in range(16):
        y = rng.randint(int(HEIGHT * 0.66), HEIGHT - 20)
        x = rng.randint(int(WIDTH * 0.3), int(WIDTH * 0.7))
        draw.rounded_rectangle((x, y, x + 34, y + 16), 6, fill=rng.choice(((226, 226, 220), (190, 70, 60), (80, 120, 190))))
    return image


def canal_clear(rng: random.Random) -> Image.Image:
    image = _canal(rng, (96, 168, 186))
    draw = ImageDraw.Draw(image)
    for _ in range(34):
        y = rng.randint(int(HEIGHT * 0.6), HEIGHT - 8)
        t = (y - HEIGHT * 0.56) / (HEIGHT * 0.44)
        x = WIDTH * 0.5 + (rng.random() - 0.5) * WIDTH * (0.1 + 0.6 * t)
        draw.line((x, y, x + 30 + 80 * t, y), fill=(170, 214, 222), width=int(2 + 4 * t))
    draw.polygon(((610, 520), (800, 508), (778, 556), (640, 560)), fill=(120, 74, 44))
    draw.line((640, 520, 790, 512), fill=(150, 98, 60), width=8)
    return image


def _canal(rng: random.Random, water: Colour) -> Image.Image:
    image = _sky((170, 206, 222), (224, 232, 222))
    draw = ImageDraw.Draw(image)
    edge = int(HEIGHT * 0.56)
    draw.rectangle((0, edge, WIDTH, HEIGHT), fill=(122, 140, 82))
    _houses(draw, rng, edge + 4, (214, 202, 178), (166, 96, 70), (92, 108, 112))
    _palms(draw, rng, (60, 92, 58), edge + 10, 4)
    _road(draw, water, edge, 0.07, 0.46)
    return image


def bridge_old(rng: random.Random) -> Image.Image:
    image = _canal(rng, (150, 140, 104))
    draw = ImageDraw.Draw(image)
    for i in range(9):
        x = 150 + i * 82
        draw.line((x, 430 + rng.randint(-12, 12), x + 88, 430 + rng.randint(-14, 14)), fill=(112, 84, 54), width=13)
        draw.line((x, 440, x - 6, 560), fill=(96, 72, 48), width=10)
    draw.line((150, 366, 860, 352), fill=(130, 100, 66), width=6)
    return image


def bridge_new(rng: random.Random) -> Image.Image:
    image = _canal(rng, (112, 160, 168))
    draw = ImageDraw.Draw(image)
    draw.polygon(((60, 440), (480, 396), (900, 440), (900, 474), (480, 432), (60, 474)), fill=(196, 194, 186))
    for i in range(14):
        x = 80 + i * 61
        y = 440 - 44 * (1 - abs(x - 480) / 420)
        draw.line((x, y, x, y - 50), fill=(40, 112, 96), width=7)
    draw.line((80, 388, 480, 346, 880, 388), fill=(40, 112, 96), width=9, joint="curve")
    for x in (290, 670):
        draw.rectangle((x - 16, 450, x + 16, 560), fill=(170, 168, 160))
    return image


def road_mud(rng: random.Random) -> Image.Image:
    image = _country(rng, (140, 104, 70))
    draw = ImageDraw.Draw(image)
    for _ in range(9):
        y = rng.randint(430, 620)
        t = (y - 358) / 282
        x = WIDTH * 0.5 + (rng.random() - 0.5) * WIDTH * 0.6 * t
        r = 24 + 60 * t
        draw.ellipse((x - r, y - r * 0.24, x + r, y + r * 0.24), fill=(112, 98, 84))
    return image


def road_concrete(rng: random.Random) -> Image.Image:
    image = _country(rng, (200, 198, 190))
    draw = ImageDraw.Draw(image)
    edge = int(HEIGHT * 0.56)
    for t in (0.06, 0.16, 0.32, 0.56, 0.86):
        y = edge + (HEIGHT - edge) * t
        half = WIDTH * (0.05 + 0.37 * t)
        draw.line((WIDTH * 0.5 - half, y, WIDTH * 0.5 + half, y), fill=(168, 166, 158), width=int(2 + 4 * t))
    return image


def road_trees(rng: random.Random) -> Image.Image:
    image = road_concrete(rng)
    draw = ImageDraw.Draw(image)
    edge = int(HEIGHT * 0.56)
    for t in (0.08, 0.2, 0.4, 0.72):
        for side in (-1, 1):
            x = WIDTH * 0.5 + side * WIDTH * (0.08 + 0.38 * t)
            y = edge + (HEIGHT - edge) * t
            r = 18 + 62 * t
            draw.line((x, y, x, y - r * 1.6), fill=(104, 78, 52), width=int(4 + 8 * t))
            draw.ellipse((x - r, y - r * 3, x + r, y - r), fill=blend((70, 130, 70), (214, 120, 140), rng.random() * 0.5))
    return image


def _country(rng: random.Random, road: Colour) -> Image.Image:
    image = _sky((182, 212, 230), (236, 236, 220))
    draw = ImageDraw.Draw(image)
    edge = int(HEIGHT * 0.56)
    draw.rectangle((0, edge, WIDTH, HEIGHT), fill=(134, 160, 84))
    for i in range(7):
        y = edge + i * i * 6
        draw.line((0, y, WIDTH, y), fill=(120, 148, 76), width=3)
    _palms(draw, rng, (66, 104, 60), edge + 8, 6)
    _road(draw, road, edge)
    return image


def alley_dirty(rng: random.Random) -> Image.Image:
    image = _alley(rng)
    draw = ImageDraw.Draw(image)
    for _ in range(14):
        x, y = rng.randint(90, 380), rng.randint(520, 600)
        r = rng.randint(24, 46)
        draw.ellipse((x - r, y - r, x + r, y + r * 0.8), fill=rng.choice(((40, 44, 48), (62, 88, 130), (200, 196, 188), (120, 60, 54))))
    return image


def alley_clean(rng: random.Random) -> Image.Image:
    image = _alley(rng)
    draw = ImageDraw.Draw(image)
    for i in range(4):
        x = 110 + i * 84
        draw.rectangle((x, 556, x + 52, 600), fill=(170, 92, 66))
        draw.ellipse((x - 8, 506, x + 60, 566), fill=(86, 140, 80))
    draw.rounded_rectangle((716, 236, 780, 316), 12, fill=(11, 107, 87))
    draw.ellipse((730, 256, 766, 292), fill=(217, 138, 11))
    return image


def _alley(rng: random.Random) -> Image.Image:
    image = _sky((186, 210, 224), (226, 226, 214), 0.5)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 300, WIDTH, HEIGHT), fill=(178, 174, 164))
    draw.polygon(((0, 60), (340, 230), (340, 420), (0, HEIGHT)), fill=blend((222, 206, 170), (150, 180, 170), rng.random()))
    draw.polygon(((WIDTH, 40), (620, 230), (620, 420), (WIDTH, HEIGHT)), fill=blend((206, 180, 150), (170, 180, 200), rng.random()))
    for k in range(3):
        draw.polygon(
            ((40 + k * 96, 250 + k * 22), (96 + k * 84, 268 + k * 18), (96 + k * 84, 372 + k * 4), (40 + k * 96, 394)), fill=(104, 116, 116)
        )
    return image


def pots(rng: random.Random) -> Image.Image:
    image = _sky((246, 232, 204), (240, 222, 190), 0.6)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 384, WIDTH, HEIGHT), fill=(150, 104, 72))
    for x in (90, 290):
        draw.ellipse((x, 250, x + 176, 300), fill=(196, 198, 200))
        draw.rectangle((x, 274, x + 176, 400), fill=(176, 178, 180))
        for k in range(3):
            y = 230 - k * 46
            draw.arc((x + 40 + k * 14, y - 20, x + 90 + k * 14, y + 26), 90, 270, fill=(214, 204, 190), width=6)
    for i in range(8):
        for j in range(2):
            x, y = 480 + i % 4 * 116, 300 + (i // 4) * 150 + j * 66
            draw.rounded_rectangle((x, y, x + 96, y + 54), 10, fill=(250, 248, 242))
            draw.ellipse((x + 12, y + 10, x + 54, y + 44), fill=rng.choice(((226, 190, 96), (150, 180, 100), (210, 120, 84))))
    return image


def stall(rng: random.Random) -> Image.Image:
    image = _sky((206, 226, 224), (236, 234, 220), 0.62)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 396, WIDTH, HEIGHT), fill=(196, 188, 170))
    for i in range(10):
        colour = (11, 107, 87) if i % 2 else (250, 248, 242)
        draw.polygon(((90 + i * 78, 150), (168 + i * 78, 150), (176 + i * 78, 236), (82 + i * 78, 236)), fill=colour)
    draw.rectangle((110, 236, 122, 560), fill=(120, 96, 70))
    draw.rectangle((838, 236, 850, 560), fill=(120, 96, 70))
    draw.rectangle((90, 430, 870, 560), fill=(170, 128, 84))
    for i in range(15):
        x = 110 + i * 50
        h = rng.randint(40, 86)
        draw.rounded_rectangle(
            (x, 430 - h, x + 40, 430), 8, fill=rng.choice(((214, 150, 60), (90, 150, 120), (180, 80, 70), (96, 120, 170), (236, 226, 200)))
        )
    return image


def garden(rng: random.Random) -> Image.Image:
    image = _sky((214, 230, 232), (232, 238, 226), 0.5)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 320, WIDTH, HEIGHT), fill=(142, 122, 84))
    for i in range(6):
        x = i * 190 - 40
        draw.arc((x, 60, x + 240, 540), 180, 360, fill=(186, 196, 196), width=7)
    for row in range(3):
        for i in range(6 - row):
            x, y = 80 + i * (150 + row * 36) + row * 40, 360 + row * 96
            r = 44 + row * 18
            draw.line((x, y + 20, x, y - r), fill=(98, 72, 48), width=8)
            draw.ellipse((x - r, y - r * 1.9, x + r, y - r * 0.3), fill=blend((62, 124, 64), (104, 156, 80), rng.random()))
            for _ in range(7):
                a, b = x + rng.uniform(-0.7, 0.7) * r, y - r * 1.1 + rng.uniform(-0.5, 0.5) * r
                draw.ellipse((a - 7, b - 6, a + 7, b + 10), fill=(196, 52, 60))
    return image


def books(rng: random.Random) -> Image.Image:
    image = _sky((236, 228, 208), (230, 220, 196), 0.6)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 440, WIDTH, HEIGHT), fill=(158, 116, 78))
    for stack in range(4):
        x = 90 + stack * 210
        for k in range(rng.randint(5, 9)):
            y = 430 - k * 30
            shift = rng.randint(-12, 12)
            draw.rounded_rectangle(
                (x + shift, y - 26, x + 160 + shift, y),
                5,
                fill=rng.choice(((11, 107, 87), (217, 138, 11), (180, 69, 44), (70, 96, 150), (244, 240, 230))),
            )
    return image


def stages(_rng: random.Random) -> Image.Image:
    """A house of a poor family is never shown: its building stages stand for it."""
    image = _sky((250, 248, 242), (250, 248, 242), 1.0)
    draw = ImageDraw.Draw(image)
    for i in range(3):
        x = 70 + i * 295
        draw.rounded_rectangle((x, 120, x + 250, 520), 24, fill=(228, 241, 236))
        draw.rectangle((x + 45, 420, x + 205, 440), fill=(150, 150, 142))
        if i > 0:
            draw.rectangle((x + 60, 320, x + 190, 420), fill=(214, 196, 160))
        if i > 1:
            draw.polygon(((x + 40, 322), (x + 125, 240), (x + 210, 322)), fill=(180, 69, 44))
            draw.rectangle((x + 108, 356, x + 144, 420), fill=(11, 107, 87))
    return image


def sheet(rng: random.Random) -> Image.Image:
    """An attendance or receipt sheet: strokes instead of names."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (120, 112, 100))
    draw = ImageDraw.Draw(image)
    draw.polygon(((120, 30), (850, 44), (838, 620), (104, 606)), fill=(250, 249, 244))
    draw.line((300, 80, 660, 84), fill=(60, 60, 60), width=8)
    for i in range(15):
        y = 130 + i * 31
        draw.line((140, y, 820, y + 6), fill=(206, 204, 196), width=2)
        x = 170.0
        while x < rng.randint(420, 520):
            draw.arc((x, y - 20, x + 18, y - 2), rng.randint(0, 180), rng.randint(200, 360), fill=(40, 60, 120), width=3)
            x += 14
        draw.line((640, y - 12, 640 + rng.randint(60, 130), y - rng.randint(4, 18)), fill=(40, 60, 120), width=3)
    return image


def notice(rng: random.Random) -> Image.Image:
    """A notice board with a decision on it."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (196, 214, 200))
    draw = ImageDraw.Draw(image)
    draw.rectangle((150, 60, 810, 560), fill=(124, 84, 52))
    draw.rectangle((180, 90, 780, 530), fill=(206, 178, 132))
    draw.polygon(((400, 110), (720, 118), (714, 505), (394, 498)), fill=(250, 249, 244))
    draw.line((470, 150, 640, 154), fill=(60, 60, 60), width=9)
    for y in range(190, 460, 22):
        draw.line((425, y, rng.randint(600, 690), y + 3), fill=(110, 112, 116), width=4)
    draw.ellipse((600, 440, 660, 495), outline=(190, 50, 46), width=5)
    draw.rectangle((210, rng.randint(120, 150), 360, 300), fill=(244, 226, 170))
    draw.rectangle((215, 330, 370, rng.randint(460, 500)), fill=(222, 234, 240))
    return image


PAPERS = ("sheet", "notice")
DRAWINGS: dict[str, Callable[[random.Random], Image.Image]] = {
    f.__name__: f
    for f in (
        road_dark, road_lit, canal_blocked, canal_clear, bridge_old, bridge_new, road_mud, road_concrete, road_trees,
        alley_dirty, alley_clean, pots, stall, garden, books, stages, sheet, notice,
    )
}  # fmt: skip
