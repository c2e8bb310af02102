"""What strangers send as a picture."""

import io

import pytest
from PIL import Image

from app.core.pictures import NotAPicture, PictureTooLarge, TooManyPixels, draw_again
from tests.pictures import HTML, SVG, a_bomb, a_picture


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_comes_back_as_webp_in_two_sizes(kind: str) -> None:
    drawn = draw_again(a_picture(2600, 1300, kind), crop=True)
    large, small = opened(drawn.large), opened(drawn.small)
    assert (large.format, large.size, small.format, small.size) == ("WEBP", (1280, 640), "WEBP", (256, 256))
    assert (drawn.width, drawn.height) == (1280, 640)


def test_a_logo_is_not_cut() -> None:
    assert opened(draw_again(a_picture(600, 300), crop=False).small).size == (256, 128)


def test_nothing_else_of_the_file_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "our kitchen", 6
    drawn = draw_again(a_picture(80, 40, "JPEG", exif=exif), crop=False)
    assert (drawn.width, drawn.height) == (40, 80), "it is turned as its camera was held"
    assert "exif" not in opened(drawn.large).info
    assert b"kitchen" not in drawn.large


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM"])
def test_other_formats_are_refused(kind: str) -> None:
    with pytest.raises(NotAPicture):
        draw_again(a_picture(kind=kind), crop=False)


@pytest.mark.parametrize("body", [b"", SVG, HTML, a_picture()[:60], a_bomb(40, 40)])
def test_what_is_no_picture_is_refused(body: bytes) -> None:
    with pytest.raises(NotAPicture):
        draw_again(body, crop=False)


def test_twenty_six_megapixels_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(TooManyPixels):
        draw_again(a_bomb(6500, 4000), crop=False)


def test_six_megabytes_are_refused_before_anything_is_started() -> None:
    with pytest.raises(PictureTooLarge):
        draw_again(b"\x89PNG" + bytes(5 * 1024 * 1024), crop=False)
