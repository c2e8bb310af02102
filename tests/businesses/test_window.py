import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.businesses.changing import change_business
from app.businesses.window import NoticeBeyondWindow
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from tests.factories import a_business, rules_version

pytestmark = pytest.mark.usefixtures("app", "frozen")


def changed(business, *window):
    columns = dict(zip(("notice_amount", "notice_unit", "advance_days"), window, strict=True))
    change_business(business, columns, by=SYSTEM, now=clock.now())


@pytest.mark.parametrize(
    "window", [(1, "days", 0), (8, "days", 7), (1440, "minutes", 0), (11_520, "minutes", 7)]
)
def test_notice_longer_than_the_window_is_refused_with_a_sentence(window):
    business = a_business()
    before = (business.notice_amount, business.notice_unit, business.advance_days)
    with pytest.raises(NoticeBeyondWindow) as refused:
        changed(business, *window)
    assert "ask for less notice" in str(refused.value.message)
    assert (business.notice_amount, business.notice_unit, business.advance_days) == before


@pytest.mark.parametrize(
    "window", [(0, "minutes", 0), (120, "minutes", 0), (7, "days", 7), (11_519, "minutes", 7)]
)
def test_a_window_in_which_something_can_be_booked_is_kept_and_written_down(window):
    business = a_business(notice_amount=60, advance_days=30)
    version = rules_version(business.id)
    changed(business, *window)
    assert (business.notice_amount, business.notice_unit, business.advance_days) == window
    assert rules_version(business.id) == version + 1
    event = db.session.scalars(select(AuditEvent).filter_by(action="business.changed")).one()
    assert event.changes["advance_days"] == [30, window[2]]
