"""What was agreed about money, in words that customers read before they book and before they cancel."""

from dataclasses import dataclass
from datetime import datetime

from babel.numbers import format_percent
from flask_babel import gettext as _

from app.core.card_amounts import askable, least_of, step_of
from app.core.money import show_money
from app.dates import clock_at, date_in, lead_time, page_locale, short_day
from app.payments.refund_steps import ALL, RefundStep, goes_back, last_moment, left_of
from app.payments.terms import Terms


@dataclass(frozen=True, slots=True)
class Occasion:
    """A visit whose terms are said with real moments: from when it is counted, on which clock, and what it is now.

    `paid` is what is or will be paid for it (minor units); None where only shares are said.
    """

    start: datetime
    zone: str
    now: datetime
    paid: int | None = None


def money_in_words(minor: int, currency: str) -> str:
    """An amount as people write it in the page's language."""
    return show_money(minor, currency, page_locale())


def percent(share_bp: int) -> str:
    """Hundredths of a percent as people write them: 50 % or 33.33%."""
    return format_percent(share_bp / ALL, locale=page_locale(), decimal_quantization=False)


def paid_first_in_words(terms: Terms, currency: str) -> str:
    """What has to be paid before a booking counts, as the settings have it."""
    if terms.prepay == "full":
        return _("The full price is paid when booking.")
    if terms.prepay == "deposit":
        share = percent(terms.deposit_bp or 0)
        deposit = (
            _("%(money)s for each place", money=money_in_words(terms.deposit_cents, currency))
            if terms.deposit_cents
            else _("%(share)s of the price", share=share)
        )
        return _("A deposit is paid when booking: %(deposit)s. The rest is paid on site.", deposit=deposit)
    return _("Nothing is paid in advance. You pay on site.")


def in_general(terms: Terms, currency: str) -> list[str]:
    """All of it as the settings have it, in sentences."""
    return [
        paid_first_in_words(terms, currency),
        cancelling_in_words(terms, currency),
        absence_in_words(terms, currency),
    ]


def without_paying_in_words(terms: Terms, cents: int | None, currency: str) -> list[str]:
    """Why something is not paid in advance after all: it is free or too cheap, or its price (None) is told on site."""
    if terms.prepay == "none":
        return []
    if cents is None:
        return [_("Where the price is on request, nothing is paid in advance.")]
    if not cents:
        return [_("What is free is booked without paying.")]
    if askable(terms.due_first(cents), currency):
        return []
    least = money_in_words(least_of(currency), currency)
    return [
        _(
            "Less than %(money)s cannot be paid online. What has so little to be paid first is booked without.",
            money=least,
        )
    ]


def due_in_words(due: int, total: int, currency: str) -> str:
    """So much of a total (minor units) is paid before a booking counts."""
    if due >= total:
        return _("%(money)s is paid when booking.", money=money_in_words(due, currency))
    return _(
        "A deposit of %(money)s is paid when booking, the other %(rest)s on site.",
        money=money_in_words(due, currency),
        rest=money_in_words(total - due, currency),
    )


def cancelling_in_words(terms: Terms, currency: str, occasion: Occasion | None = None) -> str:
    """What goes back to who cancels until when: with dates, times and amounts for an occasion, else how long before."""
    start, now = (occasion.start, occasion.now) if occasion else (None, None)
    steps = left_of(terms.steps, start, now)
    if not steps:
        if occasion and left_of(terms.steps):
            return _("If you cancel now, nothing of what was paid goes back.")
        return _("If you cancel, nothing of what was paid goes back.")
    said = _Saying(currency, occasion)
    first, *others = steps
    until = said.until(first)
    sentences = [
        _("Free cancellation until %(until)s.", until=until)
        if first.back_bp == ALL
        else _("If you cancel until %(until)s, you get %(share)s back.", until=until, share=said.share(first))
    ]
    sentences += [_after(said, it, is_last=it is steps[-1]) for it in others]
    if not others and first.until_min:
        sentences.append(_("After that nothing goes back."))
    return " ".join(sentences)


def absence_in_words(terms: Terms, currency: str, occasion: Occasion | None = None) -> str:
    """What goes back to who does not come."""
    if not terms.no_show_back_bp:
        return _("If you do not come, nothing goes back.")
    share = _Saying(currency, occasion).share(RefundStep(0, terms.no_show_back_bp))
    return _("If you do not come, you get %(share)s back.", share=share)


@dataclass(frozen=True, slots=True)
class _Saying:
    """How moments and shares are said."""

    currency: str
    occasion: Occasion | None

    def until(self, step: RefundStep) -> str:
        if not step.until_min:
            return _("it begins")
        if self.occasion is None:
            return _("%(time)s before", time=lead_time(step.until_min))
        at, zone = last_moment(step, self.occasion.start), self.occasion.zone
        return _("%(day)s, %(time)s", day=short_day(date_in(at, zone)), time=clock_at(at, zone))

    def share(self, step: RefundStep) -> str:
        if self.occasion is None or self.occasion.paid is None:
            return percent(step.back_bp)
        sums = goes_back(self.occasion.paid, step.back_bp, step_of(self.currency))
        back = money_in_words(sums, self.currency)
        return back if step.back_bp == ALL else f"{back} ({percent(step.back_bp)})"


def _after(said: _Saying, step: RefundStep, *, is_last: bool) -> str:
    words = {"share": said.share(step), "until": said.until(step)}
    if is_last and step.until_min:
        return _("After that you get %(share)s back until %(until)s, then nothing.", **words)
    return _("After that you get %(share)s back until %(until)s.", **words)
