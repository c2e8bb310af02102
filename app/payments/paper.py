"""Sheets of A4 on which text is written from the top down, with our own letters. Lengths are millimetres, sizes points.

Imported where it is asked for: fpdf2 needs megabytes that no page does.
"""

from datetime import datetime

from flask_babel import gettext as _

from app.core.lettering import drawn
from app.core.sheets import FONT, LEADING, Sheet

SIDE, TOP, BOTTOM = 22.0, 22.0, 24.0
WIDTH = 210 - 2 * SIDE
INK, GREY, LINE = (28, 32, 30), (96, 102, 99), (220, 223, 220)
# A private letter that no text has: the number of pages is known only at the end.
_PAGES = "\ue000"


class Paper(Sheet):
    """`y` is where the next text goes; it is moved by whoever wants room."""

    def __init__(self, title: str, *, author: str, language: str, made_at: datetime) -> None:
        super().__init__(title, author=author, language=language, made_at=made_at)
        self.set_margins(SIDE, TOP, SIDE)
        self.alias_nb_pages(_PAGES)
        self.add_page()

    def footer(self) -> None:
        """Which page of how many, on each of them."""
        y, self.y = self.y, 297 - BOTTOM + 10
        page = _("Page %(number)s of %(all)s", number=self.page_no(), all=_PAGES)
        self._line(drawn(self.named), SIDE, WIDTH, 8, False, GREY, "L")
        self.y = 297 - BOTTOM + 10
        self._line(page, SIDE, WIDTH, 8, False, GREY, "R")
        self.y = y

    def write_text(
        self,
        text: str,
        *,
        x: float = 0,
        width: float = WIDTH,
        size: float = 10,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
        align: str = "L",
    ) -> None:
        """Write a text into a column, on as many lines as it takes, and on further pages where one is full."""
        for line in self.wrapped(text, width, size, bold=bold):
            if self.needs_page(size * LEADING):
                self.add_page()
            self._line(drawn(line), SIDE + x, width, size, bold, colour, align)

    def height(self, text: str, width: float, size: float) -> float:
        """How much room a text takes in a column."""
        return len(self.wrapped(text, width, size)) * size * LEADING

    def needs_page(self, height: float) -> bool:
        """Whether there is less room than that on this page."""
        return bool(self.y + height > 297 - BOTTOM)

    def rule(self, x: float = 0) -> None:
        """A thin line from `x` to the right."""
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        self.line(SIDE + x, self.y, SIDE + WIDTH, self.y)

    def _line(
        self,
        text: str,
        x: float,
        width: float,
        size: float,
        bold: bool,
        colour: tuple[int, int, int],
        align: str,
    ) -> None:
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*colour)
        top = self.y
        self.set_xy(x, top)
        self.cell(width, size * LEADING, text, align=align)
        self.set_xy(SIDE, top + size * LEADING)
