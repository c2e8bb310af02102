"""A business connects itself with Stripe: the keys it has there, and which of them count."""

import re
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.payments.models import LIVE, Payment, PaymentSettings, Refund, WebhookEvent
from app.payments.stripe.account import Account, account_of, forget_keys, keep_keys
from app.payments.stripe.answers import NotNow, Refused
from app.payments.stripe.asking import knows, who_is

MODES = ("off", "test", "live")


class NoKeys(Conflict):
    """A mode counts only once its keys are here."""

    message = _("Please enter the keys for this first.")


class KeysNotTaken(DomainError):
    """Stripe knows no such keys, or did not answer."""


class OtherAccount(Conflict):
    """What was paid into one account cannot be given back from another."""

    message = _(
        "These keys are of another Stripe account than the one your customers have paid into. With them nothing of"
        " that could be given back here any more. If you want to change accounts all the same, remove the old keys"
        " first."
    )


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of one mode as they may be shown: the last four characters of each, and nothing more.

    `is_sealed`: they cannot be opened any more. `heard_at` is when Stripe last told us something in this mode.
    """

    mode: str
    publishable: str
    secret: str
    signing: str | None
    is_sealed: bool
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Connection:
    """How a business is connected with Stripe: the `mode` that counts, and the keys there are."""

    mode: str
    test: KeySet | None
    live: KeySet | None

    @property
    def now(self) -> KeySet | None:
        """The keys that count."""
        return {"test": self.test, "live": self.live}.get(self.mode)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What still needs the keys of a mode: payments that may become money, and refunds that are not there yet."""

    payments: int
    refunds: int


def connection_of(business_id: int) -> Connection:
    """What can be said about the keys of a business without asking Stripe."""
    settings = db.session.get(PaymentSettings, business_id) or PaymentSettings(mode="off")
    heard = _last_heard(business_id)
    test, live = (_key_set(settings, live=live, heard_at=heard.get(live)) for live in (False, True))
    return Connection(settings.mode, test, live)


def whose(account: Account, paid_before: str | None) -> str:
    """What Stripe calls the account of these keys, "" where they may not ask. Raises KeysNotTaken or OtherAccount.

    `paid_before` is a payment that has to be one of the account's.

    It waits for Stripe, so never with a transaction open.
    """
    try:
        name = who_is(account)
        if paid_before and not knows(account, paid_before):
            raise OtherAccount
        return name
    except Refused as refusal:
        said = refusal.problem or refusal.code or gettext("it does not say why")
        raise KeysNotTaken(gettext("Stripe does not take these keys: %(reason)s", reason=said)) from refusal
    except NotNow as refusal:
        raise KeysNotTaken(
            gettext("Stripe does not answer at the moment. Nothing was kept; please try again.")
        ) from refusal


def last_paid_with(business_id: int, *, live: bool) -> str | None:
    """Stripe's name for the latest payment with the keys that are here now; None where there are none."""
    if account_of(business_id, live=live) is None:
        return None
    mine = select(Payment.provider_ref).filter_by(business_id=business_id, live_mode=live)
    return db.session.scalar(
        mine.where(Payment.provider_ref.is_not(None)).order_by(Payment.id.desc()).limit(1)
    )


def keep_account(business: Business, account: Account, name: str, *, by: Actor, now: datetime) -> None:
    """Keep keys that Stripe has said are of the account `name`. Which mode counts stays as it was."""
    settings = _lock(business.id)
    keep_keys(settings, account.publishable, account.secret, account.signing, live=account.live)
    _note(
        "stripe_keys_kept", business, by, now, {"mode": [None, _mode(account.live)], "account": [None, name]}
    )


def remove_account(business: Business, *, live: bool, by: Actor, now: datetime) -> None:
    """Forget the keys of a mode; where it is the one that counts, nothing is paid online any more. Twice is once."""
    settings = _lock(business.id)
    mode = _mode(live)
    if getattr(settings, f"{mode}_secret") is None:
        return
    forget_keys(settings, live=live)
    changes = {"mode": [settings.mode, "off"]} if settings.mode == mode else {}
    if changes:
        settings.mode = "off"
    _note("stripe_keys_removed", business, by, now, {"keys": [mode, None], **changes})


def choose_mode(business: Business, mode: str, *, by: Actor, now: datetime) -> None:
    """Let these keys count from now on, or none ("off"). Raises NoKeys."""
    settings = _lock(business.id)
    if settings.mode == mode:
        return
    if mode != "off" and account_of(business.id, live=mode == "live") is None:
        raise NoKeys
    _note("stripe_mode_changed", business, by, now, {"mode": [settings.mode, mode]})
    settings.mode = mode


def under_way(business_id: int, *, live: bool) -> UnderWay:
    """What would be left without an answer if these keys were taken away."""
    theirs = (Payment.business_id == business_id, Payment.method == "stripe", Payment.live_mode.is_(live))
    payments = select(func.count()).where(*theirs, Payment.status.in_(LIVE))
    refunds = (
        select(func.count())
        .select_from(Refund)
        .join(Payment, (Payment.business_id == Refund.business_id) & (Payment.id == Refund.payment_id))
        .where(*theirs, Refund.status.in_(("created", "pending")))
    )
    return UnderWay(db.session.scalar(payments) or 0, db.session.scalar(refunds) or 0)


def mode_of_key(key: str) -> str | None:
    """Which mode a key says it is of; None where it does not say."""
    found = re.match(r"(?:pk|sk|rk)_(test|live)_", key)
    return found[1] if found else None


def _key_set(settings: PaymentSettings, *, live: bool, heard_at: datetime | None) -> KeySet | None:
    mode = _mode(live)
    if getattr(settings, f"{mode}_secret") is None:
        return None
    account = account_of(settings.business_id, live=live)
    if account is None:
        return KeySet(mode, "", "", None, True, heard_at)
    signing = account.signing[-4:] if account.signing else None
    return KeySet(mode, account.publishable[-4:], account.secret[-4:], signing, False, heard_at)


def _last_heard(business_id: int) -> dict[bool, datetime]:
    rows = select(WebhookEvent.live_mode, func.max(WebhookEvent.received_at))
    theirs = rows.where(WebhookEvent.business_id == business_id).group_by(WebhookEvent.live_mode)
    return {row[0]: row[1] for row in db.session.execute(theirs)}


def _lock(business_id: int) -> PaymentSettings:
    """Its settings, made where there are none; nobody else changes them meanwhile."""
    db.session.execute(insert(PaymentSettings).values(business_id=business_id).on_conflict_do_nothing())
    return db.session.get_one(PaymentSettings, business_id, populate_existing=True, with_for_update=True)


def _mode(live: bool) -> str:
    return "live" if live else "test"


def _note(action: str, business: Business, by: Actor, now: datetime, changes: dict[str, object]) -> None:
    record(
        f"business.{action}",
        "business",
        business.id,
        by=by,
        at=now,
        business_id=business.id,
        changes=changes,
    )
