"""Two businesses want the same address at the same moment, or one takes what another is just leaving."""

import pytest
import sqlalchemy as sa

from app.businesses.addressing import change_slug
from app.businesses.finding import load_business
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from tests.factories import a_business
from tests.races import effort
from tests.races.clients import at_once
from tests.races.crew import DONE, Crew, done
from tests.serving import Served

pytestmark = pytest.mark.race


def founded(slug: str) -> int:
    """A business at this address; its id."""
    return a_business(slug).id


def move(business_id: int, slug: str) -> None:
    """Change the address of a business."""
    change_slug(load_business(business_id), slug, by=SYSTEM, now=clock.now())


def doubly_known(served: Served) -> list[str]:
    """Addresses that are somebody's and lead to somebody else."""
    with served.app.app_context():
        both = sa.text("SELECT slug FROM former_slugs JOIN businesses USING (slug)")
        return list(db.session.scalars(both))


def test_one_of_many_gets_the_address_all_want(served: Served, crew: Crew) -> None:
    for number in range(effort.ROUNDS):
        ids = [done(served, founded, f"want-{number}-{it}") for it in range(4)]
        outcomes = at_once([crew.act(served, move, it, f"wanted-{number}") for it in ids])
        assert sorted(it.word for it in outcomes) == sorted([DONE, *["SlugTaken"] * 3]), outcomes
    assert doubly_known(served) == []


def test_nobody_takes_an_address_at_the_moment_it_is_left(served: Served, crew: Crew) -> None:
    for number in range(effort.ROUNDS):
        leaver, taker = (done(served, founded, f"{it}-{number}") for it in ("leaver", "taker"))
        left, taken = at_once(
            [
                crew.act(served, move, leaver, f"elsewhere-{number}"),
                crew.act(served, move, taker, f"leaver-{number}"),
            ]
        )
        assert (left.word, taken.word) == (DONE, "SlugTaken")
    assert doubly_known(served) == []
