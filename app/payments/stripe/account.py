"""The keys a business has at Stripe."""

from dataclasses import dataclass

from app.core.db import db
from app.core.resealing import keeps_sealed
from app.core.sealing import seal, unseal
from app.payments.models import PaymentSettings

_PURPOSE = "stripe"
keeps_sealed(
    _PURPOSE,
    PaymentSettings.test_secret,
    PaymentSettings.test_signing,
    PaymentSettings.live_secret,
    PaymentSettings.live_signing,
)


@dataclass(frozen=True, slots=True)
class Account:
    """One of the two sets of keys of a business: for tests, or `live`. Never shown or logged."""

    publishable: str
    secret: str
    signing: str | None
    live: bool

    def __repr__(self) -> str:
        return f"Account({'live' if self.live else 'test'})"


def account_of(business_id: int, *, live: bool | None = None) -> Account | None:
    """The keys that count now, or those of one mode; None while there are none."""
    settings = db.session.get(PaymentSettings, business_id)
    if settings is None or (live is None and settings.mode == "off"):
        return None
    live = settings.mode == "live" if live is None else live
    secret, signing = (
        (settings.live_secret, settings.live_signing)
        if live
        else (settings.test_secret, settings.test_signing)
    )
    publishable = settings.live_publishable if live else settings.test_publishable
    opened = secret and unseal(_PURPOSE, secret)
    if not opened or not publishable:
        return None
    return Account(publishable, opened, unseal(_PURPOSE, signing) if signing else None, live)


def signing_secrets(business_id: int) -> list[str]:
    """What Stripe signs its events for this business with, in either mode."""
    both = (account_of(business_id, live=live) for live in (False, True))
    return [it.signing for it in both if it and it.signing]


def keep_keys(
    settings: PaymentSettings, publishable: str, secret: str, signing: str | None, *, live: bool
) -> None:
    """Keep a set of keys, sealed. Without a signing secret the one there is stays."""
    name = "live" if live else "test"
    setattr(settings, f"{name}_publishable", publishable)
    setattr(settings, f"{name}_secret", seal(_PURPOSE, secret))
    if signing:
        setattr(settings, f"{name}_signing", seal(_PURPOSE, signing))


def forget_keys(settings: PaymentSettings, *, live: bool) -> None:
    """Keep nothing of a set of keys."""
    name = "live" if live else "test"
    for key in ("publishable", "secret", "signing"):
        setattr(settings, f"{name}_{key}", None)
