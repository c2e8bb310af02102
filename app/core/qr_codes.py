"""QR codes of addresses, with the light border scanners look for. Imported where it is asked for."""

import io
from base64 import b64encode
from typing import Any

import segno

QUIET = 4  # Modules of light around it (ISO/IEC 18004, section 5.3.8).


def modules(address: str) -> list[list[bool]]:
    """The code row by row, True where it is dark, without its border; a quarter of it may be spoilt (level Q)."""
    return [[bool(dark) for dark in row] for row in _code(address).matrix]


def as_svg(address: str) -> bytes:
    """The code with its border, to be drawn at any size."""
    return _saved(address, kind="svg", scale=10, svgclass=None, lineclass=None)


def as_data(address: str) -> str:
    """The same as the address of a picture, for a page that shows it to one person once."""
    return "data:image/svg+xml;base64," + b64encode(as_svg(address)).decode()


def as_png(address: str) -> bytes:
    """The same as dots, more than 1400 on each side: enough for a hand's breadth in print."""
    return _saved(address, kind="png", scale=40)


def _saved(address: str, **how: Any) -> bytes:
    file = io.BytesIO()
    _code(address).save(file, border=QUIET, dark="#000", light="#fff", **how)
    return file.getvalue()


def _code(address: str) -> segno.QRCode:
    return segno.make_qr(address, error="q")
