"""Pages and files of the widget, below /w/<slug>; the flow and the pages of bookings are registered inside of it."""

from app.widget.routes import availability, sightings  # noqa: F401
from app.widget.routes.blueprint import bp as bp
