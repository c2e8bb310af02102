"""The hours of a business, and those of a person or a room: the week, special days, time off."""

from app.business_hours.routes import (  # noqa: F401
    draft,
    holidays,
    returns,
    seasons,
    special_days,
    time_off,
    week,
)
from app.business_hours.routes.whose import bp as bp
