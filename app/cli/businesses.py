"""Businesses from the command line: `flask business`."""

from functools import partial
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.archives.reading import read_archive
from app.archives.writing import stand_still, write_archive
from app.businesses.listing import list_publicly
from app.businesses.wording import remember_all_words
from app.cli.users import done, known_business, known_user
from app.core import clock
from app.core.db import db, work_patiently
from app.core.mail import home_host

business = AppGroup("business", help="Businesses: which of them people can search for, and their archives.")


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


@business.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_business(slug: str, file: Path) -> None:
    """Write all that belongs to a business into a new zip file."""
    work_patiently(current_app.config)
    stand_still()
    found = known_business(slug)
    with file.open("xb") as to:
        counts = write_archive(found.id, to, clock.now(), host=home_host())
    click.echo(f"{found.name} is in {file}: {sum(counts.values())} rows.")


@business.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--owner", required=True, help="The e-mail address of an account here that is to own it.")
@click.option("--slug", help="Another word after /b/ than it had.")
def import_business(file: Path, owner: str, slug: str | None) -> None:
    """Open what `export` wrote as a new business, closed until its owner opens it."""
    work_patiently(current_app.config)
    with file.open("rb") as archive:
        found = done(partial(read_archive, archive, slug=slug, owner=known_user(owner)))
    click.echo(f"{found.name} is here, at /b/{found.slug}/, and closed.")
