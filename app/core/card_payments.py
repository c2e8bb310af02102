"""Where payments by card are asked for."""

from flask import current_app

from app.config import STRIPE_JS

_DIRECTIVES = ("script-src", "connect-src", "frame-src", "img-src", "form-action")
_PAGES = "https://checkout.stripe.com"


def stripe_address() -> str:
    """Stripe's API, or what stands in for it in a test; without a slash at its end."""
    return str(current_app.config["STRIPE_API"])


def stripe_script() -> str:
    """The address of Stripe's script, which has to come from Stripe itself."""
    return f"{current_app.config['STRIPE_JS']}/v3/"


def stripe_origins() -> dict[str, str]:
    """What a page on which people pay may load of Stripe's, ask of it and lead to, by directive of a content policy.

    As Stripe's integration security guide lists it.
    """
    script = str(current_app.config["STRIPE_JS"])
    if script != STRIPE_JS:
        both = " ".join(dict.fromkeys([script, stripe_address()]))
        return dict.fromkeys(_DIRECTIVES, both)
    theirs = f"{script} https://*.js.stripe.com"
    values = (theirs, stripe_address(), f"{theirs} https://hooks.stripe.com", "https://*.stripe.com", _PAGES)
    return dict(zip(_DIRECTIVES, values, strict=True))
