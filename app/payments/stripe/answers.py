"""What Stripe answers, in our words: how a payment stands, what went back, and why it cannot be asked."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from app.core.errors import DomainError


class NotNow(DomainError):
    """Stripe was asked in vain; what customers are told then. What it means is said by its two kinds."""

    status = 503
    message = _("The payment could not be started. Nothing was charged; please try again in a moment.")


class Unreachable(NotNow):
    """Stripe did not answer, or not as it should: nobody knows what came of it, and it is asked again later."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__()


class Refused(NotNow):
    """Stripe said no for good. `problem` is what it says, for members; `code` is its own word for it."""

    def __init__(self, problem: str, code: str | None = None) -> None:
        self.problem, self.code = problem, code
        super().__init__()


class NotLetIn(Refused):
    """Stripe does not take our keys (any more), or there are none; that says nothing about what was asked."""

    message = _(
        "Paying online does not work here at the moment, and trying again will not help."
        " Nothing was charged; please ask the business how to pay."
    )


@dataclass(frozen=True, slots=True)
class SentBack:
    """A refund as Stripe knows it; `ours` is the id of our row, where it was asked for by us."""

    ref: str
    status: str
    cents: int
    ours: int | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderState:
    """A payment as Stripe knows it now. `received` in minor units; `about` is our payment's uid, as Stripe kept it.

    Without a `ref` it is that nobody can pay any more: on this `page`, or at all where there never was one.
    """

    ref: str | None
    status: str
    amount: int
    received: int
    currency: str
    about: str | None
    live: bool
    client_secret: str | None = None
    failure: str | None = None
    page: str | None = None
    sent_back: tuple[SentBack, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of Stripe's on which somebody can pay, without any script of ours."""

    ref: str
    url: str | None
