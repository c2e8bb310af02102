"""A business's window for booking, judged by the services that have a part of it of their own."""

from flask_babel import gettext as _
from sqlalchemy import select

from app.businesses.models import Business
from app.businesses.window import NoticeBeyondWindow, check_window
from app.core.db import db
from app.services.models import Service


class ServiceBeyondWindow(NoticeBeyondWindow):
    """A service's own notice, or its own window, leaves nothing to book with what the business wants."""


def keep_services_bookable(business: Business) -> None:
    """Raise ServiceBeyondWindow where a service could not be booked any more, as its own part meets the business's.

    A receiver of `window_changed`, under the schedule lock.
    """
    own = Service.notice_amount.is_not(None) | Service.advance_days.is_not(None)
    offered = select(Service).where(Service.business_id == business.id, Service.active, Service.bookable, own)
    for service in db.session.scalars(offered.order_by(Service.position, Service.id)):
        _check(business, service)


def _check(business: Business, service: Service) -> None:
    notice = business.notice_amount, business.notice_unit
    if service.notice_amount is not None and service.notice_unit is not None:
        notice = service.notice_amount, service.notice_unit
    ahead = business.advance_days if service.advance_days is None else service.advance_days
    try:
        check_window(*notice, ahead)
    except NoticeBeyondWindow as refused:
        raise ServiceBeyondWindow(
            _(
                "“%(service)s” has times of its own, and with these nobody could book it any more."
                " Please change that service first, or choose differently here.",
                service=service.name,
            )
        ) from refused
