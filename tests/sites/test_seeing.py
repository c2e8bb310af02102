"""How the widget does on websites: noted once a minute, for fifty websites, and forgotten after ninety days."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.cli.processes import TASKS
from app.core import clock
from app.core.db import db
from app.sites import allowing, seeing
from app.sites.allowing import MOST_SITES
from app.sites.health import health_of
from app.sites.jobs import forget_old_sightings
from app.sites.models import Sighting, Site
from app.sites.seeing import MOST_SIGHTINGS, forget_sighting, sightings_of
from tests.factories import a_business, by_the_system

HOME = "https://book.example.org"
SITE, OTHER = "https://example.com", "https://other.com"
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def business(app):
    business = a_business()
    by_the_system(allowing.allow_site)(business, "example.com", home=HOME)
    return business


def see(business, origin, state="works"):
    return seeing.see(business, origin, state, home=HOME, now=clock.now())


def known(business):
    db.session.expire_all()
    return {it.origin: it.blocked_by for it in sightings_of(business.id)}


def cards(business, **more):
    listed = db.session.scalars(
        select(Site.origin).filter_by(business_id=business.id).order_by(Site.origin)
    ).all()
    health = health_of(listed, sightings_of(business.id), **{"anywhere": False} | more)
    return [(it.name, it.state) for it in health.own], [(it.name, it.state) for it in health.others]


def test_each_state_is_noted(business):
    assert see(business, SITE)
    assert see(business, OTHER, "us")
    assert see(business, "https://third.com", "frame-src")
    assert known(business) == {SITE: None, OTHER: "us", "https://third.com": "frame-src"}


@pytest.mark.parametrize(
    ("origin", "state"),
    [
        (SITE, "great"),
        (SITE, ""),
        (HOME, "us"),
        ("null", "us"),
        ("", "us"),
        ("https://", "us"),
        ("https://example.com/", "us"),
        ("https://EXAMPLE.com", "us"),
        ("https://example.com\n", "us"),
        ("ftp://example.com", "us"),
        ("https://" + "a" * 300, "us"),
        ("http://a.example:99999", "us"),
        ("https://a.example:99999", "us"),
        ("https://a.example:0", "us"),
        ("https://a.example:443", "us"),
        ("https://..", "us"),
        (OTHER, "works"),
    ],
)
def test_what_makes_no_sense_is_left_out(business, origin, state):
    assert not see(business, origin, state)
    assert known(business) == {}


def test_that_it_works_counts_wherever_it_may_be_shown(business):
    assert see(business, "https://www.example.com")
    assert known(business) == {SITE: None}, "with www. and without is one website"
    business.framed_anywhere = True
    assert see(business, OTHER)


def test_of_a_website_one_note_a_minute_is_written(business, frozen):
    assert see(business, SITE)
    frozen.shift(59)
    assert not see(business, SITE, "frame-src")
    assert not see(business, "https://www.example.com", "frame-src")
    assert known(business) == {SITE: None}
    frozen.shift(1)
    assert see(business, SITE, "frame-src")
    assert known(business) == {SITE: "frame-src"}
    assert sightings_of(business.id)[0].seen_at == clock.now()


def test_what_comes_late_undoes_nothing(business, frozen):
    see(business, SITE)
    frozen.shift(-600)
    assert not see(business, SITE, "us")
    assert known(business) == {SITE: None}


def test_of_more_than_fifty_the_one_goes_that_was_not_seen_for_longest_and_is_not_listed(business, frozen):
    see(business, SITE)
    for number in range(MOST_SIGHTINGS + 5):
        frozen.shift(1)
        assert see(business, f"https://stranger{number}.com", "us")
    found = known(business)
    assert len(found) == MOST_SIGHTINGS
    assert SITE in found
    assert "https://stranger5.com" not in found
    assert "https://stranger6.com" in found


def test_what_is_seen_again_moves_nobody_out(business, frozen):
    for number in range(MOST_SIGHTINGS):
        frozen.shift(1)
        see(business, f"https://stranger{number}.com", "us")
    frozen.shift(60)
    assert see(business, "https://stranger7.com", "us")
    assert len(known(business)) == MOST_SIGHTINGS


def test_strangers_never_move_out_what_is_on_the_list(business):
    for number in range(MOST_SITES - 1):
        by_the_system(allowing.allow_site)(business, f"site{number}.com", home=HOME)
        see(business, f"https://site{number}.com")
    assert see(business, OTHER, "us")
    assert see(business, SITE)
    assert len(known(business)) == MOST_SIGHTINGS
    assert not see(business, OTHER, "us")
    assert OTHER not in known(business)
    assert len(known(business)) == MOST_SIGHTINGS


def test_businesses_share_nothing(business):
    other = a_business()
    see(business, OTHER, "us")
    assert known(other) == {}
    assert see(other, OTHER, "us")
    forget_sighting(other.id, OTHER)
    assert known(other) == {}
    assert known(business) == {OTHER: "us"}


def test_what_is_put_away_is_gone_with_www_and_without(business):
    see(business, OTHER, "us")
    for nonsense in ("", "x", "https://*"):
        forget_sighting(business.id, nonsense)
    assert known(business) == {OTHER: "us"}
    forget_sighting(business.id, "https://www.other.com")
    assert known(business) == {}


def test_what_was_not_seen_for_ninety_days_is_forgotten_by_the_daily_clean_up(business, monkeypatch):
    monkeypatch.setattr(seeing, "AT_ONCE", 2)
    for number in range(5):
        see(business, f"https://stranger{number}.com", "us")
    see(business, SITE)
    old = (
        update(Sighting)
        .where(Sighting.origin != SITE)
        .values(seen_at=clock.now() - timedelta(days=90, seconds=1))
    )
    db.session.execute(old)
    db.session.execute(
        update(Sighting).filter_by(origin=SITE).values(seen_at=clock.now() - timedelta(days=90))
    )
    task = TASKS["forget old sightings"]
    assert (task.job, task.every) == (forget_old_sightings, timedelta(days=1))
    assert forget_old_sightings() == 5
    assert known(business) == {SITE: None}


def test_each_website_has_one_card_with_what_needs_a_look_first(business):
    for typed in ("works.com", "unseen.com", "around.com", "wrong.com"):
        by_the_system(allowing.allow_site)(business, typed, home=HOME)
    for origin, state in (("works", "works"), ("around", "us"), ("wrong", "frame-src"), ("tried", "us")):
        assert see(business, f"https://{origin}.com", state)
    see(business, "https://www.tried.com", "us")
    see(business, "https://policy.com", "frame-src")
    own, others = cards(business)
    assert own == [
        ("wrong.com", "blocked"),
        ("around.com", "around"),
        ("works.com", "works"),
        ("example.com", "unseen"),
        ("unseen.com", "unseen"),
    ]
    assert others == [("tried.com", "refused"), ("policy.com", "blocked")]


def test_a_website_that_worked_while_any_was_let_in_is_not_let_in_any_more(business):
    business.framed_anywhere = True
    see(business, OTHER)
    assert cards(business, anywhere=True)[1] == [("other.com", "works")]
    assert cards(business)[1] == [("other.com", "over")]
