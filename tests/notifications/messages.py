"""Messages for tests, about bookings made by the same acts customers use."""

from datetime import datetime

from sqlalchemy import select, text, update

from app.appointments.models import Booking
from app.core.db import db
from app.notifications.models import Notification
from tests.factories import Shop, a_booking, a_membership, a_shop, a_user, berlin

AT = berlin("2027-03-02 10:00")


def a_shop_with_an_owner(email: str = "maya@example.com") -> Shop:
    """A shop whose owner is told of each booking."""
    shop = a_shop()
    a_membership(shop.business, "owner", a_user(email))
    return shop


def a_confirmation(at: datetime = AT) -> tuple[Booking, Notification]:
    """A booking and the message to its customer; there is nobody else to tell."""
    booking = a_booking(a_shop(), at)
    [message] = messages_of(booking.business_id)
    return booking, message


def messages_of(business_id: int) -> list[Notification]:
    """All messages of a business as they are in the database, oldest first."""
    db.session.flush()
    rows = select(Notification).filter_by(business_id=business_id).order_by(Notification.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def again(message: Notification) -> Notification:
    """The row as it is now."""
    return db.session.get_one(Notification, message.id, populate_existing=True)


def let_lease_end(message: Notification) -> None:
    """As if its sender had died three minutes ago."""
    lapsed = {"claimed_until": text("now() - interval '1 second'")}
    db.session.execute(update(Notification).where(Notification.id == message.id).values(lapsed))
