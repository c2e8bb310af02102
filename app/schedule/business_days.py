"""Where a business day begins, and on which one a moment falls, as the engine counts them."""

from datetime import date, datetime, timedelta

from app.businesses.models import Business
from app.schedule.calendars import with_hours
from app.schedule.facts import Calendar
from app.schedule.open_time import day_begins, shop_time
from app.schedule.wall_clock import local_date, utc


def day_begins_of(business: Business, first: date, last: date) -> dict[date, datetime]:
    """When each of these business days begins (UTC): one statement, however many days."""
    calendar = with_hours(Calendar(business.zone, first, last), business.id)
    begins = day_begins(calendar, shop_time(calendar))
    return {day: utc(minute) for day, minute in begins if first <= day <= last}


def business_day(business: Business, at: datetime) -> date:
    """The day a moment belongs to where the business is: until an evening past midnight ends, the day it began."""
    today = local_date(at, business.zone)
    yesterday = today - timedelta(days=1)
    begins = day_begins_of(business, yesterday, today)
    return today if at >= begins[today] else yesterday
