"""Security headers of every answer. One function chooses the content policy by layout."""

from flask import Flask, Response, current_app, g, request

from app.auth.guards import is_somebody_shown

PAGE = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# A mail that was not sent, in a frame of the mailbox: with the styles mails have inside, and with nothing else.
LETTER = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "'self' data:",
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation",
}
POLICIES = {"page": PAGE, "mailbox": PAGE | {"frame-src": "'self'"}, "letter": LETTER}
FRAMED = {"letter"}  # The layouts that a page of ours may show in a frame.


def init_headers(app: Flask) -> None:
    """Put the headers on every answer, errors included."""
    app.after_request(secure)


def content_policy(layout: str) -> str:
    """The Content-Security-Policy of a layout. A layout names itself in `g.layout`."""
    return "; ".join(f"{name} {value}" for name, value in POLICIES[layout].items())


def secure(response: Response) -> Response:
    """Add what a browser must know before it shows or keeps the answer."""
    headers = response.headers
    layout = g.get("layout", "page")
    headers["Content-Security-Policy"] = content_policy(layout)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "SAMEORIGIN" if layout in FRAMED else "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
    # What somebody signed in saw must not be there when they have left the browser to somebody else.
    kept = request.method == "GET" and not is_somebody_shown()
    headers.setdefault("Cache-Control", "private, no-cache" if kept else "no-store")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
