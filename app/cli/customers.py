"""Customers from the command line: `flask customer`."""

import click
from flask.cli import AppGroup

from app.core.db import db
from app.customers.wording import remember_all_words

customer = AppGroup("customer", help="The customers of all businesses.")


@customer.command("remember-words")
def remember_words_of_all() -> None:
    """Write down the words customers are found by: once after an upgrade from before there was a list of them."""
    count = 0
    for done in remember_all_words():
        db.session.commit()
        count += done
    click.echo(f"{count} customer can be found." if count == 1 else f"{count} customers can be found.")
