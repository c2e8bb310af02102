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
    # All templates stay compiled: there are more of them than Jinja keeps by itself.
    app.jinja_options = {**app.jinja_options, "cache_size": -1}
    app.config.from_mapping(settings if settings is not None else settings_from(os.environ))
    trust_proxies(app)
    init_extensions(app)
    from app.rooms import register_rooms

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
        settings_navigation,
        sharing,
        tables,
        way_back,
    )
    from app.auth.guards import init_sessions
    from app.businesses.guards import init_guards
    from app.core import framing, hx, limits
    from app.core.db import db, limit_sessions
    from app.csrf import csrf
    from app.widget.routes.looks import init_looks

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
    framing.init_framing(app)
    init_looks(app)
    navigation.init_navigation(app)
    settings_navigation.init_settings_navigation(app)
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
