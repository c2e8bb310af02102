"""How a widget looks and where it stands, as the address of its frame says it; everything else is left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.sites.models import ORIGIN

MODES = ("inline", "dialog")
THEMES = ("light", "dark")
NOWHERE = "null"  # The origin of a website that is itself kept apart from everybody.


@dataclass(frozen=True, slots=True)
class Looks:
    """`hue` is another than the business's own; `host` the origin of the website around, "" where it did not say.

    `carried` is what each address of the frame keeps of it.
    """

    hue: int | None
    theme: str | None
    mode: str | None
    host: str
    carried: Mapping[str, str]

    @property
    def classes(self) -> str:
        """The classes of the page."""
        return " ".join(f"{name}-{it}" for name, it in (("theme", self.theme), ("mode", self.mode)) if it)


def read_looks(query: Mapping[str, str]) -> Looks:
    """What is known of the frame. A hue is in degrees, rounded to one of those there are."""
    hue = query.get("hue", "")
    own_hue = round(int(hue) / 5) * 5 % 360 if re.fullmatch("[0-9]{1,3}", hue) else None
    host = query.get("host", "")
    known = {
        "hue": str(own_hue) if own_hue is not None else "",
        "theme": query.get("theme") if query.get("theme") in THEMES else "",
        "mode": query.get("mode") if query.get("mode") in MODES else "",
        "host": host if host == NOWHERE or (len(host) < 300 and re.fullmatch(ORIGIN, host)) else "",
    }
    carried = {name: value for name, value in known.items() if value}
    return Looks(own_hue, carried.get("theme"), carried.get("mode"), carried.get("host", ""), carried)
