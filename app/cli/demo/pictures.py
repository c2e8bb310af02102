"""Covers and logos of the demo businesses: drawn here, since nobody's photograph is ours to give away."""

import io
import math
import random
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from app.businesses.branding import PictureChange, change_look
from app.businesses.models import Business
from app.businesses.pictures import draw_picture
from app.core.actor import SYSTEM
from app.core.errors import DomainError

if TYPE_CHECKING:
    from PIL.Image import Image

COVER, LOGO = (1280, 640), (320, 320)
Colour = tuple[int, int, int]


def hang_pictures(business: Business, painter: "Painter", now: datetime) -> None:
    """Give a business the cover and the logo of its painter, by the act that keeps an owner's own."""
    chance = random.Random(business.slug)
    try:
        changes = {
            kind: PictureChange(draw_picture(kind, _file(painter(size, chance))))
            for kind, size in (("cover", COVER), ("logo", LOGO))
        }
    except DomainError:
        return  # A machine too small to draw on has a demo all the same.
    change_look(business, business.brand_hue, changes, by=SYSTEM, now=now)


def leaves(size: tuple[int, int], chance: random.Random) -> "Image":
    """Linden leaves against the light; on a logo only one."""
    canvas = gradient(size, (226, 240, 222), (122, 178, 146))
    if size == LOGO:
        canvas = gradient(size, (24, 112, 84), (9, 74, 56))
        return with_leaf(canvas, (166, 176), 168, -28, (236, 247, 238))
    for _ in range(9):
        at = chance.randrange(size[0]), chance.randrange(-60, size[1])
        canvas = glow(canvas, at, chance.randrange(60, 150), (255, 252, 226), 0.35)
    shades = ((92, 158, 122), (60, 132, 96), (30, 104, 74), (13, 84, 60))
    for depth, shade in enumerate(shades):
        for _ in range(15 - 2 * depth):
            side = chance.choice((-1, 1))
            x = size[0] / 2 + side * chance.uniform(0.1 + 0.09 * depth, 0.56) * size[0]
            y = chance.uniform(-0.05, 1.05) * size[1]
            width = 46 + 22 * depth + chance.randrange(20)
            canvas = with_leaf(canvas, (round(x), round(y)), width, chance.randrange(360), shade)
        canvas = _softer(canvas, 5 - 2 * depth)
    return canvas


def waves(size: tuple[int, int], chance: random.Random) -> "Image":
    """The sea in the morning, with the sun over it."""
    wide, high = size
    canvas = gradient(size, (250, 222, 204), (176, 206, 232))
    sun = (round(wide * 0.68), round(high * 0.4)) if size != LOGO else (wide // 2, round(high * 0.42))
    canvas = glow(canvas, sun, round(high * 0.5), (255, 244, 220), 0.7)
    canvas = _disc(canvas, sun, round(high * (0.15 if size != LOGO else 0.22)), (255, 250, 238))
    shades = ((158, 196, 228), (118, 166, 212), (78, 132, 190), (48, 100, 162), (28, 72, 130))
    for number, shade in enumerate(shades):
        level = high * (0.5 + 0.1 * number)
        length = wide * chance.uniform(0.35, 0.7)
        canvas = _wave(canvas, level, high * 0.035, length, chance.uniform(0, 6.3), shade)
    return canvas


def fireflies(size: tuple[int, int], chance: random.Random) -> "Image":
    """Lights in the dark above a bar; on a logo only one."""
    canvas = gradient(size, (40, 16, 22), (112, 44, 36))
    if size == LOGO:
        canvas = glow(canvas, (160, 160), 150, (255, 190, 96), 0.9)
        return _disc(canvas, (160, 160), 44, (255, 240, 205))
    for _ in range(26):
        at = chance.randrange(size[0]), round(size[1] * chance.triangular(0.02, 1, 0.6))
        warm = chance.choice(((255, 186, 92), (255, 150, 84), (255, 214, 138)))
        canvas = glow(canvas, at, chance.randrange(28, 110), warm, chance.uniform(0.2, 0.55))
    for _ in range(46):
        at = chance.randrange(size[0]), chance.randrange(size[1])
        radius = chance.randrange(2, 6)
        canvas = glow(canvas, at, radius * 6, (255, 210, 130), 0.7)
        canvas = _disc(canvas, at, radius, (255, 244, 214))
    return canvas


Painter = Callable[[tuple[int, int], random.Random], "Image"]


def _file(picture: "Image") -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> "Image":
    """A canvas that goes from one colour to another."""
    from PIL import Image

    mask = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask)


def _painted(canvas: "Image", mask: "Image", at: tuple[int, int], colour: Colour) -> "Image":
    """A shape in one colour, laid on the canvas around a point."""
    corner = at[0] - mask.width // 2, at[1] - mask.height // 2
    canvas.paste(colour, (*corner, corner[0] + mask.width, corner[1] + mask.height), mask)
    return canvas


def glow(canvas: "Image", at: tuple[int, int], radius: int, colour: Colour, strength: float) -> "Image":
    """Light that fades outwards."""
    from PIL import Image

    fading = Image.radial_gradient("L").point(lambda far: max(0, 181 - far) ** 2 * strength / 128)
    return _painted(canvas, fading.resize((2 * radius, 2 * radius)), at, colour)


def _disc(canvas: "Image", at: tuple[int, int], radius: int, colour: Colour) -> "Image":
    from PIL import Image, ImageDraw

    mask = Image.new("L", (8 * radius, 8 * radius))
    ImageDraw.Draw(mask).ellipse((0, 0, 8 * radius - 1, 8 * radius - 1), fill=255)
    return _painted(canvas, mask.resize((2 * radius, 2 * radius), Image.Resampling.LANCZOS), at, colour)


def with_leaf(canvas: "Image", at: tuple[int, int], width: int, turn: float, colour: Colour) -> "Image":
    """The leaf of a linden tree: a heart with a point, a midrib and a stalk."""
    from PIL import Image, ImageDraw

    side, middle = 4 * width, 2 * width
    mask = Image.new("L", (side, side))
    pen = ImageDraw.Draw(mask)
    heart = []
    for step in range(120):
        angle = 2 * math.pi * step / 120
        across = 16 * math.sin(angle) ** 3
        along = 13 * math.cos(angle) - 5 * math.cos(2 * angle) - 2 * math.cos(3 * angle) - math.cos(4 * angle)
        stretch = 1.25 if along < 0 else 1
        heart.append((middle + across * width / 16.5, middle - along * stretch * width / 16.5))
    pen.polygon(heart, fill=255)
    pen.line((middle, middle - 1.55 * width, middle, middle - 0.2 * width), fill=255, width=width // 13)
    pen.line((middle, middle - 0.33 * width, middle, middle + width), fill=150, width=width // 22)
    for vein in (-0.13, 0.2, 0.53):
        for hand in (-1, 1):
            end = middle + hand * (0.63 - 0.35 * vein) * width, middle + (vein - 0.3) * width
            pen.line((middle, middle + vein * width, *end), fill=175, width=max(1, width // 34))
    mask = mask.rotate(turn, Image.Resampling.BICUBIC).resize(
        (2 * width, 2 * width), Image.Resampling.LANCZOS
    )
    return _painted(canvas, mask, at, colour)


def _wave(
    canvas: "Image", level: float, swell: float, length: float, phase: float, colour: Colour
) -> "Image":
    """Water below a line that rises and falls."""
    from PIL import Image, ImageDraw

    wide, high = canvas.size
    mask = Image.new("L", (2 * wide, 2 * high))
    line = [
        (2 * x, 2 * (level + swell * math.sin(2 * math.pi * x / length + phase)))
        for x in range(0, wide + 8, 4)
    ]
    ImageDraw.Draw(mask).polygon([(0, 2 * high), *line, (2 * wide + 16, 2 * high)], fill=225)
    mask = mask.resize(canvas.size, Image.Resampling.LANCZOS)
    return _painted(canvas, mask, (wide // 2, high // 2), colour)


def _softer(canvas: "Image", radius: int) -> "Image":
    """What is further away is less sharp."""
    from PIL import ImageFilter

    return canvas.filter(ImageFilter.GaussianBlur(radius)) if radius > 0 else canvas
