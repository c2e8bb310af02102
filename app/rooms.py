"""The rooms' pages, each at its address."""

from flask import Flask

from app import health
from app.account.routes import (  # noqa: F401
    favourites,
    home,
    leaving,
    new_account,
    person,
    second_factor,
    sessions,
    shops,
    sign_up,
)
from app.appointments.flow import routes as flow
from app.appointments.routes import (  # noqa: F401
    answers,
    appointments,
    bookings,
    calendar,
    class_dates,
    class_places,
    codes,
    endings,
    explanations,
    invoices,
    lost_links,
    messages,
    moves,
    new_booking,
    notices,
    own_calendars,
    own_cancellations,
    own_details,
    own_moves,
    own_offers,
    own_payments,
    payment_results,
    payments,
    places,
    reminders,
    review_invitations,
    statuses,
    swaps,
    timetable,
)
from app.archives import routes as archives
from app.auth import routes as auth
from app.business_hours import routes as hours
from app.businesses.routes import address, invitations, look, settings, share  # noqa: F401
from app.csrf import csrf
from app.customers import routes as customers
from app.customers.routes import imports
from app.dashboard import routes as dashboard
from app.feeds.routes import feeds, others, reading  # noqa: F401
from app.history import routes as history
from app.money.routes import codes as uses_of_codes  # noqa: F401
from app.money.routes import pages, reviews  # noqa: F401
from app.notifications.routes import ledger, omissions, texting, webhooks, wording_tries, wordings  # noqa: F401
from app.orders import routes as ordering
from app.orders.routes import board, desk, handovers, orders, past, paying  # noqa: F401
from app.orders.routes import room as order_board
from app.orders.routes import settings as order_settings
from app.payments.routes import coupons, online_payment, stripe_keys  # noqa: F401
from app.payments.routes import terms as payment_terms
from app.payments.routes import webhooks as stripe_reports
from app.platform_admin import routes as platform_admin
from app.reports import routes as reports
from app.reviews.routes import desk as review_desk
from app.reviews.routes import reading as review_reading
from app.reviews.routes import writing as review_writing
from app.services import routes as services
from app.services.routes import choices, item_pages, items, options  # noqa: F401
from app.sites import routes as sites
from app.spaces import routes as spaces
from app.staff import routes as staff
from app.storefront import routes as storefront
from app.waitlist.routes import earlier, line, offers, times, waiting  # noqa: F401
from app.waitlist.routes.blueprint import bp as those_who_wait
from app.widget import routes as widget
from app.widget.routes import script as widget_script
from app.widget.routes import short_links

# Public pages and those of an account.
OUTSIDE = (
    health.bp,
    storefront.bp,
    short_links.bp,
    bookings.bp,
    lost_links.bp,
    answers.bp,
    messages.bp,
    webhooks.bp,
    stripe_reports.bp,
    those_who_wait,
    orders.bp,
    review_writing.bp,
    review_reading.bp,
    auth.bp,
    invitations.bp,
    sign_up.bp,
    new_account.bp,
    home.bp,
    shops.bp,
    widget_script.bp,
    reading.bp,
    platform_admin.bp,
)
# The pages of members.
INSIDE = (
    dashboard.bp,
    calendar.bp,
    explanations.bp,
    new_booking.bp,
    appointments.bp,
    pages.bp,
    reports.bp,
    timetable.bp,
    class_dates.bp,
    line.bp,
    order_board.bp,
    customers.bp,
    imports.bp,
    services.bp,
    items.bp,
    staff.bp,
    spaces.bp,
    settings.bp,
    order_settings.bp,
    review_desk.bp,
    share.bp,
    history.bp,
    sites.bp,
    feeds.bp,
    payment_terms.bp,
    online_payment.bp,
    reminders.bp,
    notices.bp,
    wordings.bp,
    ledger.bp,
    texting.bp,
    coupons.bp,
    archives.bp,
)
# Whoever has such an address may do what its page offers: it carries its own signature, and there is no session.
SIGNED = (
    flow.bp,
    bookings.bp,
    lost_links.bp,
    widget.bp,
    answers.bp,
    messages.bp,
    webhooks.bp,
    stripe_reports.bp,
    those_who_wait,
    ordering.bp,
    orders.bp,
    review_writing.bp,
    review_reading.bp,
    reading.bp,
)


# Customers book and order in a frame by the same pages as on ours.
widget.bp.register_blueprint(flow.bp)
widget.bp.register_blueprint(bookings.bp)
widget.bp.register_blueprint(ordering.bp)
widget.bp.register_blueprint(orders.bp)


def register_rooms(app: Flask) -> None:
    """Every page there is; what only developers look at stays out of production."""
    for bp in (*OUTSIDE, *INSIDE):
        app.register_blueprint(bp)
    app.register_blueprint(flow.bp, url_prefix="/b/<slug>")
    app.register_blueprint(ordering.bp, url_prefix="/b/<slug>")
    app.register_blueprint(widget.bp, url_prefix="/w/<slug>")
    app.register_blueprint(hours.bp, url_prefix="/manage/<slug>/hours")
    app.register_blueprint(
        hours.bp,
        name="own_hours",
        url_prefix="/manage/<slug>/<any(staff, rooms):room>/<id:resource_id>/hours",
    )
    for bp in SIGNED:
        csrf.exempt(bp)
    if app.config["DAYBOOK_ENV"] != "production":
        from app import mailbox, style_guide

        app.register_blueprint(style_guide.bp)
        app.register_blueprint(mailbox.bp)
