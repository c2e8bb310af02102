"""Businesses from the command line: `flask business`."""

import click
from flask.cli import AppGroup

from app.businesses.listing import list_publicly
from app.businesses.wording import remember_all_words
from app.cli.users import done, known_business
from app.core.db import db

business = AppGroup("business", help="Which businesses people can search for.")


@business.command("list-publicly")
@click.argument("slug")
def list_business(slug: str) -> None:
    """Put a business on the first page, where people search. Check first that its owner's e-mail address is theirs."""
    found = known_business(slug)
    done(list_publicly, found, True)
    click.echo(
        f"{found.name} can be searched for" + ("." if found.status == "open" else " as soon as it is open.")
    )


@business.command("unlist")
@click.argument("slug")
def unlist(slug: str) -> None:
    """Take a business off the first page. Its own page stays."""
    found = known_business(slug)
    done(list_publicly, found, False)
    click.echo(f"{found.name} is reached by its address only.")


@business.command("remember-words")
def remember_words_of_all() -> None:
    """Write down anew the words each business is found by: once after an upgrade from before the search."""
    count = remember_all_words()
    db.session.commit()
    click.echo(f"{count} business can be found." if count == 1 else f"{count} businesses can be found.")
