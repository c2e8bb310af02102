"""A poster for the window: the name of a business and a code that leads to its booking page.

Imported where it is asked for, as `app.core.sheets` is.
"""

import io
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from fpdf.drawing import PaintedPath

from app.businesses.models import Business
from app.businesses.painting import paint
from app.businesses.paper_sizes import SIZES
from app.core.files import find_file
from app.core.lettering import UNKNOWN, drawn
from app.core.qr_codes import QUIET, modules
from app.core.sheets import FONT, LEADING, Sheet

# All lengths are those of a poster of A4, in millimetres; other sizes are the same poster smaller or larger.
_WIDTH, _HEIGHT = 210.0, 297.0
_EDGE, _PANEL, _ROUND = 9.0, 172.0, 7.0
_CARD, _CARD_TOP = 122.0, 115.0
_LOGO, _LOGO_ROOM = 27.0, 21.0
_TEXT = 158.0
_WORDS_TOP, _WORDS_END = 17.0, 112.0


def poster(business: Business, address: str, size: str, *, made_at: datetime) -> bytes:
    """The poster in the language of the business and one of SIZES, as PDF. `address` is what the code leads to."""
    with force_locale(business.language.replace("-", "_")):
        sheet = _Poster(business, size, made_at)
        sheet.draw_panel()
        sheet.draw_words(_("Book online"))
        sheet.draw_code(address)
        sheet.draw_way(
            _("Point your phone’s camera at the code, or go to"),
            address.partition("://")[2],
            _("Any time, without an account."),
        )
        return bytes(sheet.output())


class _Poster(Sheet):
    def __init__(self, business: Business, size: str, made_at: datetime) -> None:
        width, height = SIZES[size]
        super().__init__(
            f"{_('Book online')}: {business.name}",
            author=business.name,
            language=business.language,
            made_at=made_at,
            size=(width, height),
        )
        self.business = business
        self.colours = {name: _rgb(it) for name, it in paint(business.brand_hue).light.items()}
        self.by = min(width / _WIDTH, height / _HEIGHT)
        self.middle = width / 2
        self.top = (height - _HEIGHT * self.by) / 2
        self.add_page()

    def draw_panel(self) -> None:
        """The colour of the business around its name."""
        left = _EDGE * self.by
        self._box(left, self._down(_EDGE), self.w - 2 * left, _PANEL * self.by, _ROUND, "brand")

    def draw_words(self, headline: str) -> None:
        """Logo, name and what one can do here, in the middle of the panel above the code."""
        name_size, name = self._fitted(self.business.name, (32, 28, 24, 20, 17), 2, bold=False)
        if UNKNOWN in "".join(name):
            # Better none than one that nobody can read; our letters are not those of every script.
            name = []
        line_size, line = self._fitted(headline, (60, 52, 44, 36), 1, bold=True)
        logo = find_file(f"{self.business.logo}.webp") if self.business.logo else None
        heights = [len(name) * name_size * LEADING, len(line) * line_size * LEADING]
        y = (_WORDS_TOP + _WORDS_END - sum(heights) - (_LOGO + 4 if logo else 0)) / 2
        if logo:
            self._draw_logo(logo, y)
            y += _LOGO + 4
        self._write(name, y, name_size, "on_brand", bold=False)
        self._write(line, y + heights[0], line_size, "on_brand", bold=True)

    def draw_code(self, address: str) -> None:
        """The code on white with its border of light, as one shape without seams."""
        left = self.middle - _CARD / 2 * self.by
        top, side = self._down(_CARD_TOP), _CARD * self.by
        self._box(left - 0.4, top - 0.4, side + 0.8, side + 0.8, _ROUND, "line")
        self._box(left, top, side, side, _ROUND, "white")
        code = modules(address)
        step = side / (len(code) + 2 * QUIET)
        inset = QUIET * step
        path = PaintedPath()
        for y, row in enumerate(code):
            for begin, end in _runs(row):
                path.rectangle(
                    left + inset + begin * step, top + inset + y * step, (end - begin) * step, step
                )
        self._paint(path, (0, 0, 0))

    def draw_way(self, how: str, address: str, end: str) -> None:
        """How one gets there without the code as well."""
        size, lines = self._fitted(how, (15, 13), 2, bold=False)
        self._write(lines, 244, size, "quiet", bold=False)
        y = 244 + len(lines) * size * LEADING + 1
        size, lines = self._fitted(address, (30, 27, 24, 21, 18, 15), 1, bold=True)
        self._write(lines, y, size, "brand_ink", bold=True)
        self._write([end], y + len(lines) * size * LEADING + 1.5, 13, "quiet", bold=False)

    def _draw_logo(self, body: bytes, y: float) -> None:
        side, room = _LOGO * self.by, _LOGO_ROOM * self.by
        self._box(self.middle - side / 2, self._down(y), side, side, 5, "white")
        self.image(
            io.BytesIO(body),
            self.middle - room / 2,
            self._down(y) + (side - room) / 2,
            room,
            room,
            keep_aspect_ratio=True,
            alt_text=self.business.name,
        )

    def _fitted(self, text: str, sizes: tuple[int, ...], most: int, *, bold: bool) -> tuple[int, list[str]]:
        """The largest of these sizes in which the text takes so many lines, else the smallest."""
        for size in sizes:
            lines = self.wrapped(text, _TEXT, size, bold=bold)
            if len(lines) <= most:
                break
        return size, lines[: most + 1]

    def _write(self, lines: list[str], y: float, size: float, colour: str, *, bold: bool) -> None:
        """Lines in the middle of the sheet, one below the other."""
        self.set_font(FONT, "B" if bold else "", size * self.by)
        self.set_text_color(*self.colours[colour])
        for number, line in enumerate(lines):
            self.set_xy(0, self._down(y + number * size * LEADING))
            self.cell(self.w, size * LEADING * self.by, drawn(line), align="C")

    def _box(self, x: float, y: float, width: float, height: float, rounded: float, colour: str) -> None:
        path = PaintedPath()
        path.rectangle(x, y, width, height, rounded * self.by, rounded * self.by)
        self._paint(path, (255, 255, 255) if colour == "white" else self.colours[colour])

    def _paint(self, path: PaintedPath, colour: tuple[int, int, int]) -> None:
        path.style.fill_color = "#" + "".join(f"{it:02x}" for it in colour)
        path.style.stroke_color = None
        with self.drawing_context() as drawing:
            drawing.add_item(path)

    def _down(self, y: float) -> float:
        return self.top + y * self.by


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where it is dark without a break: from, to."""
    edges = [
        at for at, (left, right) in enumerate(zip([False, *row], [*row, False], strict=True)) if left != right
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
