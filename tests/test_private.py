"""What staff must not read of their colleagues, on any page there is, whatever they add to its address."""

import pytest

from app.core import clock
from app.core.db import db
from app.customers.models import Customer
from app.customers.noting import write_note
from app.customers.wording import remember_words
from tests.factories import ANNA, a_membership, a_user, signed_in
from tests.test_every_route import TABLE, House, address_of

NAME, EMAIL, PHONE = "Quirina Zalewski", "quirina@zalewski.example", "+493098765432"
# Who searches for whom they may book for is shown a name, and of the rest no more than they typed.
SHOWN_MASKED = {"customers.matches", "new_booking.new"}
TRACES = ("quirina", "zalewski", "98765432", "9876 5432", "allergic")


@pytest.fixture
def house(app, frozen) -> House:
    """One in which a customer of Maya's has a name that nobody else has."""
    house = House()
    booking = house.booking
    customer = db.session.get_one(Customer, (house.business.id, booking.customer_id))
    for row, name, email, phone in (
        (customer, "name", "email", "phone"),
        (booking, "contact_name", "contact_email", "contact_phone"),
    ):
        for column, value in ((name, NAME), (email, EMAIL), (phone, PHONE)):
            setattr(row, column, value)
    booking.note = booking.member_note = "Allergic to everything"
    db.session.flush()
    remember_words(customer)
    write_note(customer, "Allergic to everything", by=ANNA, now=clock.now())
    return house


@pytest.fixture
def june(app, house):
    """A colleague of Maya's, with a calendar of her own."""
    user = a_user(email_checked_at=clock.now())
    house.colleague.user_id = user.id
    db.session.flush()
    return signed_in(app, a_membership(house.business, "staff", user).user)


def queries(house: House) -> list[dict[str, object]]:
    maya, booking = house.shop.person.resource_id, house.booking
    ids = {"customer": booking.customer_id, "appointment": booking.appointment_id, "booking": booking.id}
    day = {"date": "2027-03-02", "day": "2027-03-02", "on": "2027-03-02", "week": "2027-W09"}
    people = {"staff": maya, "person": maya, "people": maya, "who": maya, "resource": maya}
    return [
        {},
        day | people | {"view": "agenda"},
        day | ids | {"service": house.shop.service.id, "time": "10:00", "again": booking.appointment_id},
        {"q": NAME, "which": "missed", "of": f"booking-{booking.id}"} | ids,
    ]


@pytest.mark.parametrize("sight", ["own", "busy"])
def test_nothing_that_names_the_customer_of_a_colleague_is_on_any_page(app, house, june, sight):
    house.business.staff_see = sight
    found, answered = [], 0
    for (method, endpoint), call in sorted(TABLE.items()):
        staff = call.status["staff"]
        if method != "GET" or staff >= 400 or call.status["stranger"] != 303:
            continue
        address = address_of(app, endpoint, call, house)
        # A page may undo what was not kept.
        db.session.commit()
        db.session.expire_all()
        for number, query in enumerate(queries(house)):
            # Every other one as a fragment, also of pages that have none.
            headers = {"HX-Request": "true"} if number % 2 else {}
            answer = june.get(address, query_string=query, headers=headers)
            assert answer.status_code < 500, (address, query)
            answered += answer.status_code == 200
            text = answer.get_data().decode(errors="replace").casefold()
            typed = str(query.get("q", "")).casefold()
            shown = [it for it in TRACES if it in text and it not in typed]
            if shown and not (endpoint in SHOWN_MASKED and shown == ["quirina", "zalewski"]):
                found.append((endpoint, query, shown))
    assert found == []
    assert answered > 50


def test_the_same_names_are_on_the_pages_of_a_manager(app, house):
    """Or the test above would find nothing whatever was shown."""
    manager = signed_in(app, a_membership(house.business, "manager").user)
    slug = house.business.slug
    for path in (
        "calendar/?date=2027-03-02&view=agenda",
        "customers",
        f"customers/{house.booking.customer_id}",
    ):
        assert "quirina" in manager.get(f"/manage/{slug}/{path}").text.casefold(), path
