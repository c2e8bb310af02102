"""One member of a class comes on another date."""

import pytest

from app.appointments.models import Booking
from app.core.db import db
from app.schedule.models import Allocation
from tests.appointments.desk.looking import FRAGMENT, of, panel
from tests.appointments.looking import appointment_of, events, state
from tests.factories import a_booking, a_class_date, a_membership, a_shop, a_user, berlin, rooms_of, signed_in
from tests.reading import rows as texts
from tests.reading import soup

FIRST, SECOND, THIRD = (berlin(f"2027-03-0{day} 18:00").replace(hour=17) for day in (2, 3, 4))


@pytest.fixture
def shop(app, frozen):
    return a_shop(people=2, capacity=2, minutes=60)


@pytest.fixture
def dates(shop):
    """Two dates led by Maya, and one by Tomás."""
    return [
        a_class_date(shop, FIRST),
        a_class_date(shop, SECOND),
        a_class_date(shop, THIRD, shop.people[1]),
    ]


def test_the_other_dates_are_offered_with_what_is_left(shop, owner, dates):
    booking = a_booking(shop, FIRST)
    a_booking(shop, SECOND, "sam@example.com")
    page = owner.get(of(shop, booking, "moves/new"))
    assert texts(page, "h1") == ["Another date for Olivia Park"]
    assert texts(page, ".choice-row") == [
        "Wed 3 Mar, 17:00 with Maya 1 place left",
        "Thu 4 Mar, 17:00 with Tomás 2 places left",
    ]


def test_the_place_moves_and_comes_back(shop, owner, dates):
    booking = a_booking(shop, FIRST)
    answer = owner.post(of(shop, booking, "moves"), data={"date": dates[1].id, "tell": "y"}, headers=FRAGMENT)
    assert answer.status_code == 303
    assert answer.location.endswith(f"/appointments/{dates[1].id}")
    assert appointment_of(db.session.get(Booking, (shop.business.id, booking.id))).id == dates[1].id
    assert events("booking.moved")[-1].changes["told"] == [None, True]
    undo = soup(owner.get(answer.location, headers=FRAGMENT)).select_one(".desk-recent form")
    sent = {it["name"]: it["value"] for it in undo.select("input")}
    assert owner.post(undo["action"], data=sent).status_code == 303
    assert db.session.get(Booking, (shop.business.id, booking.id)).appointment_id == dates[0].id
    before = state()
    owner.post(undo["action"], data=sent)
    assert state() == before


def test_between_two_dates_at_one_time_the_place_moves_to_the_chosen_one_and_comes_back(shop, owner):
    dates = [a_class_date(shop, FIRST, person) for person in shop.people]
    booking = a_booking(shop, FIRST, person=shop.people[1])
    answer = owner.post(of(shop, booking, "moves"), data={"date": dates[0].id}, headers=FRAGMENT)
    assert answer.location.endswith(f"/appointments/{dates[0].id}")
    a_booking(shop, FIRST, "sam@example.com", person=shop.people[1])
    undo = soup(owner.get(answer.location, headers=FRAGMENT)).select_one(".desk-recent form")
    sent = {it["name"]: it["value"] for it in undo.select("input")}
    assert owner.post(undo["action"], data=sent).location.endswith(f"/appointments/{dates[1].id}")
    assert db.session.get(Booking, (shop.business.id, booking.id)).appointment_id == dates[1].id


def test_a_full_date_is_named_and_a_manager_decides(shop, owner, dates):
    booking = a_booking(shop, FIRST)
    for name in ("sam", "noor"):
        a_booking(shop, SECOND, f"{name}@example.com")
    before = state()
    answer = owner.post(of(shop, booking, "moves"), data={"date": dates[1].id})
    assert (answer.status_code, state()) == (409, before)
    assert "There are not enough places left." in answer.text
    sent = {"date": dates[1].id, "anyway": soup(answer).select_one("button[name=anyway]")["value"]}
    assert owner.post(of(shop, booking, "moves"), data=sent).status_code == 303
    assert texts(
        owner.get(f"/manage/{shop.business.slug}/appointments/{dates[1].id}"), ".desk-head .tag"
    ) == ["3 of 2"]


def test_staff_move_places_among_the_dates_they_lead(shop, staff, dates):
    booking = a_booking(shop, FIRST)
    a_booking(shop, SECOND, "sam@example.com")
    a_booking(shop, SECOND, "noor@example.com")
    assert len(texts(staff.get(of(shop, booking, "moves/new")), ".choice-row")) == 1
    assert staff.post(of(shop, booking, "moves"), data={"date": dates[2].id}).status_code == 422
    full = staff.post(of(shop, booking, "moves"), data={"date": dates[1].id})
    assert full.status_code == 409
    assert not soup(full).select("button[name=anyway]")
    other = a_booking(shop, THIRD, "ada@example.com")
    assert staff.get(of(shop, other, "moves/new")).status_code == 403
    assert staff.post(of(shop, other, "moves"), data={"date": dates[0].id}).status_code == 403


@pytest.mark.parametrize("sent", [None, "", "x", "999999"])
def test_no_date_is_no_choice(shop, owner, dates, sent):
    booking = a_booking(shop, FIRST)
    before = state()
    answer = owner.post(of(shop, booking, "moves"), data={"date": sent} if sent is not None else {})
    assert (answer.status_code, state()) == (422, before)
    assert texts(answer, ".field-error")


def test_a_visit_of_its_own_has_no_places(app, frozen):
    shop = a_shop()
    booking = a_booking(shop, FIRST)
    owner = signed_in(app, a_membership(shop.business, "owner", a_user()).user)
    assert owner.get(of(shop, booking, "moves/new")).status_code == 404
    assert owner.post(of(shop, booking, "moves"), data={"date": booking.appointment_id}).status_code == 404


def test_a_class_without_another_date_says_so(shop, owner):
    a_class_date(shop, FIRST)
    booking = a_booking(shop, FIRST)
    page = owner.get(of(shop, booking, "moves/new"))
    assert "No other date ahead" in page.text
    assert soup(page).select_one(f".empty a[href='{panel(shop, booking)}']")


def test_of_two_dates_at_one_time_the_history_says_how_they_differ(shop, owner):
    shop.business.zone = "Europe/Berlin"
    a_class_date(shop, FIRST)
    other = a_class_date(shop, FIRST, shop.people[1])
    booking = a_booking(shop, FIRST, person=shop.people[0])
    answer = owner.post(of(shop, booking, "moves"), data={"date": other.id})
    assert answer.status_code == 303
    moved = texts(owner.get(answer.location), ".history-item")[0]
    assert moved.startswith("Moved to another date Tue 2 Mar, 17:00 Maya →to Tomás ")


def test_of_two_dates_with_the_same_person_the_history_names_the_rooms(shop, owner):
    small, large = rooms_of(shop, "Small room", "Large room")
    dates = [a_class_date(shop, FIRST), a_class_date(shop, THIRD)]
    for date, room in zip(dates, (small, large), strict=True):
        taken = {"resource_id": room, "starts_at": date.starts_at, "ends_at": date.ends_at, "need": 2}
        db.session.add(Allocation(business_id=shop.business.id, appointment_id=date.id, **taken))
    booking = a_booking(shop, FIRST)
    answer = owner.post(of(shop, booking, "moves"), data={"date": dates[1].id})
    moved = texts(owner.get(answer.location), ".history-item")[0]
    assert "Tue 2 Mar, 17:00 →to Thu 4 Mar, 17:00 Small room →to Large room" in moved
