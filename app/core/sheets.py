"""Sheets of paper with our own letters, as PDF. Lengths are millimetres, sizes points.

Imported where it is asked for: fpdf2 needs megabytes that no page does.
"""

from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, WrapMode

from app.core.lettering import known

FONT = "noto-sans"
LEADING = 0.3528 * 1.38  # Of a line, in millimetres for each point.
A4 = (210.0, 297.0)
_FONTS = Path(__file__).parent / "fonts"


class Sheet(FPDF):
    """Pages of one format. `named` is the title as far as there are letters for it."""

    def __init__(
        self, title: str, *, author: str, language: str, made_at: datetime, size: tuple[float, float] = A4
    ) -> None:
        super().__init__("P", "mm", size)
        self.set_auto_page_break(False)
        self.c_margin = 0
        for style, name in (("", "regular"), ("B", "bold")):
            self.add_font(FONT, style, _FONTS / f"noto-sans-{name}.ttf")
        self.set_font(FONT)
        self.letters = frozenset(self.fonts[FONT].cmap)  # type: ignore[union-attr]
        self.named = known(title, self.letters)
        self.set_title(self.named)
        self.set_author(author)
        self.set_producer("Daybook")
        self.set_creation_date(made_at)
        self.set_lang(language)

    def wrapped(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        """The lines of a text in a column; a word that is too long for one is broken."""
        self.set_font(FONT, "B" if bold else "", size)
        clean = known(text, self.letters)
        if not clean.strip():
            return []
        lines = self.multi_cell(
            width,
            size * LEADING,
            clean,
            align="L",
            wrapmode=WrapMode.WORD,
            dry_run=True,
            output=MethodReturnValue.LINES,
        )
        return list(lines)  # type: ignore[arg-type]
