from datetime import timedelta

import pytest

from app.auth.models import UserSession
from app.auth.sessions import end_session, end_sessions_of, find_session, note_use, start_session
from app.core.db import db
from tests.conftest import NOW
from tests.factories import a_user

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def user(app, frozen):
    return a_user()


def row(opened):
    db.session.expire_all()
    return db.session.get(UserSession, opened.id)


def test_the_token_finds_its_session_and_is_not_in_the_database(user):
    token, opened = start_session(user, NOW, remembered=False, address="192.0.2.7", user_agent="Firefox")
    assert find_session(token, NOW) == opened
    assert find_session(token + "x", NOW) is None
    assert token.encode() not in row(opened).token_hash
    assert len(token) == 43


def test_each_session_has_a_token_of_its_own(user):
    assert start_session(user, NOW, remembered=False)[0] != start_session(user, NOW, remembered=False)[0]


@pytest.mark.parametrize(("remembered", "idle"), [(False, 12 * HOUR), (True, 30 * DAY)])
def test_an_idle_session_dies(user, remembered, idle):
    token, _ = start_session(user, NOW, remembered=remembered)
    assert find_session(token, NOW + idle - MOMENT)
    assert find_session(token, NOW + idle) is None


def test_no_session_lives_longer_than_ninety_days_however_much_it_is_used(user):
    token, opened = start_session(user, NOW, remembered=True)
    for day in range(0, 90, 10):
        note_use(opened, NOW + day * DAY)
    assert find_session(token, NOW + 90 * DAY - MOMENT)
    assert find_session(token, NOW + 90 * DAY) is None


def test_use_is_written_at_most_once_a_minute(user):
    token, opened = start_session(user, NOW, remembered=False)
    assert not note_use(opened, NOW + timedelta(seconds=59))
    assert row(opened).last_used_at == NOW
    assert note_use(opened, NOW + timedelta(seconds=60))
    assert row(opened).last_used_at == NOW + timedelta(seconds=60)
    assert find_session(token, NOW + 12 * HOUR)


def test_an_ended_session_is_dead_and_others_live(user):
    token, opened = start_session(user, NOW, remembered=False)
    other, _ = start_session(user, NOW, remembered=False)
    end_session(opened.id, NOW)
    assert find_session(token, NOW) is None
    assert find_session(other, NOW)


def test_all_sessions_of_a_user_end_and_nobody_elses(user):
    mine = [start_session(user, NOW, remembered=False)[0] for _ in range(2)]
    theirs, _ = start_session(a_user(), NOW, remembered=False)
    end_sessions_of(user.id, NOW)
    assert [find_session(token, NOW) for token in mine] == [None, None]
    assert find_session(theirs, NOW)


def test_ending_twice_keeps_the_first_moment(user):
    _, opened = start_session(user, NOW, remembered=False)
    end_session(opened.id, NOW)
    end_sessions_of(user.id, NOW + HOUR)
    assert row(opened).ended_at == NOW


def test_a_closed_account_has_no_live_session(user):
    token, _ = start_session(user, NOW, remembered=False)
    user.active = False
    db.session.flush()
    assert find_session(token, NOW) is None
