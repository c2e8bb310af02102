"""What became of a booking, by one button each, and the way back."""

import pytest

from tests.appointments.desk.looking import FRAGMENT, TUESDAY, buttons, of, panel, status
from tests.appointments.looking import state
from tests.factories import a_booking, a_shop, a_visit, berlin
from tests.reading import rows as texts
from tests.reading import soup

TEN = berlin(TUESDAY + "10:00")
TODAY = berlin("2027-03-01 12:00")
ALL = ("acceptance", "arrival", "arrival/removal", "completion", "absence", "restoration")


def press(browser, shop, booking, noun):
    return browser.post(of(shop, booking, noun))


def undo_of(browser, shop, booking):
    """The address behind the button that takes back what was done a moment ago."""
    form = soup(browser.get(panel(shop, booking))).select_one(".desk-recent form")
    return form and form["action"]


def test_before_the_day_it_can_be_moved_and_cancelled(shop, owner):
    assert buttons(owner.get(panel(shop, a_booking(shop, TEN)))) == ["Move", "Swap", "Cancel it"]


def test_on_the_day_they_arrive_and_can_be_taken_for_not_here_yet(shop, owner):
    booking = a_visit(shop.business, TODAY)
    assert buttons(owner.get(panel(shop, booking)))[0] == "Arrived"
    assert press(owner, shop, booking, "arrival").status_code == 303
    page = owner.get(panel(shop, booking))
    assert "Here since 10:00" in texts(page, ".desk-head .tag")
    assert buttons(page)[0] == "Not here yet"
    assert undo_of(owner, shop, booking) == of(shop, booking, "arrival/removal")
    for _ in range(2):
        assert press(owner, shop, booking, "arrival/removal").status_code == 303
    assert buttons(owner.get(panel(shop, booking)))[0] == "Arrived"
    titles = texts(owner.get(panel(shop, booking)), ".history-title")
    assert titles == ["Not here yet after all", "Arrived"]


def test_nobody_arrives_a_day_early(shop, owner):
    booking = a_booking(shop, TEN)
    before = state()
    answer = press(owner, shop, booking, "arrival")
    assert (answer.status_code, state()) == (422, before)
    assert texts(answer, ".alert.bad") == ["The appointment has not begun yet. Please wait until then."]


def test_once_it_has_begun_it_is_done_or_they_did_not_come(shop, owner):
    booking = a_visit(shop.business, berlin("2027-03-01 09:45"))
    assert buttons(owner.get(panel(shop, booking))) == [
        *("Arrived", "Done", "Did not come", "Move", "Swap", "Cancel it"),
    ]
    assert press(owner, shop, booking, "absence").status_code == 303
    assert status(booking) == "no_show"
    assert undo_of(owner, shop, booking) == of(shop, booking, "completion")
    assert press(owner, shop, booking, "completion").status_code == 303
    assert status(booking) == "completed"
    assert buttons(owner.get(panel(shop, booking))) == ["Did not come"]


def test_a_week_later_it_is_settled(shop, owner):
    booking = a_visit(shop.business, berlin("2027-02-20 10:00"), status="completed")
    assert buttons(owner.get(panel(shop, booking))) == []
    before = state()
    answer = press(owner, shop, booking, "absence")
    assert (answer.status_code, state()) == (422, before)


def test_a_request_is_accepted(shop, owner):
    booking = a_visit(shop.business, TEN, status="requested")
    assert buttons(owner.get(panel(shop, booking))) == ["Accept", "Decline", "Move", "Swap"]
    for _ in range(2):
        assert press(owner, shop, booking, "acceptance").status_code == 303
    assert status(booking) == "confirmed"
    assert texts(owner.get(panel(shop, booking)), ".history-title") == ["Accepted"]


def test_a_request_whose_time_has_come_is_declined_at_most(shop, owner):
    booking = a_visit(shop.business, berlin("2027-03-01 09:45"), status="requested")
    assert buttons(owner.get(panel(shop, booking)))[0] == "Decline"
    answer = press(owner, shop, booking, "acceptance")
    assert answer.status_code == 409
    assert status(booking) == "requested"


@pytest.mark.parametrize("given_back", ["cancelled", "declined", "expired"])
def test_what_was_given_back_is_booked_again_once(shop, owner, given_back):
    booking = a_visit(shop.business, TEN, status=given_back)
    assert buttons(owner.get(panel(shop, booking))) == ["Book again"]
    for _ in range(2):
        assert press(owner, shop, booking, "restoration").status_code == 303
    assert status(booking) == "confirmed"


def test_what_somebody_else_has_by_now_is_not_booked_again(shop, owner):
    booking = a_booking(shop, TEN, person=shop.person)
    owner.post(of(shop, booking, "cancellations"))
    a_booking(shop, TEN, "sam@example.com", person=shop.person)
    before = state()
    answer = owner.post(of(shop, booking, "restoration"), headers=FRAGMENT)
    assert (answer.status_code, state()) == (409, before)
    assert soup(answer).select_one("#appointment .alert.bad")


@pytest.mark.parametrize("noun", ALL)
def test_staff_and_other_businesses_press_nothing(shop, owner, staff, noun):
    other = a_booking(shop, TEN, person=shop.people[1])
    elsewhere = a_booking(a_shop(), TEN)
    before = state()
    assert press(staff, shop, other, noun).status_code == 403
    assert press(owner, shop, elsewhere, noun).status_code == 404
    assert state() == before


def test_staff_look_after_their_own(shop, staff):
    booking = a_booking(shop, TODAY, person=shop.person)
    assert press(staff, shop, booking, "arrival").status_code == 303
    assert press(staff, shop, booking, "arrival/removal").status_code == 303


def test_nobody_is_told_of_a_walk_in_and_there_is_no_page_of_theirs(shop, owner):
    booking = a_visit(shop.business, TEN, customer="Walk-in")
    booking.source, booking.contact_email = "walk_in", None
    page = owner.get(panel(shop, booking))
    assert texts(page, "h1") == ["Walk-in"]
    assert not soup(page).select(".desk-links")
    for rest in (panel(shop, booking, "/moves/new"), of(shop, booking, "cancellations/new")):
        assert "call" not in owner.get(rest).text
        assert not soup(owner.get(rest)).select("[name=tell]")


def test_a_walk_in_who_left_a_number_is_a_customer_like_others(shop, owner):
    booking = a_visit(shop.business, TEN)
    booking.source, booking.contact_email, booking.contact_phone = "walk_in", None, "+4930123456"
    page = owner.get(panel(shop, booking))
    assert texts(page, ".desk-links a") == ["All about this customer", "The customer’s own page"]
