"""Pictures as strangers send them, made into pictures we can show."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _

from app.core.errors import DomainError, TemporarilyUnavailable

PROGRAM = Path(__file__).with_name("drawing.py")
MOST_BYTES = 5 * 1024 * 1024
SECONDS = 10
_one_at_a_time = threading.Lock()


class NotAPicture(DomainError):
    """Something else than a JPEG, PNG or WebP, whatever its name says."""

    message = _("This is not a picture we can read. Please choose a JPEG, PNG or WebP file.")


class PictureTooLarge(DomainError):
    """More bytes than are taken."""

    status = 413
    message = _("This file is larger than 5 MB. Please choose a smaller one.")


class TooManyPixels(DomainError):
    """More pixels than are decoded: a small file can hold very many."""

    message = _("This picture has more than 25 megapixels. Please make it smaller first.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as WebP, without anything else its file said: `large` within 1280 px, `small` within 256."""

    large: bytes
    small: bytes
    width: int
    height: int


def draw_again(body: bytes, *, crop: bool) -> Picture:
    """A picture decoded and encoded again by a program of its own; with `crop` the small one is square.

    One at a time in each process, because one may need hundreds of megabytes. Raises NotAPicture, PictureTooLarge,
    TooManyPixels or TemporarilyUnavailable.
    """
    if len(body) > MOST_BYTES:
        raise PictureTooLarge
    if not _one_at_a_time.acquire(timeout=SECONDS):
        raise TemporarilyUnavailable
    try:
        return _drawn(body, crop)
    finally:
        _one_at_a_time.release()


def _drawn(body: bytes, crop: bool) -> Picture:
    command = [sys.executable, "-I", str(PROGRAM), *(["crop"] if crop else [])]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotAPicture from error
    line, _newline, files = done.stdout.partition(b"\n")
    header = json.loads(line)
    if "refused" in header:
        raise TooManyPixels if header["refused"] == "too many pixels" else NotAPicture
    large = header["sizes"][0]
    return Picture(files[:large], files[large:], header["width"], header["height"])
