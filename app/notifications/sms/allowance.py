"""Whether a text message may go: to which countries, at what hours, and how many a month."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select

from app.core.db import db
from app.core.texting import most_a_month
from app.notifications.kinds import Reason, find_kind
from app.notifications.models import MessageSettings, Notification
from app.notifications.shops import shop_of

_TYPE = phonenumbers.PhoneNumberType
# Who has such a number earns by what is sent to it, and anybody can book with one.
_DEAR = {_TYPE.PREMIUM_RATE, _TYPE.SHARED_COST, _TYPE.PERSONAL_NUMBER, _TYPE.UAN}
_PAID = ("transmitting", "sent", "delivered", "unknown")


@dataclass(frozen=True, slots=True)
class Held:
    """Why a text message does not go now. `until` (UTC) is when it may; None: never."""

    reason: Reason
    until: datetime | None = None


def why_held(row: Notification, now: datetime) -> Held | None:
    """What stands in the way of a text message; None for nothing."""
    settings = settings_of(row.business_id)
    if row.business_id is None or not settings.sms_limit:
        return Held(_("Text messages are switched off."))
    shop = shop_of(row.business_id)
    country = country_of(row.recipient)
    if country is None or phonenumbers.number_type(phonenumbers.parse(row.recipient)) in _DEAR:
        return Held(_("This is no number that gets text messages."))
    if country not in (settings.sms_countries or [shop.country]):
        return Held(_("Text messages do not go to this country: %(country)s.", country=_name(country)))
    until = quiet_until(settings, shop.zone, now) if find_kind(row.kind).waits else None
    return Held(_("It waits for the end of the quiet hours."), until) if until else None


def over_the_limit(row: Notification, segments: int, now: datetime) -> Reason | None:
    """Why so many segments more are too many this month, for the business or for whoever pays for all businesses.

    Locks the settings, so that two senders count in turn.
    """
    business = row.business_id or 0
    settings = db.session.get(MessageSettings, business, with_for_update=True, populate_existing=True)
    limit = min(settings.sms_limit, most_a_month()) if settings else 0
    if segments_of_month(business, now) + segments <= limit:
        return None
    return _("The limit of text messages for this month, %(limit)s, is used up.", limit=limit)


def segments_of_month(business_id: int, now: datetime) -> int:
    """How many segments have been sent, or may have been, in the month of the shop's calendar."""
    local = now.astimezone(ZoneInfo(shop_of(business_id).zone))
    begin = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    paid = or_(
        Notification.status.in_(_PAID),
        and_(Notification.status == "failed", Notification.sent_at.is_not(None)),
    )
    counted = select(func.coalesce(func.sum(Notification.segments), 0)).where(
        Notification.business_id == business_id,
        Notification.channel == "sms",
        Notification.transmitting_at >= begin,
        paid,
    )
    return int(db.session.scalar(counted) or 0)


def settings_of(business_id: int | None) -> MessageSettings:
    """What a business says about its messages; who has said nothing has the defaults, in a row that is not kept."""
    found = db.session.get(MessageSettings, business_id or 0)
    return found or MessageSettings(
        business_id=business_id,
        sms_limit=0,
        sms_countries=[],
        quiet_from_min=1260,
        quiet_until_min=480,
        left_out=[],
        asks_for_reviews=True,
    )


def country_of(number: str) -> str | None:
    """The country (ISO 3166) of a number in E.164; None where it is no possible number of any."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.region_code_for_number(parsed)


def quiet_until(settings: MessageSettings, zone: str, now: datetime) -> datetime | None:
    """When the quiet hours that it is now end (UTC); None when it is not quiet. They may go over midnight."""
    begins, ends = settings.quiet_from_min, settings.quiet_until_min
    if begins is None or ends is None or begins == ends:
        return None
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    over_midnight = begins > ends
    is_quiet = minute >= begins or minute < ends if over_midnight else begins <= minute < ends
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and minute >= begins else 0)
    end = datetime.combine(day, time(ends // 60, ends % 60), ZoneInfo(zone))
    return end.astimezone(UTC)


def _name(country: str) -> str:
    """As our own language calls it: the reason is kept in it."""
    return str(Locale("en").territories.get(country, country))
