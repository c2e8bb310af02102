"""Platform admins from the command line: `flask admin`."""

import click
from flask.cli import AppGroup

from app.auth import administering
from app.cli.users import done, known_user

admin = AppGroup("admin", help="Who sees /admin: all businesses, and what was reported.")


@admin.command("grant")
@click.argument("email")
def grant(email: str) -> None:
    """Let somebody who has an account see /admin."""
    found = known_user(email)
    done(administering.appoint, found)
    click.echo(f"{found.email} is a platform admin.")
    if found.second_factor is None:
        click.echo("They have no second step yet: ask them to switch it on at /account/second-factor.")


@admin.command("revoke")
@click.argument("email")
def revoke(email: str) -> None:
    """Take it away again, from their next click on."""
    found = known_user(email)
    done(administering.dismiss, found)
    click.echo(f"{found.email} is no platform admin.")


@admin.command("list")
def list_admins() -> None:
    """Every platform admin."""
    for row in administering.platform_admins():
        closed = "" if row.active else " (closed)"
        second = "with a second step" if row.second_factor else "without a second step"
        click.echo(f"{row.email}{closed}\t{row.name}\t{second}")
