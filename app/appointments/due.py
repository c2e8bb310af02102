"""When a reminder or a follow-up is due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.notifications.models import ReminderRule
from app.schedule.wall_clock import WallClock, utc


def due_at(rule: ReminderRule, starts_at: datetime, ends_at: datetime, zone: str) -> datetime:
    """The moment (UTC) at which a rule has its message sent for a visit, whether or not that has passed.

    Hours are real time. Days are those of the calendar in the shop's zone, at the rule's clock time or at that of the
    visit: "24 hours before" Sunday 10:00 is Saturday 09:00 in a night that skips an hour, "the day before, same time"
    is 10:00. Of a clock time that a day shows twice it is the first, one that a day skips is the moment of the jump.
    """
    before = rule.about == "before"
    # Only in UTC is an hour more an hour later.
    moment, direction = (starts_at.astimezone(UTC), -1) if before else (ends_at.astimezone(UTC), 1)
    if rule.unit == "hours":
        return moment + direction * timedelta(hours=rule.amount)
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() + direction * timedelta(days=rule.amount)
    wall = local.hour * 60 + local.minute if rule.at_min is None else rule.at_min
    return utc(WallClock(zone, day, day).opening(day, wall))


def name_of(rule: ReminderRule) -> str:
    """What a rule means, as it stands in the key of its messages: 24h-before, 1d-before-1080, 2d-after."""
    at = "" if rule.at_min is None else f"-{rule.at_min}"
    return f"{rule.amount}{rule.unit[0]}-{rule.about}{at}"
