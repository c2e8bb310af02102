"""Members hear that their business ends, and that it stays after all."""

from datetime import timedelta

import pytest

from app.archives.ending import GRACE, end_business, keep_business
from app.archives.telling import SOON
from app.businesses.joining import leave
from app.core import clock
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from tests.auth.mails import planned, sent
from tests.factories import a_membership, a_shop, a_user, by_the_system

pytestmark = pytest.mark.usefixtures("folder", "frozen")
ROSA = Actor("member", "Rosa Diaz", source="staff")
keep = by_the_system(keep_business)


@pytest.fixture
def business(app):
    return a_shop().business


@pytest.fixture
def owner(business):
    return a_membership(business, "owner", a_user("rosa@example.com", "Rosa Diaz"))


@pytest.fixture
def staff(business):
    return a_membership(business, "staff", a_user("june@example.com", "June Moss"))


def end(business):
    end_business(business, business.slug, by=ROSA, now=clock.now())


def texts(row):
    """The words of a mail, as text and as HTML."""
    return bodies(sent(row))


def bodies(mail):
    return [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]


def to(kind, *who):
    return [next(row for row in planned(kind) if row.recipient == it.user.email) for it in who]


def test_everybody_is_told_that_it_ends_and_by_whom(business, owner, staff):
    end(business)
    to_owner, to_staff = to("business_ending", owner, staff)
    mail = sent(to_owner)
    assert mail["subject"] == "Ann's Salon will be deleted on Wednesday 31 March 2027"
    for text in bodies(mail):
        assert "Rosa Diaz has asked for it" in text
        assert f"/manage/{business.slug}/data" in text
        assert "Keep it, or download it" in text
    for text in texts(to_staff):
        assert "will be deleted on Wednesday 31 March" in text
        assert "any owner can keep it" in text
        assert f"/manage/{business.slug}/data" not in text


def test_it_is_said_once_more_before_the_end(business, owner, frozen):
    end(business)
    [row] = planned("business_ends_soon")
    assert row.send_at == clock.now() + GRACE - SOON
    frozen.shift(GRACE - SOON)
    for text in texts(row):
        assert "will be deleted in a few days, on Wednesday 31 March" in text
        assert "last time we say so" in text


def test_who_knows_that_it_was_to_end_hears_that_it_stays(business, owner, staff):
    end(business)
    told = to("business_ending", owner)[0]
    told.status, told.sent_at = "sent", clock.now()
    db.session.flush()
    keep(business)
    [kept] = [it for it in planned() if it.status == "pending"]
    assert (kept.kind, kept.recipient) == ("business_kept", "rosa@example.com")
    for text in texts(kept):
        assert "was to be deleted on Wednesday 31 March" in text
        assert "stays" in text
        assert "still closed" in text


def test_who_has_left_reads_nothing(business, owner, staff, frozen):
    end(business)
    _first, to_june = to("business_ending", owner, staff)
    by_the_system(leave)(business, staff.user)
    assert sent(to_june) is None
    assert "does not work here" in to_june.last_error
    frozen.shift(GRACE - SOON)
    assert sent(to("business_ends_soon", staff)[0]) is None


def test_one_that_ends_anew_is_told_anew_and_the_old_end_is_not(business, owner, frozen):
    end(business)
    [first] = planned("business_ending")
    keep(business)
    frozen.shift(timedelta(hours=1))
    end(business)
    second = planned("business_ending")[-1]
    assert second.id != first.id
    assert first.status == "cancelled"
    assert "will be deleted" in texts(second)[0]


def test_a_member_reads_it_in_their_language(business, owner, staff):
    staff.user.language = "de"
    end(business)
    assert {it.language for it in planned("business_ending")} == {"de", business.language}


def test_the_system_says_who_it_is(business, owner):
    end_business(business, business.slug, by=SYSTEM, now=clock.now())
    assert "Daybook has asked for it" in texts(planned("business_ending")[0])[0]
