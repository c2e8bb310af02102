import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.businesses.joining import (
    LastOwner,
    NoSuchRole,
    NotAMember,
    OwnRole,
    find_membership,
    join,
    leave,
    memberships_of,
)
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from tests.conftest import NOW
from tests.factories import a_business, a_membership, a_user


@pytest.fixture
def business(app):
    return a_business("ann-salon")


def history(business):
    rows = (
        select(AuditEvent)
        .filter_by(business_id=business.id, subject_kind="membership")
        .order_by(AuditEvent.id)
    )
    return [(event.action, event.changes) for event in db.session.scalars(rows)]


def test_who_joins_is_found_by_the_slug(business):
    user = a_user()
    membership = join(business, user, "staff", by=SYSTEM, now=NOW)
    assert find_membership("ann-salon", user.id) == membership
    assert find_membership("another", user.id) is None
    assert find_membership("ann-salon", user.id + 1) is None
    assert history(business) == [("membership.joined", {"role": [None, "staff"]})]


def test_a_second_time_only_the_role_changes(business):
    user = a_user()
    first = join(business, user, "staff", by=SYSTEM, now=NOW)
    join(business, user, "staff", by=SYSTEM, now=NOW)
    assert join(business, user, "manager", by=SYSTEM, now=NOW).id == first.id
    assert memberships_of(user.id)[0].role == "manager"
    assert history(business)[1:] == [("membership.role_changed", {"role": ["staff", "manager"]})]


def test_who_left_is_out_and_may_come_back(business):
    user = a_user()
    join(business, user, "staff", by=SYSTEM, now=NOW)
    leave(business, user, by=SYSTEM, now=NOW)
    assert find_membership("ann-salon", user.id) is None
    assert memberships_of(user.id) == []
    join(business, user, "staff", by=SYSTEM, now=NOW)
    assert find_membership("ann-salon", user.id)
    assert [action for action, _ in history(business)] == [
        "membership.joined",
        "membership.left",
        "membership.joined",
    ]


def test_there_are_three_roles(business):
    with pytest.raises(NoSuchRole):
        join(business, a_user(), "admin", by=SYSTEM, now=NOW)


def test_nobody_leaves_who_is_not_there(business):
    gone = a_membership(business, "staff").user
    leave(business, gone, by=SYSTEM, now=NOW)
    for user in (a_user(), gone):
        with pytest.raises(NotAMember):
            leave(business, user, by=SYSTEM, now=NOW)


def test_the_last_owner_stays_an_owner(business):
    owner = a_membership(business, "owner").user
    a_membership(business, "manager")
    with pytest.raises(LastOwner):
        leave(business, owner, by=SYSTEM, now=NOW)
    with pytest.raises(LastOwner):
        join(business, owner, "staff", by=SYSTEM, now=NOW)
    a_membership(business, "owner")
    assert not leave(business, owner, by=SYSTEM, now=NOW).active


def test_nobody_changes_their_own_role(business):
    owner = a_membership(business, "owner").user
    a_membership(business, "owner")
    with pytest.raises(OwnRole):
        join(business, owner, "staff", by=Actor("member", owner.name, owner.id), now=NOW)


def test_owner_manager_staff_may_do_what_those_below_may(business):
    may = {
        role: [
            other
            for other in ("staff", "manager", "owner")
            if a_membership(business, role).is_at_least(other)
        ]
        for role in ("staff", "manager", "owner")
    }
    assert may == {
        "staff": ["staff"],
        "manager": ["staff", "manager"],
        "owner": ["staff", "manager", "owner"],
    }


def test_businesses_are_listed_by_name(app):
    user = a_user()
    for name in ("Zoe's", "Ann's"):
        a_membership(a_business(name=name), user=user)
    a_membership(a_business(name="Not mine"))
    assert [it.business.name for it in memberships_of(user.id)] == ["Ann's", "Zoe's"]
