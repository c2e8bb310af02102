"""A business ends, and thinks again, and is deleted in the end."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.appointments.cancelling import cancel
from app.appointments.models import Booking
from app.archives.contents import of_business
from app.archives.deleting import delete_rows, ended
from app.archives.ending import GRACE, NotItsAddress, StillExpected, end_business, keep_business
from app.archives.jobs import delete_businesses
from app.audit.models import AuditEvent
from app.businesses.models import Business
from app.businesses.pictures import keep_picture
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.dashboard.opening import Ending, open_business
from tests.factories import a_booking, a_membership, a_shop, a_user, berlin, by_the_system
from tests.pictures import a_drawing

pytestmark = pytest.mark.usefixtures("folder", "frozen")
end, keep = by_the_system(end_business), by_the_system(keep_business)


@pytest.fixture
def shop(app):
    shop = a_shop()
    shop.business.status = "open"
    a_membership(shop.business)
    by_the_system(keep_picture)(shop.business.id, "logo", a_drawing())
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    cancel(shop.business, booking, by=SYSTEM, now=clock.now())
    return shop


def test_it_is_closed_at_once_and_gone_later(shop):
    end(shop.business, shop.business.slug)
    assert (shop.business.status, shop.business.ends_at) == ("draft", clock.now() + GRACE)
    assert ended(clock.now()) == []
    assert ended(clock.now() + GRACE) == [shop.business.id]


def test_only_whoever_types_its_word_means_it(shop):
    with pytest.raises(NotItsAddress):
        end(shop.business, "another")
    assert shop.business.ends_at is None


def test_nobody_is_left_standing_before_a_closed_door(shop):
    a_booking(shop, berlin("2027-03-02 11:00"))
    with pytest.raises(StillExpected, match="1 booking is still ahead"):
        end(shop.business, shop.business.slug)
    assert (shop.business.status, shop.business.ends_at) == ("open", None)


def test_ending_twice_does_not_make_it_later(shop):
    end(shop.business, shop.business.slug)
    end_business(shop.business, shop.business.slug, by=SYSTEM, now=clock.now() + timedelta(days=3))
    assert shop.business.ends_at == clock.now() + GRACE


def test_owners_can_think_again_and_cannot_open_it_before(shop):
    end(shop.business, shop.business.slug)
    with pytest.raises(Ending):
        by_the_system(open_business)(shop.business)
    keep(shop.business)
    assert (shop.business.status, shop.business.ends_at) == ("draft", None)
    actions = db.session.scalars(sa.select(AuditEvent.action).filter_by(business_id=shop.business.id)).all()
    assert {"business.ending", "business.kept"} <= set(actions)


def test_nothing_of_it_is_left_and_everything_of_others_is(shop, frozen):
    other = a_shop()
    a_booking(other, berlin("2027-03-02 10:00"))
    before = counts(other.business.id)
    end(shop.business, shop.business.slug)
    business_id, name = shop.business.id, shop.business.name
    frozen.shift(GRACE)
    while delete_rows(business_id, clock.now()):
        pass
    assert counts(business_id) == {}
    assert db.session.get(Business, business_id) is None
    assert counts(other.business.id) == before
    left = db.session.scalars(
        sa.select(AuditEvent).filter_by(action="business.deleted", subject_id=business_id)
    ).one()
    assert (left.business_id, left.subject_id, left.reason) == (None, business_id, name)


def test_one_that_was_kept_meanwhile_is_not_touched(shop, frozen):
    end(shop.business, shop.business.slug)
    keep(shop.business)
    frozen.shift(GRACE * 2)
    assert not delete_rows(shop.business.id, clock.now())
    assert db.session.scalar(sa.select(Booking).filter_by(business_id=shop.business.id))


def test_the_job_does_it_to_the_end(shop, frozen):
    end(shop.business, shop.business.slug)
    business_id = shop.business.id
    assert delete_businesses() == 0
    frozen.shift(GRACE)
    assert delete_businesses() == 1
    assert counts(business_id) == {}


def test_members_who_are_left_can_still_sign_in(shop, frozen):
    user = a_user(email="rosa@example.com")
    a_membership(shop.business, "owner", user)
    end(shop.business, shop.business.slug)
    frozen.shift(GRACE)
    delete_businesses()
    db.session.refresh(user)
    assert user.active


def counts(business_id: int) -> dict[str, int]:
    """How many rows there are of a business in each table that has any."""
    found = {
        it.name: db.session.scalar(
            sa.select(sa.func.count()).select_from(it).where(it.c.business_id == business_id)
        )
        for it in of_business()
    }
    return {name: count for name, count in found.items() if count}
