"""A page that is looked at by its own members, and one that has paused since somebody began to book."""

import pytest

from app.appointments.flow.forms.wish import new_flow
from app.appointments.models import Booking
from app.core.db import db
from tests.factories import a_membership, signed_in
from tests.reading import soup


@pytest.fixture
def draft(shop):
    shop.business.status = "draft"
    db.session.commit()
    return shop


def test_a_member_sees_the_flow_of_a_draft_and_cannot_book_in_it(app, draft, wished):
    browser = signed_in(app, a_membership(draft.business).user)
    shown = browser.get(f"{draft.page}?service={draft.service.id}")
    assert shown.status_code == 200
    assert soup(shown).select("input[name=start]")
    refused = browser.post(f"{draft.page}/holds", data=wished)
    assert refused.status_code == 409
    assert "does not take bookings right now" in refused.text
    assert db.session.query(Booking).count() == 0


def test_who_was_booking_when_a_business_paused_is_told_so(client, shop, wished, contact):
    details = client.post(f"{shop.page}/holds", data=wished).location
    shop.business.status = "draft"
    db.session.commit()
    refused = client.post(details, data=contact)
    assert refused.status_code == 409
    assert "Nothing was booked" in refused.text
    assert db.session.query(Booking).one().status == "held"


def test_a_form_that_did_not_begin_here_finds_nothing(client, draft, wished):
    for flow in ("", "x", new_flow(draft.business.id + 1)):
        assert client.post(f"{draft.page}/holds", data=wished | {"flow": flow}).status_code == 404
    draft.business.status = "suspended"
    db.session.commit()
    assert client.post(f"{draft.page}/holds", data=wished).status_code == 404
