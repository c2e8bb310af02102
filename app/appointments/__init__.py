"""Time that somebody has taken."""

from flask_babel import lazy_gettext as _

from app.appointments import (
    letters,
    linking,
    money_letters,
    money_wordings,
    notice_letters,
    personal,
    sample_letters,
    sample_money_letters,
    wanting,
    wanting_money,
    wordings,
)
from app.appointments.changing_zones import keep_what_is_ahead
from app.appointments.models import Booking, Hold
from app.appointments.slow_payments import give_time_again, keep_on
from app.businesses.changing import business_zone_changed
from app.customers.belonging import keeps
from app.notifications.kinds import kind
from app.notifications.samples import otherwise
from app.payments.news import payment_came_to_nothing, payment_on_its_way

business_zone_changed.connect(keep_what_is_ahead)
payment_on_its_way.connect(keep_on)
payment_came_to_nothing.connect(give_time_again)
keeps(Booking, Hold, forget=personal.forget, tell=personal.tell, refuse=personal.refuse)
otherwise(sample_letters.only_words)

# What a customer is told is worth reading twice; a member has the calendar.
kind(
    "booking_requested",
    wanted=wanting.why_not_requested,
    words=letters.requested,
    sample=sample_letters.requested,
    again=True,
    title=_("Request received"),
    wordings=wordings.REQUESTED,
    fills=wordings.FILLS,
)
kind(
    "booking_confirmed",
    wanted=wanting.why_not_confirmed,
    words=letters.confirmed,
    sample=sample_letters.confirmed,
    again=True,
    title=_("Booking confirmed"),
    wordings=wordings.CONFIRMED,
    fills=wordings.FILLS,
)
kind(
    "booking_declined",
    wanted=wanting.why_not_given_back,
    words=letters.declined,
    sample=sample_letters.declined,
    again=True,
    title=_("Request declined"),
    wordings=wordings.DECLINED,
    fills=wordings.FILLS,
)
kind(
    "booking_moved",
    wanted=wanting.why_not_moved,
    words=letters.moved,
    sample=sample_letters.moved,
    again=True,
    title=_("Booking moved"),
    wordings=wordings.MOVED,
    fills=wordings.FILLS,
)
kind(
    "booking_offered",
    wanted=wanting.why_not_offered,
    words=letters.offered,
    sample=sample_letters.offered,
    again=True,
    title=_("Other times offered"),
    wordings=wordings.OFFERED,
    fills=wordings.FILLS,
)
kind(
    "booking_cancelled",
    wanted=wanting.why_not_given_back,
    words=letters.cancelled,
    sample=sample_letters.cancelled,
    again=True,
    title=_("Booking cancelled"),
    wordings=wordings.CANCELLED,
    fills=wordings.FILLS,
)
kind(
    "booking_reminder",
    wanted=wanting.why_not_reminder,
    words=letters.reminder,
    sample=sample_letters.reminder,
    title=_("Reminder"),
    wordings=wordings.REMINDER,
    fills=wordings.FILLS,
    topic="reminder",
    waits=True,
)
kind(
    "booking_follow_up",
    wanted=wanting.why_not_follow_up,
    words=letters.follow_up,
    sample=sample_letters.follow_up,
    title=_("After the visit"),
    wordings=wordings.FOLLOW_UP,
    fills=wordings.FOLLOWING_UP,
    topic="follow_up",
    waits=True,
)
kind("booking_new", wanted=wanting.why_not_new, words=notice_letters.new, title=_("New booking or request"))
kind(
    "booking_changed",
    wanted=wanting.why_not_changed,
    words=notice_letters.changed,
    title=_("A customer moved a booking"),
)
kind(
    "booking_given_up",
    wanted=wanting.why_not_given_up,
    words=notice_letters.given_up,
    title=_("A customer cancelled"),
)
kind(
    "booking_answered",
    wanted=wanting.why_not_answered,
    words=notice_letters.answered,
    title=_("A customer answered a reminder"),
)
kind("booking_links", wanted=linking.why_not_links, words=linking.links, again=True, title=_("Lost link"))
kind(
    "payment_due",
    wanted=wanting_money.why_not_due,
    words=money_letters.due,
    sample=sample_money_letters.due,
    again=True,
    title=_("Accepted, to be paid"),
    wordings=money_wordings.DUE,
    fills=money_wordings.FILLS,
)
kind(
    "payment_failed",
    wanted=wanting_money.why_not_failed,
    words=money_letters.failed,
    sample=sample_money_letters.failed,
    title=_("Payment failed"),
    wordings=money_wordings.FAILED,
    fills=money_wordings.FILLS,
)
kind(
    "payment_lapsed",
    wanted=wanting_money.why_not_lapsed,
    words=money_letters.lapsed,
    sample=sample_money_letters.lapsed,
    again=True,
    title=_("Not paid in time"),
    wordings=money_wordings.LAPSED,
    fills=money_wordings.FILLS,
)
kind(
    "payment_receipt",
    wanted=wanting_money.why_not_receipt,
    words=money_letters.receipt,
    sample=sample_money_letters.receipt,
    again=True,
    title=_("Receipt"),
    wordings=money_wordings.RECEIPT,
    fills=money_wordings.FILLS,
)
kind(
    "payment_returned",
    wanted=wanting_money.why_not_returned,
    words=money_letters.returned,
    sample=sample_money_letters.returned,
    again=True,
    title=_("Money on its way back"),
    wordings=money_wordings.RETURNED,
    fills=money_wordings.FILLS,
)
kind(
    "payment_late",
    wanted=wanting_money.why_not_late,
    words=money_letters.late,
    sample=sample_money_letters.late,
    again=True,
    title=_("Paid too late"),
    wordings=money_wordings.LATE,
    fills=money_wordings.FILLS,
)
kind(
    "payment_missed",
    wanted=wanting_money.why_not_missed,
    words=notice_letters.unpaid,
    title=_("Accepted, and not paid"),
)
kind(
    "payment_review",
    wanted=wanting_money.why_not_review,
    words=notice_letters.payment_in_doubt,
    again=True,
    title=_("A payment needs a look"),
)
kind(
    "payment_stuck",
    wanted=wanting_money.why_not_stuck,
    words=notice_letters.refund_failed,
    again=True,
    title=_("A refund failed"),
)
