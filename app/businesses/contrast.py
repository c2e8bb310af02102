"""Whether words can be read on a business's colour: OKLCH to light as screens give it, and how far two lights differ.

The lightness and chroma are those of static/css/20-tokens.css; only the hue is chosen.
"""

from dataclasses import dataclass
from math import cos, radians, sin

ENOUGH = 4.5  # WCAG 2.2, success criterion 1.4.3, for text of any size.


@dataclass(frozen=True, slots=True)
class Tone:
    """A colour that lacks its hue: lightness from 0 to 1, and chroma."""

    lightness: float
    chroma: float


@dataclass(frozen=True, slots=True)
class Mode:
    """What is read on what, light or dark: words on the brand's colour, and words in it on a card."""

    brand: Tone
    on_brand: Tone
    brand_ink: Tone
    surface: Tone


LIGHT = Mode(Tone(0.43, 0.096), Tone(1, 0), Tone(0.405, 0.094), Tone(1, 0))
DARK = Mode(Tone(0.8, 0.118), Tone(0.2, 0.04), Tone(0.84, 0.105), Tone(0.208, 0.012))


def is_readable(hue: int, modes: tuple[Mode, ...] = (LIGHT, DARK)) -> bool:
    """Whether a hue (degrees) gives words enough contrast in every mode."""
    return least_contrast(hue, modes) >= ENOUGH


def least_contrast(hue: int, modes: tuple[Mode, ...] = (LIGHT, DARK)) -> float:
    """The lowest contrast of any words with a hue (degrees), from 1 to 21."""
    pairs = [pair for mode in modes for pair in ((mode.on_brand, mode.brand), (mode.brand_ink, mode.surface))]
    return min(contrast(ink, ground, hue) for ink, ground in pairs)


def contrast(ink: Tone, ground: Tone, hue: int) -> float:
    """How far the light of two tones of a hue differs, as WCAG 2 counts it: from 1 to 21."""
    darker, lighter = sorted(luminance(tone, hue) for tone in (ink, ground))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(tone: Tone, hue: int) -> float:
    """The relative luminance, from 0 to 1. What a screen cannot show is cut off channel by channel, as browsers do."""
    red, green, blue = (min(max(channel, 0.0), 1.0) for channel in linear_light(tone, hue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear_light(tone: Tone, hue: int) -> tuple[float, float, float]:
    """Linear sRGB of an OKLCH colour, beyond 0 and 1 where no screen can show it (CSS Color 4, section 18)."""
    a, b = tone.chroma * cos(radians(hue)), tone.chroma * sin(radians(hue))
    long = (tone.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (tone.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (tone.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
