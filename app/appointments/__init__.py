"""Time that somebody has taken."""

from flask_babel import lazy_gettext as _

from app.appointments import letters, linking
from app.appointments.keeping_zones import keep_clock_of_bookings
from app.businesses.changing import business_zone_changed
from app.notifications.kinds import kind

business_zone_changed.connect(keep_clock_of_bookings)

# A confirmation is worth reading twice; an owner has the calendar.
kind("booking_confirmed", wanted=letters.why_not_confirmed, words=letters.confirmed, again=True)
kind("booking_requested", wanted=letters.why_not_requested, words=letters.requested, again=True)
kind("booking_new", wanted=letters.why_not_new, words=letters.new)
kind("booking_links", wanted=linking.why_not_links, words=linking.links, again=True, title=_("Lost link"))
