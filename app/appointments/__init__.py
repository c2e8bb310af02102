"""Time that somebody has taken."""

from app.appointments.keeping_zones import keep_clock_of_bookings
from app.businesses.changing import business_zone_changed

business_zone_changed.connect(keep_clock_of_bookings)
