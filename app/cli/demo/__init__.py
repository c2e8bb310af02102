"""`flask demo`: three small businesses to look at, made with the same acts customers and members use."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.businesses.finding import find_business
from app.businesses.models import Business
from app.cli.demo import bar, salon, yoga
from app.cli.demo.bar import live_bar, open_bar
from app.cli.demo.founding import PASSWORD
from app.cli.demo.goods_pictures import hang_goods
from app.cli.demo.pictures import Painter, fireflies, hang_pictures, leaves, waves
from app.cli.demo.salon import MEMBERS, SLUG, open_salon
from app.cli.demo.salon_events import live_salon
from app.cli.demo.silence import call_off
from app.cli.demo.story import founded_at
from app.cli.demo.yoga import live_studio, open_studio
from app.core import clock
from app.core.db import db, work_patiently
from app.core.mail import way_out

__all__ = ["MEMBERS", "PASSWORD", "SLUG", "demo"]


def make_salon(now: datetime) -> Business:
    """Linden Studio as it is `now`."""
    with clock.travel(founded_at(now)) as then:
        shop = open_salon(then)
    live_salon(shop, now)
    return shop.business


def make_studio(now: datetime) -> Business:
    """Tide Yoga as it is `now`."""
    with clock.travel(founded_at(now)) as then:
        studio = open_studio(then)
    live_studio(studio, now)
    return studio.business


def make_bar(now: datetime) -> Business:
    """Bar Luciérnaga as it is `now`."""
    with clock.travel(founded_at(now)) as then:
        place = open_bar(then)
    live_bar(place, now)
    return place.business


class Example(NamedTuple):
    """A demo business: its address, who signs in (e-mail, name, role), how it is made, and who paints it."""

    slug: str
    members: tuple[tuple[str, str, str], ...]
    make: Callable[[datetime], Business]
    painter: Painter


EXAMPLES = (
    Example(salon.SLUG, salon.MEMBERS, make_salon, leaves),
    Example(yoga.SLUG, yoga.MEMBERS, make_studio, waves),
    Example(bar.SLUG, bar.MEMBERS, make_bar, fireflies),
)
PATIENCE_MS = 600_000
demo = AppGroup("demo", help="Small businesses to look at.")


@demo.command("ensure")
def ensure() -> None:
    """Load the demo businesses that are missing, unless there are others, and say how to sign in."""
    if current_app.config["DAYBOOK_ENV"] == "production":
        return
    work_patiently(current_app.config)
    # A business is made in one transaction, so that it is there whole or not at all; a small machine needs minutes.
    current_app.config["DATABASE_TRANSACTION_MS"] = PATIENCE_MS
    if not _is_in_use():
        load(clock.now())
    for example in EXAMPLES:
        if find_business(example.slug):
            _greet(example)
    if way_out() == "mailbox":
        click.echo(f"Read what is sent:   {current_app.config['PUBLIC_BASE_URL']}/dev/mailbox/")


def load(now: datetime) -> None:
    """Make the demo businesses that are missing, each in a transaction of its own. `now` is UTC."""
    for example in [it for it in EXAMPLES if not find_business(it.slug)]:
        business = example.make(now)
        hang_pictures(business, example.painter, now)
        hang_goods(business.id, now)
        call_off(business.id)
        db.session.commit()
        db.session.expunge_all()


def _is_in_use() -> bool:
    """Whether there is a business that is none of ours."""
    others = select(Business.id).where(Business.slug.not_in([it.slug for it in EXAMPLES]))
    return db.session.scalars(others.limit(1)).first() is not None


def _greet(example: Example) -> None:
    address = current_app.config["PUBLIC_BASE_URL"]
    click.echo(f"Book as a customer:  {address}/b/{example.slug}/")
    click.echo(f"Sign in as a member: {address}/sign-in")
    for email, _name, role in example.members:
        click.echo(f"  {role:8} {email}  {PASSWORD}")
