"""What demo businesses sell, drawn: bottles and boxes of a salon, glasses and plates of a bar."""

import io
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.cli.demo.pictures import Colour, glow, gradient, with_leaf
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.pictures import Picture
from app.services.models import ServiceItem
from app.services.selling import ItemWish, change_item

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

# Drawn twice as large, so that edges are smooth.
WIDE, HIGH, FINE = 512, 384, 2
SMALL = (256, 192)
GLASS = (214, 232, 238)
PLATE = (250, 246, 240)


class Scene:
    """A canvas with something standing in its middle; measures are shares of its height, from the middle and top."""

    def __init__(self, top: Colour, bottom: Colour) -> None:
        self.canvas = gradient((WIDE * FINE, HIGH * FINE), top, bottom)
        self.ground, self.lift = bottom, 0.0

    def box(
        self, at: tuple[float, float], size: tuple[float, float], colour: Colour, round_: float = 0
    ) -> None:
        """A rectangle around a point of its upper edge."""
        left, top, right, bottom = self._frame(at, size)
        self._pen.rounded_rectangle((left, top, right, bottom), round_ * HIGH * FINE, fill=colour)

    def disc(self, at: tuple[float, float], size: tuple[float, float], colour: Colour) -> None:
        """An ellipse around a point of its upper edge."""
        self._pen.ellipse(self._frame(at, size), fill=colour)

    def shape(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        """A polygon."""
        self._pen.polygon([self._place(it) for it in points], fill=colour)

    def line(self, points: Sequence[tuple[float, float]], colour: Colour, width: float) -> None:
        """A line with round joints."""
        self._pen.line([self._place(it) for it in points], colour, round(width * HIGH * FINE), joint="curve")

    def leaf(self, at: tuple[float, float], width: float, colour: Colour) -> None:
        """A linden leaf, as on labels."""
        x, y = self._place(at)
        self.canvas = with_leaf(self.canvas, (round(x), round(y)), round(width * HIGH * FINE), -28, colour)

    def shade(self, at: tuple[float, float], radius: float, colour: Colour, strength: float) -> None:
        """Light or shadow that fades."""
        x, y = self._place(at)
        self.canvas = glow(self.canvas, (round(x), round(y)), round(radius * HIGH * FINE), colour, strength)

    @property
    def _pen(self) -> "ImageDraw":
        from PIL import ImageDraw

        return ImageDraw.Draw(self.canvas)

    def _place(self, at: tuple[float, float]) -> tuple[float, float]:
        return WIDE * FINE / 2 + at[0] * HIGH * FINE, (at[1] - self.lift) * HIGH * FINE

    def _frame(self, at: tuple[float, float], size: tuple[float, float]) -> tuple[float, float, float, float]:
        (x, y), (wide, high) = self._place(at), (size[0] * HIGH * FINE, size[1] * HIGH * FINE)
        return x - wide / 2, y, x + wide / 2, y + high


def _bottle(scene: Scene, body: Colour, cap: Colour, *, wide: float = 0.27, tall: float = 0.5) -> None:
    """With a label, on a shelf."""
    top = 0.87 - tall
    _shadow(scene, wide + 0.16)
    scene.box((0, top - 0.07), (wide * 0.36, 0.09), _darker(body))
    scene.box((0, top - 0.13), (wide * 0.46, 0.09), cap, 0.015)
    scene.box((0, top), (wide, tall), body, 0.05)
    scene.box((-wide * 0.39, top + 0.06), (wide * 0.06, tall - 0.12), _lighter(body), 0.01)
    scene.box((0.02, top + tall * 0.3), (wide * 0.7, tall * 0.48), (250, 249, 243), 0.012)
    scene.leaf((0.02, top + tall * 0.47), wide * 0.17, (44, 116, 84))
    scene.box((0.02, top + tall * 0.68), (wide * 0.42, 0.012), (160, 174, 164))


def _jar(scene: Scene, body: Colour, lid: Colour) -> None:
    _shadow(scene, 0.56)
    scene.box((0, 0.58), (0.4, 0.29), body, 0.05)
    scene.box((-0.16, 0.63), (0.02, 0.19), _lighter(body), 0.01)
    scene.box((0, 0.49), (0.42, 0.12), lid, 0.02)
    scene.box((0.02, 0.65), (0.28, 0.16), (250, 249, 243), 0.012)
    scene.leaf((0.02, 0.71), 0.05, (44, 116, 84))


def _dropper(scene: Scene, body: Colour, cap: Colour) -> None:
    _bottle(scene, body, cap, wide=0.23, tall=0.34)
    scene.box((0, 0.25), (0.055, 0.17), cap, 0.028)


def _spray(scene: Scene, body: Colour, cap: Colour) -> None:
    _bottle(scene, body, cap, wide=0.24, tall=0.48)
    scene.shape([(-0.1, 0.19), (0.07, 0.19), (0.07, 0.27), (-0.03, 0.27)], cap)
    scene.line([(-0.02, 0.26), (-0.09, 0.35)], cap, 0.022)


def _gift(scene: Scene, paper: Colour, ribbon: Colour) -> None:
    _shadow(scene, 0.66)
    scene.box((0, 0.53), (0.5, 0.34), paper, 0.012)
    scene.box((0, 0.45), (0.54, 0.11), _lighter(paper), 0.012)
    scene.box((0, 0.45), (0.07, 0.42), ribbon)
    for hand in (-1, 1):
        loop = [(0, 0.44), (hand * 0.07, 0.32), (hand * 0.17, 0.33), (hand * 0.15, 0.42), (0, 0.44)]
        scene.line(loop, ribbon, 0.035)
    scene.disc((0, 0.405), (0.07, 0.06), _darker(ribbon))


def _brush(scene: Scene, wood: Colour, bristles: Colour) -> None:
    _shadow(scene, 0.5)
    scene.line([(0, 0.5), (0, 0.84)], _darker(wood), 0.06)
    scene.disc((0, 0.18), (0.32, 0.44), wood)
    scene.disc((0, 0.22), (0.24, 0.36), _lighter(wood))
    for row in range(7):
        for column in range(-3, 4):
            x, y = column * 0.03 + (row % 2) * 0.015, 0.275 + row * 0.04
            if (x / 0.11) ** 2 + ((y - 0.4) / 0.16) ** 2 < 1:
                scene.disc((x, y), (0.012, 0.012), bristles)


def _tumbler(scene: Scene, drink: Colour, slice_: Colour) -> None:
    """A short glass with ice and a slice on its rim."""
    _shadow(scene, 0.46)
    scene.shape([(-0.19, 0.36), (0.19, 0.36), (0.155, 0.87), (-0.155, 0.87)], _mixed(drink, GLASS, 0.75))
    scene.shape([(-0.177, 0.49), (0.177, 0.49), (0.153, 0.84), (-0.153, 0.84)], drink)
    for x, y in ((-0.08, 0.5), (0.06, 0.55), (-0.02, 0.64)):
        scene.box((x, y), (0.1, 0.1), _mixed(drink, (255, 255, 255), 0.35), 0.02)
    scene.disc((0.16, 0.24), (0.2, 0.2), slice_)
    scene.disc((0.16, 0.26), (0.16, 0.16), _lighter(slice_))
    for turn in range(3):
        across, along = math.cos(turn * math.pi / 3) * 0.075, math.sin(turn * math.pi / 3) * 0.075
        scene.line([(0.16 - across, 0.34 - along), (0.16 + across, 0.34 + along)], slice_, 0.008)
    scene.line([(-0.155, 0.42), (-0.13, 0.8)], (255, 255, 255), 0.012)


def _tall_glass(scene: Scene, drink: Colour, top: Colour) -> None:
    """With foam, ice or a leaf on top."""
    _shadow(scene, 0.4)
    scene.shape([(-0.15, 0.2), (0.15, 0.2), (0.12, 0.87), (-0.12, 0.87)], _mixed(drink, GLASS, 0.75))
    scene.shape([(-0.142, 0.3), (0.142, 0.3), (0.12, 0.84), (-0.12, 0.84)], drink)
    scene.box((0, 0.24), (0.285, 0.1), top, 0.04)
    scene.line([(-0.115, 0.38), (-0.1, 0.78)], _lighter(drink), 0.014)


def _plate(scene: Scene) -> None:
    scene.lift = 0.12
    scene.disc((0, 0.44), (0.98, 0.46), _darker(scene.ground))
    scene.disc((0, 0.42), (0.94, 0.43), PLATE)
    scene.disc((0, 0.455), (0.74, 0.33), _darker(PLATE, 0.05))


def _heap(scene: Scene, colours: Sequence[Colour], size: tuple[float, float], places: int) -> None:
    """Things in rings on a plate, those in front last."""
    _plate(scene)
    spots = [(0.0, 0.58)]
    for number in range(places):
        angle = 2 * math.pi * number / places
        spots.append((0.21 * math.cos(angle), 0.58 + 0.085 * math.sin(angle)))
    for number, (x, y) in enumerate(sorted(spots, key=lambda it: it[1])):
        colour = colours[number % len(colours)]
        scene.disc((x, y - size[1] / 2 + 0.02), size, _darker(colour))
        scene.disc((x, y - size[1] / 2), size, colour)
        scene.disc(
            (x - size[0] * 0.15, y - size[1] * 0.35), (size[0] * 0.4, size[1] * 0.25), _lighter(colour)
        )


def _tortilla(scene: Scene, crust: Colour, inside: Colour) -> None:
    _plate(scene)
    scene.disc((0, 0.5), (0.6, 0.26), _darker(crust))
    scene.disc((0, 0.46), (0.6, 0.26), crust)
    scene.disc((0, 0.47), (0.52, 0.21), _lighter(crust))
    scene.shape([(0, 0.575), (0.33, 0.6), (0.22, 0.72)], _darker(PLATE, 0.05))
    scene.shape([(0, 0.575), (0.22, 0.68), (0.22, 0.72), (0, 0.615)], inside)


def _wedges(scene: Scene, colours: Sequence[Colour]) -> None:
    """Cheese or cake, seen from the side."""
    _plate(scene)
    for number, colour in enumerate(colours):
        x = (number - (len(colours) - 1) / 2) * 0.22
        scene.shape([(x - 0.13, 0.62), (x + 0.1, 0.5), (x + 0.13, 0.6)], _lighter(colour))
        scene.shape([(x - 0.13, 0.62), (x + 0.13, 0.6), (x + 0.13, 0.7), (x - 0.13, 0.71)], colour)


SHELF, BAR = ((238, 241, 230), (206, 221, 206)), ((92, 46, 40), (58, 26, 28))
GREEN, SAND, AMBER, WHITE = (92, 142, 112), (232, 221, 198), (150, 86, 34), (246, 246, 242)
RED, STRAW, GOLD, MINT = (158, 38, 34), (240, 226, 168), (232, 164, 46), (96, 160, 84)
Drawing = tuple[tuple[Colour, Colour], Callable[[Scene], None]]
DRAWINGS: Mapping[str, Drawing] = {
    "Lime blossom shampoo": (SHELF, lambda it: _bottle(it, GREEN, WHITE)),
    "Lime blossom conditioner": (SHELF, lambda it: _bottle(it, SAND, GREEN, wide=0.3, tall=0.44)),
    "Colour mask": (SHELF, lambda it: _jar(it, (176, 112, 88), (74, 56, 48))),
    "Apricot kernel oil": (SHELF, lambda it: _dropper(it, (214, 142, 70), (40, 40, 38))),
    "Sea salt spray": (SHELF, lambda it: _spray(it, (136, 182, 196), WHITE)),
    "Beard oil": (SHELF, lambda it: _dropper(it, AMBER, (30, 30, 30))),
    "Pear wood brush": (SHELF, lambda it: _brush(it, (180, 122, 74), (70, 48, 34))),
    "Gift set Lime blossom": (SHELF, lambda it: _gift(it, (112, 160, 128), (250, 244, 226))),
    "Gift set Beard": (SHELF, lambda it: _gift(it, (92, 78, 68), (214, 164, 92))),
    "Red vermouth": (BAR, lambda it: _tumbler(it, RED, (240, 146, 40))),
    "White vermouth": (BAR, lambda it: _tumbler(it, STRAW, (176, 206, 120))),
    "Caña": (BAR, lambda it: _tall_glass(it, GOLD, (252, 248, 236))),
    "Tinto de verano": (BAR, lambda it: _tall_glass(it, (122, 24, 48), (206, 120, 140))),
    "Lemonade with mint": (BAR, lambda it: _tall_glass(it, (240, 234, 178), MINT)),
    "A bottle of vermouth": (
        BAR,
        lambda it: _bottle(it, (112, 24, 28), (214, 176, 96), wide=0.25, tall=0.52),
    ),
    "Tortilla": (BAR, lambda it: _tortilla(it, (226, 176, 72), (250, 222, 140))),
    "Six croquettes": (BAR, lambda it: _heap(it, [(196, 128, 58), (208, 140, 66)], (0.17, 0.1), 5)),
    "Patatas bravas": (
        BAR,
        lambda it: _heap(it, [(238, 190, 92), (206, 66, 38), (244, 204, 116)], (0.13, 0.1), 8),
    ),
    "Padrón peppers": (BAR, lambda it: _heap(it, [(74, 124, 52), (92, 146, 62)], (0.2, 0.07), 8)),
    "Olives and pickles": (
        BAR,
        lambda it: _heap(it, [(122, 142, 60), (70, 84, 44), (150, 164, 78)], (0.09, 0.08), 9),
    ),
    "Three cheeses": (BAR, lambda it: _wedges(it, [(240, 206, 120), (246, 236, 204), (226, 164, 82)])),
    "Chocolate cake": (BAR, lambda it: _wedges(it, [(74, 42, 30)])),
}


def hang_goods(business_id: int, now: datetime) -> None:
    """Give each item that was drawn its picture, by the act that keeps an owner's own."""
    items = select(ServiceItem).filter_by(business_id=business_id).order_by(ServiceItem.id)
    for item in db.session.scalars(items).all():
        if item.name in DRAWINGS:
            change_item(item, ItemWish({}, _picture(*DRAWINGS[item.name])), by=SYSTEM, now=now)


def _picture(light: tuple[Colour, Colour], draw: Callable[[Scene], None]) -> Picture:
    """As one that was uploaded is kept; what we draw ourselves need not be read by another program first."""
    from PIL import Image

    scene = Scene(*light)
    draw(scene)
    large = scene.canvas.resize((WIDE, HIGH), Image.Resampling.BOX)
    return Picture(_file(large), _file(large.resize(SMALL, Image.Resampling.BOX)), WIDE, HIGH)


def _file(picture: "Image") -> bytes:
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=82, method=2)
    return file.getvalue()


def _shadow(scene: Scene, wide: float) -> None:
    """On whatever it stands on."""
    scene.disc((0, 0.83), (wide, 0.09), _darker(scene.ground, 0.16))


def _mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """So much of the other."""
    red, green, blue = (round(one + (two - one) * share) for one, two in zip(colour, other, strict=True))
    return red, green, blue


def _darker(colour: Colour, share: float = 0.22) -> Colour:
    return _mixed(colour, (0, 0, 0), share)


def _lighter(colour: Colour, share: float = 0.3) -> Colour:
    return _mixed(colour, (255, 255, 255), share)
