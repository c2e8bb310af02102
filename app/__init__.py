"""Daybook: the front desk of a small business. This file puts the rooms together.

Rooms are imported when an app is made, so that the supervisor of app.core.engines starts without them.
"""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import ROOT, settings_from


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """The web application. `settings` replaces what the environment says, for tests.

    Raises ConfigurationError when a setting is missing or makes no sense.
    """
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.from_mapping(settings if settings is not None else settings_from(os.environ))
    trust_proxies(app)
    init_extensions(app)
    register_rooms(app)
    if app.config["COMMANDS"]:
        from app.cli import init_cli

        init_cli(app)
    return app


def trust_proxies(app: Flask) -> None:
    """Believe forwarded headers only from as many proxies as really stand in front."""
    n = app.config["PROXIES"]
    if n:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]


def init_extensions(app: Flask) -> None:
    """Everything that wraps each request, in the order it must run."""
    from app import (  # noqa: F401
        assets,
        compression,
        door,
        error_pages,
        formatters,
        headers,
        i18n,
        logs,
        media,
        moved,
        navigation,
        sharing,
        tables,
        way_back,
    )
    from app.auth.guards import init_sessions
    from app.businesses.guards import init_guards
    from app.core import hx, limits
    from app.core.db import db, limit_sessions
    from app.csrf import csrf

    logs.init_logs(app)
    hx.htmx.init_app(app)
    door.init_door(app)
    db.init_app(app)
    with app.app_context():
        limit_sessions(db.engine, app.config)
    limits.init_limits(app)
    csrf.init_app(app)
    i18n.init_i18n(app)
    init_sessions(app)
    init_guards(app)
    navigation.init_navigation(app)
    formatters.init_formatters(app)
    assets.init_assets(app)
    sharing.init_sharing(app)
    media.init_media(app)
    error_pages.init_error_pages(app)
    moved.init_moved(app)
    way_back.init_way_back(app)
    headers.init_headers(app)
    compression.init_compression(app)
    app.after_request(hx.finish)


def register_rooms(app: Flask) -> None:
    """The rooms' pages, each at its address."""
    from app import health, style_guide
    from app.account.routes import (  # noqa: F401
        favourites,
        home,
        leaving,
        new_account,
        person,
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
        endings,
        lost_links,
        messages,
        moves,
        new_booking,
        notices,
        own_cancellations,
        own_details,
        own_moves,
        places,
        reminders,
        statuses,
        swaps,
        timetable,
    )
    from app.auth import routes as auth
    from app.business_hours import routes as hours
    from app.businesses.routes import address, invitations, look, settings  # noqa: F401
    from app.csrf import csrf
    from app.customers import routes as customers
    from app.dashboard import routes as dashboard
    from app.notifications.routes import ledger, texting, webhooks, wording_tries, wordings  # noqa: F401
    from app.services import routes as services
    from app.spaces import routes as spaces
    from app.staff import routes as staff
    from app.storefront import routes as storefront
    from app.waitlist.routes import earlier, line, offers, times, waiting  # noqa: F401
    from app.waitlist.routes.blueprint import bp as those_who_wait

    app.register_blueprint(health.bp)
    app.register_blueprint(storefront.bp)
    app.register_blueprint(bookings.bp)
    app.register_blueprint(auth.bp)
    app.register_blueprint(sign_up.bp)
    app.register_blueprint(new_account.bp)
    app.register_blueprint(home.bp)
    app.register_blueprint(shops.bp)
    app.register_blueprint(dashboard.bp)
    app.register_blueprint(calendar.bp)
    app.register_blueprint(staff.bp)
    app.register_blueprint(spaces.bp)
    app.register_blueprint(hours.bp, url_prefix="/manage/<slug>/hours")
    app.register_blueprint(
        hours.bp,
        name="own_hours",
        url_prefix="/manage/<slug>/<any(staff, rooms):room>/<id:resource_id>/hours",
    )
    app.register_blueprint(new_booking.bp)
    app.register_blueprint(customers.bp)
    app.register_blueprint(services.bp)
    app.register_blueprint(appointments.bp)
    app.register_blueprint(timetable.bp)
    app.register_blueprint(class_dates.bp)
    app.register_blueprint(settings.bp)
    app.register_blueprint(reminders.bp)
    app.register_blueprint(notices.bp)
    app.register_blueprint(answers.bp)
    app.register_blueprint(messages.bp)
    # Whoever has such a link may do what its page offers: it carries its own signature, and there is no session.
    csrf.exempt(answers.bp)
    csrf.exempt(messages.bp)
    app.register_blueprint(wordings.bp)
    app.register_blueprint(ledger.bp)
    app.register_blueprint(texting.bp)
    app.register_blueprint(webhooks.bp)
    csrf.exempt(webhooks.bp)
    app.register_blueprint(invitations.bp)
    app.register_blueprint(flow.bp, url_prefix="/b/<slug>")
    app.register_blueprint(those_who_wait)
    app.register_blueprint(line.bp)
    csrf.exempt(flow.bp)
    csrf.exempt(bookings.bp)
    csrf.exempt(those_who_wait)
    if app.config["DAYBOOK_ENV"] != "production":
        from app import mailbox

        app.register_blueprint(style_guide.bp)
        app.register_blueprint(mailbox.bp)
