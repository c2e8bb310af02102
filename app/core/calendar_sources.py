"""Where calendars of others may be read besides the public internet."""

from flask import current_app


def allowed_sources() -> list[str]:
    """The networks, hosts and hosts with a port of CALENDARS_FROM."""
    return list(current_app.config["CALENDARS_FROM"])
