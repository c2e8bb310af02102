"""The letters about a booking to its customer: what each says at the moment it is sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from app.appointments.agreeing import due_first
from app.appointments.asking import review_link
from app.appointments.billing import find_bill
from app.appointments.finding import receipt_token
from app.appointments.models import Booking
from app.appointments.statuses import CUSTOMERS_WORDS
from app.appointments.subjects import Visit, Was, bookings_about, first_of, visits_of
from app.businesses.finding import load_business
from app.businesses.letters import common_words
from app.businesses.models import Business
from app.core import clock
from app.core.mail import address_of, render_lines, sender_address
from app.customers.unwanted import wishes_token
from app.notifications.kinds import Attached, Letter
from app.notifications.models import Notification
from app.payments.stripe.account import account_of

# So many invitations to a calendar fit one mail; a series comes as one file.
_MOST_INVITATIONS = 6


def requested(row: Notification) -> Letter:
    """We have the request; nothing is agreed, so there is nothing for a calendar yet."""
    business, visits = _read(row)
    return to_customer(row, business, visits)


def confirmed(row: Notification) -> Letter:
    """Booked, with the visit for their calendar."""
    business, visits = _read(row)
    late = bool(row.payload.get("late"))
    return to_customer(row, business, visits, attached=_entries(row, business, visits), late=late)


def moved(row: Notification) -> Letter:
    """Another time, length or person, beside what it was before."""
    business, visits = _read(row)
    before = {int(number): _was(place) for number, place in row.payload.get("was", {}).items()}
    kept = [it for visit in visits for it in visit.receipt.kept]
    was = [(it, before[it.id]) for it in kept if it.id in before]
    with force_locale(_locale(row)):
        news = _news_of_move(row, business, was)
    return to_customer(
        row,
        business,
        visits,
        attached=_entries(row, business, visits),
        news=news,
        was=was,
    )


def offered(row: Notification) -> Letter:
    """Other times to choose from, and where; the booking stays meanwhile."""
    business, visits = _read(row)
    zone = visits[0].receipt.first.zone
    times = sorted(at for it in visits[0].receipt.kept for at in it.offered or ())
    told = render_lines("mail/_offered.txt", row.language, {"times": times, "zone": zone})
    return to_customer(row, business, visits, news=told["times"])


def cancelled(row: Notification) -> Letter:
    """Given up, by whom and why, taken out of their calendar, and the way to another time."""
    business, visit, stays = _gone(row)
    gone = visit.receipt.bookings
    with force_locale(_locale(row)):
        news = _news_of_cancellation(business, gone[0])
    return to_customer(
        row,
        business,
        [visit],
        attached=_entries(row, business, [visit], "CANCEL", gone),
        news=news,
        # Who gave it up themselves knows why.
        reason=None if gone[0].cancelled_by == "customer" else gone[0].cancel_reason,
        stays=stays,
        again=_booking_page(business),
    )


def declined(row: Notification) -> Letter:
    """The request was not accepted, or nobody answered it in time."""
    business, visit, stays = _gone(row)
    gone = visit.receipt.bookings
    with force_locale(_locale(row)):
        news = (
            _("%(business)s is sorry: it could not be answered in time.", business=business.name)
            if all(it.status == "expired" for it in gone)
            else _("%(business)s is sorry: that time cannot be had.", business=business.name)
        )
    reason = next((it.cancel_reason for it in gone if it.cancel_reason), None)
    return to_customer(
        row, business, [visit], news=news, reason=reason, stays=stays, again=_booking_page(business)
    )


def reminder(row: Notification) -> Letter:
    """What is ahead, and the question whether they will come."""
    business, visits = _read(row)
    answer = address_of("answers.show", token=receipt_token(visits[0].receipt.first))
    link = answer if row.channel == "sms" else visits[0].link
    return to_customer(row, business, visits, link=link, answer=answer, unwanted=_wishes(row))


def follow_up(row: Notification) -> Letter:
    """Thanks for the visit, the question how it was, and the way to the next."""
    business, visits = _read(row)
    unwanted, review = _wishes(row), review_link(row, visits[0].receipt.kept)
    with force_locale(_locale(row)):
        asked = _("How was it? %(link)s", link=review) if review else ""
    letter = to_customer(
        row,
        business,
        visits,
        unsubscribe=unwanted,
        unwanted=unwanted,
        again=_booking_page(business),
        review=review,
    )
    return replace(letter, fills={**letter.fills, "review": asked})


def to_customer(
    row: Notification,
    business: Business,
    visits: Sequence[Visit],
    *,
    attached: Sequence[Attached] = (),
    unsubscribe: str | None = None,
    link: str | None = None,
    news: str = "",
    reason: str | None = None,
    **more: Any,
) -> Letter:
    """A letter about these visits, of which there is one at least; `more` are further words of its templates."""
    fills = render_lines("mail/_fills.txt", row.language, {"business": business, "visits": visits})
    fills |= {"link": link or visits[0].link, "news": news, "reason": reason or ""}
    words = {
        "visits": visits,
        "statuses": CUSTOMERS_WORDS,
        "reason": reason,
        **_money_of(business, visits),
        **more,
    }
    return Letter(
        sender=business.name,
        recipient=visits[0].receipt.first.contact_name,
        reply_to=business.email,
        words=common_words(business) | words,
        attached=tuple(attached),
        fills=fills,
        unsubscribe=unsubscribe,
    )


def _money_of(business: Business, visits: Sequence[Visit]) -> dict[str, int]:
    """What was paid for a visit, what is left of it, and what of a request is paid first once it is accepted.

    Minor units, all of them nothing for the visits of a series: each of those has its own.
    """
    if len(visits) > 1:
        return {"paid": 0, "left": 0, "due": 0}
    receipt = visits[0].receipt
    bill = find_bill(business.id, receipt.first)
    paid, left = (bill.kept_cents, bill.open_cents) if bill else (0, 0)
    asked = due_first(receipt.kept, paid) if receipt.status == "requested" else 0
    return {
        "paid": paid,
        "left": left,
        "due": asked if asked and account_of(business.id) else 0,
    }


def _read(row: Notification) -> tuple[Business, list[Visit]]:
    """The business, and its visits that the letter is about, by time."""
    bookings = bookings_about(row)
    return load_business(bookings[0].business_id), visits_of(bookings)


def _gone(row: Notification) -> tuple[Business, Visit, bool]:
    """The business, what was given back of a visit, and whether something of it stays."""
    bookings = bookings_about(row)
    parts = row.payload.get("parts", ())
    those = [it for it in bookings if it.id in parts and not it.live]
    [visit] = visits_of(those or bookings, gone=True)
    return load_business(bookings[0].business_id), visit, any(it.live for it in bookings)


def _entries(
    row: Notification,
    business: Business,
    visits: Sequence[Visit],
    method: str = "REQUEST",
    parts: Sequence[Booking] | None = None,
) -> list[Attached]:
    """The visit for a calendar program; nothing for a text message.

    An invitation has one entry (RFC 5546, 3.2.2), so each booking comes as one; the dates of a series as a file that
    offers to keep them.
    """
    if row.channel != "email":
        return []
    # Megabytes in every web process, for what only the worker needs.
    from app.appointments.calendar_file import calendar_of, invitation

    sender, now = business.email or sender_address(), clock.now()
    if parts is None:
        parts = [it for visit in visits for it in visit.receipt.kept if it.status == "confirmed"]
    with force_locale(_locale(row)):
        if len(visits) > 1 or len(parts) > _MOST_INVITATIONS:
            file = calendar_of(business, [(it.receipt, it.link) for it in visits], now=now)
            return [_attached(business, visits[0].receipt.first, "PUBLISH", file)]
        [visit] = visits
        return [
            _attached(
                business,
                it,
                method,
                invitation(
                    business,
                    visit.receipt,
                    it,
                    visit.link,
                    method=method,
                    sender=sender,
                    to=row.recipient,
                    now=now,
                ),
                number,
            )
            for number, it in enumerate(parts, 1)
        ]


def _attached(business: Business, booking: Booking, method: str, file: bytes, number: int = 1) -> Attached:
    more = f"-{number}" if number > 1 else ""
    name = f"{business.slug}-{booking.local_start:%Y-%m-%d}{more}.ics"
    return Attached(name, f"text/calendar; charset=utf-8; method={method}", file)


def _news_of_move(row: Notification, business: Business, was: Sequence[tuple[Booking, Was]]) -> str:
    same_time = all(it.appointment.starts_at == before.starts_at for it, before in was)
    if row.payload.get("theirs"):
        return _("You moved it. We look forward to seeing you then.")
    if same_time and any(it.performer_name != before.person for it, before in was):
        names = ", ".join(dict.fromkeys(it.performer_name for it, _before in was if it.performer_name))
        return _("The time stays; %(person)s will look after you.", person=names or business.name)
    return _(
        "%(business)s had to change it. If that does not suit you, please tell us.", business=business.name
    )


def _news_of_cancellation(business: Business, booking: Booking) -> str:
    if booking.cancelled_by == "customer":
        return _("You cancelled it; there is nothing more to do.")
    return _("We are sorry: %(business)s had to cancel it.", business=business.name)


def _wishes(row: Notification) -> str | None:
    """Where the customer ends such messages."""
    topic = "follow_up" if row.kind == "booking_follow_up" else "reminder"
    customer = row.customer_id or first_of(bookings_about(row)).customer_id or 0
    token = wishes_token(row.business_id or 0, customer, topic, row.channel)
    return address_of("messages.show", token=token)


def _booking_page(business: Business) -> str | None:
    return address_of("flow.new", slug=business.slug) if business.status == "open" else None


def _was(place: Sequence[str]) -> Was:
    return Was(datetime.fromisoformat(place[0]), datetime.fromisoformat(place[1]), place[2])


def _locale(row: Notification) -> str:
    return row.language.replace("-", "_")
