"""Security headers of every answer. One function chooses the content policy by layout."""

from flask import Flask, Response, current_app, g, request

from app.auth.guards import is_somebody_shown
from app.core.card_payments import stripe_origins
from app.core.framing import is_framed

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
# Members go from page to page in one document, so that all of their pages allow what one of them shows in a frame.
FRAMING = PAGE | {"frame-src": "'self'"}
POLICIES = {"page": PAGE, "payment": PAGE, "members": FRAMING, "mailbox": FRAMING, "letter": LETTER}
FRAMED = {"letter"}  # The layouts that a page of ours may show in a frame.


def init_headers(app: Flask) -> None:
    """Put the headers on every answer, errors included."""
    app.after_request(secure)


def content_policy(layout: str) -> str:
    """The Content-Security-Policy of a layout. A layout names itself in `g.layout`.

    Who may show a page of the widget in a frame stands in `g.frame_ancestors`; None is everybody, even a website that
    is kept apart and has no origin, which no list can name.
    """
    policy = dict(POLICIES[layout])
    if is_framed():
        del policy["frame-ancestors"]
        if g.get("frame_ancestors") is not None:
            policy["frame-ancestors"] = " ".join(["'self'", *g.frame_ancestors])
    if layout == "payment":
        # Stripe's own script and frames are let in, and the form may lead to a page of Stripe's.
        policy |= {
            name: f"{policy.get(name, '')} {theirs}".strip() for name, theirs in stripe_origins().items()
        }
    return "; ".join(f"{name} {value}" for name, value in sorted(policy.items()))


def secure(response: Response) -> Response:
    """Add what a browser must know before it shows or keeps the answer."""
    headers = response.headers
    layout = g.get("layout", "members" if "membership" in g else "page")
    headers["Content-Security-Policy"] = content_policy(layout)
    headers["X-Content-Type-Options"] = "nosniff"
    if is_framed():
        # Where a website asks for it, only what says so may stand in its frames (Cross-Origin-Embedder-Policy).
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        headers["X-Frame-Options"] = "SAMEORIGIN" if layout in FRAMED else "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    pays = f'(self "{stripe_origins()["script-src"].split()[0]}")' if layout == "payment" else "()"
    headers["Permissions-Policy"] = f"camera=(), geolocation=(), microphone=(), payment={pays}"
    # What somebody signed in saw must not be there when they have left the browser to somebody else.
    kept = request.method == "GET" and not is_somebody_shown()
    headers.setdefault("Cache-Control", "private, no-cache" if kept else "no-store")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
