"""Re-encodes one picture. Run as a program of its own: bytes of anything on standard input, WebP on standard output.

Nobody imports it: Pillow needs memory the web processes do not have, and what a stranger sends is decoded where it can
do no harm. The first line of the output is JSON, `{"width", "height", "sizes"}` or `{"refused"}`; then come the
pictures, large and small, of so many bytes each.
"""

import io
import json
import resource
import sys

from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 25_000_000
LARGE, SMALL = 1280, 256
MEMORY = 1 << 30


def draw(body: bytes, crop: bool) -> tuple[dict[str, object], list[bytes]]:
    """The picture as a header and its two sizes; with `crop` the small one is a square from the middle."""
    try:
        picture = Image.open(io.BytesIO(body), formats=FORMATS)
    except Exception:
        return {"refused": "unreadable"}, []
    if picture.width * picture.height > MOST_PIXELS:
        return {"refused": "too many pixels"}, []
    # A camera's picture is decoded no larger than it will be shown, which takes a quarter of the memory or less.
    picture.draft("RGB", (2 * LARGE, 2 * LARGE))
    try:
        large = as_seen(picture)
    except Exception:
        return {"refused": "unreadable"}, []
    large.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)
    small = ImageOps.fit(large, (SMALL, SMALL)) if crop else ImageOps.contain(large, (SMALL, SMALL))
    files = [encoded(large), encoded(small)]
    return {"width": large.width, "height": large.height, "sizes": [len(it) for it in files]}, files


def as_seen(picture: Image.Image) -> Image.Image:
    """Upright, in sRGB, without whatever else the file said."""
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    picture = picture.convert(
        "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
    )
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            picture = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB")) or picture
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # A profile that makes no sense is as good as none.
    return Image.frombytes(picture.mode, picture.size, picture.tobytes())


def encoded(picture: Image.Image) -> bytes:
    """As a file of its own."""
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=82, method=4)
    return file.getvalue()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (6, 6))
    header, files = draw(sys.stdin.buffer.read(), crop="crop" in sys.argv)
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + b"".join(files))
