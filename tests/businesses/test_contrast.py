"""Whether words can be read on a business's colour."""

import re

import pytest

from app.businesses.contrast import (
    DARK,
    ENOUGH,
    LIGHT,
    Mode,
    Tone,
    contrast,
    is_readable,
    least_contrast,
    linear_light,
    luminance,
)
from app.config import ROOT


@pytest.mark.parametrize("hue", range(0, 360, 5))
def test_words_can_be_read_in_every_hue_there_is(hue: int) -> None:
    assert least_contrast(hue) >= ENOUGH
    assert is_readable(hue)


def test_white_words_on_a_bright_colour_cannot_be_read() -> None:
    white = Tone(1, 0)
    faint = Mode(Tone(0.75, 0.096), white, Tone(0.405, 0.094), white)
    assert contrast(white, faint.brand, 165) < 3
    assert not is_readable(165, (LIGHT, faint))


def test_a_faint_ink_is_seen_as_well() -> None:
    white = Tone(1, 0)
    assert not is_readable(165, (Mode(LIGHT.brand, white, Tone(0.75, 0.096), white),))


def test_black_and_white_are_as_far_apart_as_can_be() -> None:
    assert contrast(Tone(0, 0), Tone(1, 0), 0) == pytest.approx(21, abs=0.01)
    assert contrast(Tone(0.5, 0.1), Tone(0.5, 0.1), 30) == 1


@pytest.mark.parametrize(
    ("lightness", "chroma", "hue", "expected"),
    # sRGB's own red, green and blue in OKLCH, and what WCAG says they give off.
    [(0.62796, 0.25768, 29, 0.2126), (0.86644, 0.29483, 142, 0.7152), (0.45201, 0.31321, 264, 0.0722)],
)
def test_the_light_of_a_colour_is_that_of_the_standard(
    lightness: float, chroma: float, hue: int, expected: float
) -> None:
    assert luminance(Tone(lightness, chroma), hue) == pytest.approx(expected, abs=0.006)


def test_what_no_screen_can_show_is_cut_off() -> None:
    bright = Tone(0.95, 0.3)
    red, green, blue = linear_light(bright, 145)
    assert red < 0 < 1 < green
    assert luminance(bright, 145) == pytest.approx(0.7152 + 0.0722 * blue)


def test_the_tones_are_those_of_the_stylesheet() -> None:
    tokens = (ROOT / "static" / "css" / "20-tokens.css").read_text()
    for token, tone in (
        ("brand", "brand"),
        ("on-brand", "on_brand"),
        ("brand-ink", "brand_ink"),
        ("surface", "surface"),
    ):
        found = re.search(
            rf"--{token}: light-dark\(oklch\(([\d.]+) ([\d.]+) [^)]*\)?\), oklch\(([\d.]+) ([\d.]+) ", tokens
        )
        assert found, token
        light, dark = getattr(LIGHT, tone), getattr(DARK, tone)
        assert [float(it) for it in found.groups()] == [
            light.lightness,
            light.chroma,
            dark.lightness,
            dark.chroma,
        ], token
