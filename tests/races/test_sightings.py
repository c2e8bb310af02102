"""Many visitors open the first page with a widget at the same moment."""

import pytest
import sqlalchemy as sa

from app.businesses.finding import load_business
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.sites.allowing import MOST_SITES, allow_site
from app.sites.models import Sighting, Site
from app.sites.seeing import MOST_SIGHTINGS, see
from tests.factories import a_business
from tests.races import effort
from tests.races.clients import at_once
from tests.races.crew import DONE, Crew, done
from tests.serving import Served

pytestmark = pytest.mark.race
HOME = "https://book.example.org"


def founded() -> int:
    """A business; its id."""
    return a_business().id


def note(business_id: int, origin: str) -> bool:
    """Report that the widget was refused."""
    return see(load_business(business_id), origin, "us", home=HOME, now=clock.now())


def allow(business_id: int, website: str) -> str:
    """Put a website on the list."""
    return allow_site(load_business(business_id), website, home=HOME, by=SYSTEM, now=clock.now())


def count(served: Served, table: type[Sighting] | type[Site], business_id: int) -> int:
    """How many rows a business has."""
    with served.app.app_context():
        rows = sa.select(sa.func.count()).select_from(table).filter_by(business_id=business_id)
        return db.session.scalar(rows) or 0


def test_the_first_sighting_of_a_website_is_written_once(served: Served, crew: Crew) -> None:
    for _ in range(effort.ROUNDS):
        business = done(served, founded)
        outcomes = at_once([crew.act(served, note, business, "https://example.com") for _ in range(4)])
        assert [it.word for it in outcomes] == [DONE] * 4, outcomes
        assert sorted(it.value for it in outcomes) == [False] * 3 + [True]
        assert count(served, Sighting, business) == 1


def test_strangers_who_come_at_once_do_not_stand_in_each_others_way(served: Served, crew: Crew) -> None:
    business = done(served, founded)
    for number in range(MOST_SIGHTINGS):
        done(served, note, business, f"https://before{number}.com")
    for number in range(effort.ROUNDS):
        names = [f"https://stranger{number}-{it}.com" for it in range(4)]
        outcomes = at_once([crew.act(served, note, business, it) for it in names])
        assert [it.word for it in outcomes] == [DONE] * 4, outcomes
    done(served, note, business, "https://last.com")
    assert count(served, Sighting, business) <= MOST_SIGHTINGS


def test_the_last_room_on_the_list_is_given_once(served: Served, crew: Crew) -> None:
    business = done(served, founded)
    for number in range(MOST_SITES - 1):
        done(served, allow, business, f"site{number}.com")
    outcomes = at_once([crew.act(served, allow, business, f"last{it}.com") for it in range(4)])
    assert sorted(it.word for it in outcomes) == sorted([DONE, *["TooManySites"] * 3]), outcomes
    assert count(served, Site, business) == MOST_SITES
