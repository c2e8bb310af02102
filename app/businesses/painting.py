"""The colours of a business as plain numbers, for mails: their programs know neither OKLCH nor variables.

The tones are those of static/css/20-tokens.css; only the hue is chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.businesses.contrast import DARK, LIGHT, Tone, linear_light

_PAPER = 95  # The hue of what is light and has no brand in it.
_TONES: Mapping[str, tuple[Tone, Tone]] = {
    "page": (Tone(0.963, 0.006), Tone(0.165, 0.01)),
    "card": (LIGHT.surface, DARK.surface),
    "line": (Tone(0.908, 0.007), Tone(0.305, 0.012)),
    "ink": (Tone(0.235, 0.018), Tone(0.95, 0.006)),
    "quiet": (Tone(0.465, 0.016), Tone(0.765, 0.01)),
    "brand": (LIGHT.brand, DARK.brand),
    "on_brand": (LIGHT.on_brand, DARK.on_brand),
    "brand_ink": (LIGHT.brand_ink, DARK.brand_ink),
    "soft": (Tone(0.957, 0.027), Tone(0.278, 0.043)),
}


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours by name, `#rrggbb`, for light and for dark."""

    light: Mapping[str, str]
    dark: Mapping[str, str]


def paint(hue: int) -> Paint:
    """The colours of a hue (degrees)."""
    return Paint(
        {
            name: as_hex(light, _PAPER if name in ("page", "line") else hue)
            for name, (light, _) in _TONES.items()
        },
        {name: as_hex(dark, hue) for name, (_, dark) in _TONES.items()},
    )


def as_hex(tone: Tone, hue: int) -> str:
    """A tone of a hue (degrees) as sRGB, cut off channel by channel where no screen can show it."""
    return "#" + "".join(f"{round(255 * _encoded(channel)):02x}" for channel in linear_light(tone, hue))


def _encoded(light: float) -> float:
    """From linear light to what a screen is sent (IEC 61966-2-1)."""
    light = min(max(light, 0.0), 1.0)
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
