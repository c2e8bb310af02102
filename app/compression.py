"""Answers travel compressed: pages that hold no secret, and files that are kept for a year."""

import gzip

from flask import Flask, Response, request

from app.auth.guards import is_somebody_shown
from app.csrf import is_token_made

FEWEST_BYTES = 1200  # What fits into one packet anyhow.
LEVEL = 5
WORTH = (
    *("text/html", "text/css", "text/javascript", "image/svg+xml", "text/calendar"),
    *("application/xml", "application/json"),
)


def init_compression(app: Flask) -> None:
    """Compress what browsers say they can read."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Gzip a text that is worth it.

    Never one that was made for somebody signed in, nor one with a token: what its length says could be used to guess
    them (BREACH, https://www.breachattack.com/).
    """
    if response.mimetype not in WORTH or response.is_streamed or is_somebody_shown() or is_token_made():
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip") or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if len(body) >= FEWEST_BYTES:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
