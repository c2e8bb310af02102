"""Time that somebody has taken."""

from flask_babel import lazy_gettext as _

from app.appointments import letters, linking, notice_letters, sample_letters, wanting, wordings
from app.appointments.keeping_zones import keep_clock_of_bookings
from app.businesses.changing import business_zone_changed
from app.notifications.kinds import kind
from app.notifications.samples import otherwise

business_zone_changed.connect(keep_clock_of_bookings)
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
    fills=wordings.FILLS,
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
