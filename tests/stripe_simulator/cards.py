"""Stripe's test cards, each with its fate (docs.stripe.com/testing)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.stripe_simulator.problems import Problem


@dataclass(frozen=True)
class Card:
    """What will happen when it pays.

    `code` and `reason` are the error and its decline code. `challenged` asks for 3-D Secure first. `delayed` leaves the
    payment processing until somebody ends it. `refunds` is what becomes of a refund: succeeded, pending, or bounced,
    which succeeds and fails later. `disputed` opens a dispute at once.
    """

    number: str
    brand: str = "visa"
    code: str | None = None
    reason: str | None = None
    challenged: bool = False
    delayed: bool = False
    refunds: str = "succeeded"
    disputed: bool = False
    exp_month: int = 12
    exp_year: int = 2040

    @property
    def last4(self) -> str:
        return self.number[-4:]

    def __repr__(self) -> str:
        """Only what may be shown of a card."""
        return f"<Card {self.brand} {self.last4}>"


def declined(number: str, reason: str, code: str = "card_declined", challenged: bool = False) -> Card:
    """One that the bank refuses."""
    return Card(number, code=code, reason=reason, challenged=challenged)


CARDS = {
    "pm_card_visa": Card("4242424242424242"),
    "pm_card_mastercard": Card("5555555555554444", "mastercard"),
    "pm_card_amex": Card("378282246310005", "amex"),
    "pm_card_visa_debit": Card("4000056655665556"),
    "pm_card_chargeDeclined": declined("4000000000000002", "generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": declined("4000000000009995", "insufficient_funds"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": declined("4000000000009995", "insufficient_funds"),
    "pm_card_visa_chargeDeclinedLostCard": declined("4000000000009987", "lost_card"),
    "pm_card_visa_chargeDeclinedStolenCard": declined("4000000000009979", "stolen_card"),
    "pm_card_chargeDeclinedExpiredCard": declined("4000000000000069", "expired_card", "expired_card"),
    "pm_card_chargeDeclinedIncorrectCvc": declined("4000000000000127", "incorrect_cvc", "incorrect_cvc"),
    "pm_card_chargeDeclinedProcessingError": declined(
        "4000000000000119", "processing_error", "processing_error"
    ),
    "pm_card_authenticationRequired": Card("4000002500003155", challenged=True),
    "pm_card_threeDSecureRequired": Card("4000002760003184", challenged=True),
    "pm_card_threeDSecure2Required": Card("4000000000003220", challenged=True),
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": declined(
        "4000008260003178", "insufficient_funds", challenged=True
    ),
    "pm_card_threeDSecureRequiredChargeDeclined": declined(
        "4000008400001629", "generic_decline", challenged=True
    ),
    "pm_card_createDispute": Card("4000000000000259", disputed=True),
    "pm_card_pendingRefund": Card("4000000000007726", refunds="pending"),
    "pm_card_refundFail": Card("4000000000005126", refunds="bounced"),
    # Stripe has no such card: there only bank debits are slow.
    "pm_simulator_processing": Card("4000000000007775", delayed=True),
}
BY_NUMBER = {card.number: card for card in CARDS.values()}


def typed(number: str, exp_month: int | None, exp_year: int | None, cvc: str | None, now: int) -> Card:
    """The card somebody typed. Raises Problem (402) as Stripe does before it asks any bank."""
    digits = "".join(number.split())
    if not digits.isascii() or not digits.isdigit() or not 12 <= len(digits) <= 19 or not passes_luhn(digits):
        raise _wrong("Your card number is incorrect.", "incorrect_number", "number")
    if exp_month is None or not 1 <= exp_month <= 12:
        raise _wrong("Your card's expiration month is invalid.", "invalid_expiry_month", "exp_month")
    today = datetime.fromtimestamp(now, UTC)
    year = exp_year + 2000 if exp_year is not None and 0 <= exp_year < 100 else exp_year
    if (
        year is None
        or not today.year <= year <= today.year + 50
        or (year, exp_month) < (today.year, today.month)
    ):
        raise _wrong("Your card's expiration year is invalid.", "invalid_expiry_year", "exp_year")
    if cvc is not None and not (cvc.isascii() and cvc.isdigit() and len(cvc) in (3, 4)):
        raise _wrong("Your card's security code is invalid.", "invalid_cvc", "cvc")
    if digits not in BY_NUMBER:
        message = "Your card was declined. Your request was in test mode, but used a non test card."
        raise _wrong(message, "card_declined", "number", decline_code="test_mode_live_card")
    known: dict[str, Any] = vars(BY_NUMBER[digits])
    return Card(**known | {"exp_month": exp_month, "exp_year": year})


def passes_luhn(digits: str) -> bool:
    """The check digit of every card number (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _wrong(message: str, code: str, param: str, **more: str) -> Problem:
    return Problem(message, status=402, kind="card_error", code=code, param=param, **more)
