import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.auth.accounts import (
    EmailTaken,
    NameMissing,
    NotAnEmail,
    WrongPassword,
    change_password,
    create_user,
    find_user,
    set_active,
    set_password,
)
from app.auth.passwords import TooShort, is_right
from app.auth.sessions import find_session, start_session
from app.core.actor import SYSTEM
from app.core.db import db
from tests.conftest import NOW
from tests.factories import PASSWORD, a_user

pytestmark = pytest.mark.usefixtures("app")


def actions_on(user):
    rows = (
        select(AuditEvent.action).filter_by(subject_kind="user", subject_id=user.id).order_by(AuditEvent.id)
    )
    return list(db.session.scalars(rows))


def test_a_new_account_is_found_however_its_address_is_written():
    user = create_user(" Maya@Linden.Example", "  Maya\tLindqvist ", by=SYSTEM, now=NOW)
    assert (user.email, user.name, user.password_hash) == ("maya@linden.example", "Maya Lindqvist", None)
    assert find_user("MAYA@linden.example ") == user
    assert actions_on(user) == ["user.created"]


@pytest.mark.parametrize(
    "email",
    [
        *("", "maya", "maya@", "@linden.example", "a b@linden.example", "maya@localhost\n", "x" * 300),
        "jürgen@linden.example",
    ],
)
def test_what_is_no_address_gets_no_account(email):
    with pytest.raises(NotAnEmail):
        create_user(email, "Maya", by=SYSTEM, now=NOW)


@pytest.mark.parametrize("name", ["", "  ", "\u200b\u200b", "\x00"])
def test_a_name_that_cannot_be_seen_is_no_name(name):
    with pytest.raises(NameMissing):
        create_user("maya@linden.example", name, by=SYSTEM, now=NOW)


def test_an_address_has_one_account():
    create_user("maya@linden.example", "Maya", by=SYSTEM, now=NOW)
    with pytest.raises(EmailTaken):
        create_user("MAYA@linden.example", "Another", by=SYSTEM, now=NOW)
    assert find_user("maya@linden.example").name == "Maya"


def test_a_changed_password_ends_every_session_and_is_written_down():
    user = a_user()
    token, _ = start_session(user, NOW, remembered=True)
    change_password(user, PASSWORD, "another good one", by=SYSTEM, now=NOW)
    assert is_right("another good one", user.password_hash)
    assert user.password_changed_at == NOW
    assert find_session(token, NOW) is None
    assert actions_on(user)[-1] == "user.password_changed"


def test_the_history_never_holds_a_password():
    user = a_user()
    set_password(user, "another good one", by=SYSTEM, now=NOW)
    events = db.session.scalars(select(AuditEvent).filter_by(subject_id=user.id, subject_kind="user"))
    assert all(user.password_hash not in str(event.changes) for event in events)


def test_without_the_current_password_nothing_changes():
    user = a_user()
    token, _ = start_session(user, NOW, remembered=True)
    with pytest.raises(WrongPassword):
        change_password(user, "wrong", "another good one", by=SYSTEM, now=NOW)
    assert is_right(PASSWORD, user.password_hash)
    assert find_session(token, NOW)


def test_a_weak_new_password_changes_nothing():
    user = a_user()
    with pytest.raises(TooShort):
        change_password(user, PASSWORD, "short", by=SYSTEM, now=NOW)
    assert is_right(PASSWORD, user.password_hash)


def test_a_closed_account_is_out_at_once_and_can_be_opened_again():
    user = a_user()
    token, _ = start_session(user, NOW, remembered=True)
    set_active(user, False, by=SYSTEM, now=NOW)
    set_active(user, False, by=SYSTEM, now=NOW)
    assert find_session(token, NOW) is None
    set_active(user, True, by=SYSTEM, now=NOW)
    assert find_session(token, NOW) is None
    assert actions_on(user)[-2:] == ["user.deactivated", "user.reactivated"]
