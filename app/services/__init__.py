"""What a business offers, and what it costs."""

from app.businesses.changing import window_changed
from app.services.keeping_windows import keep_services_bookable

window_changed.connect(keep_services_bookable)
