"""What an owner puts on their website: one line of HTML, and the addresses in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import escape

MODES = ("inline", "button", "link")
PAGES = ("book", "order")
THEMES = ("light", "dark")
SCRIPT = "/widget.js"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a widget is to be; None is what the widget or whoever books decides. `hue` is in degrees."""

    mode: str = "inline"
    page: str = "book"
    service: int | None = None
    person: int | None = None
    language: str | None = None
    hue: int | None = None
    theme: str | None = None
    label: str | None = None

    @property
    def choice(self) -> dict[str, Any]:
        """What is chosen beforehand, as the addresses of the pages say it."""
        return _given({"service": self.service, "staff": self.person, "lang": self.language})

    @property
    def looks(self) -> dict[str, Any]:
        """How the frame looks, as its address says it."""
        return _given({"hue": self.hue, "theme": self.theme})

    @property
    def attributes(self) -> dict[str, str]:
        """What the script is told, by attribute."""
        mode = None if self.mode == MODES[0] else self.mode
        page = None if self.page == PAGES[0] else self.page
        told = {"mode": mode, "page": page, "service": self.service, "staff": self.person}
        told |= {"language": self.language, "hue": self.hue, "theme": self.theme}
        told |= {"label": self.label if mode else None}
        return {f"data-{name}": value for name, value in _given(told).items()}


@dataclass(frozen=True, slots=True)
class Snippet:
    """What a wish comes to. `page` is the whole address of the page it shows, `frame` that of the frame at `home`."""

    home: str
    slug: str
    wish: Wish
    words: str
    page: str
    frame: str

    @property
    def line(self) -> str:
        """The line to copy."""
        return (
            self.link_line
            if self.wish.mode == "link"
            else f"{self.script}<noscript>{self.link_line}</noscript>"
        )

    @property
    def script(self) -> str:
        """Our script with what it is told."""
        told = {"src": f"{self.home}{SCRIPT}", "data-daybook": self.slug} | self.wish.attributes
        written = " ".join(f'{name}="{escape(value)}"' for name, value in told.items())
        return f"<script {written} async></script>"

    @property
    def link_line(self) -> str:
        """A link, which needs no script of ours and can stand on any website."""
        return f'<a href="{escape(self.page)}">{escape(self.words)}</a>'


def _given(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value is not None}
