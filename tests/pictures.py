"""Picture files for tests, made by Pillow."""

import io
import struct
import zlib

from PIL import Image

from app.core.pictures import Picture, draw_again


def a_picture(width: int = 40, height: int = 30, kind: str = "PNG", **options: object) -> bytes:
    """A real picture file of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind, **options)
    return file.getvalue()


def a_drawing(crop: bool = False) -> Picture:
    """A picture as it is kept."""
    return draw_again(a_picture(), crop=crop)


def a_bomb(width: int = 6000, height: int = 4500) -> bytes:
    """A PNG of a few bytes that says it has this many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b""))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
