"""A customer corrects what they told the business, on a page."""

import pytest

from app.appointments.finding import bookings_of_visit
from app.core import clock
from app.services.asking import QuestionWish, ask
from tests.appointments.test_rescheduling import a_visit_of
from tests.appointments.visiting import a_part
from tests.factories import ANNA, a_booking, a_shop, berlin
from tests.reading import soup, words

THURSDAY = berlin("2027-03-04 10:00")
FORM = {"name": "Olivia Park", "email": "olivia@example.com"}


def again(booking):
    return bookings_of_visit(booking.business_id, booking.visit)[0]


def a_question(shop, label, kind="text", **more):
    return ask(shop.business.id, QuestionWish(label, kind, **more), by=ANNA, now=clock.now())


def test_the_form_has_what_was_said(shop, of):
    booking = a_part(shop, THURSDAY, note="Late", contact_phone="+4930123456")
    page = soup(of(booking, "/details"))
    assert words(page.h1) == "Change your details"
    found = {it["name"]: it.get("value") for it in page.select("main input")}
    assert found == {"name": "Olivia Park", "email": "olivia@example.com", "phone": "+4930123456"}
    assert words(page.find(id="note")) == "Late"


def test_it_is_kept_cleaned_and_the_receipt_says_so(shop, of, client):
    booking = a_booking(shop, THURSDAY)
    form = {"name": "  Liv  Park ", "email": "Liv@Example.com", "phone": "030 5550123", "note": "Ring"}
    answer = of(booking, "/details", form)
    assert (answer.status_code, answer.location.partition("?")[2]) == (303, "done=corrected")
    row = again(booking)
    assert (row.contact_name, row.contact_email, row.contact_phone, row.note) == (
        "Liv Park",
        "liv@example.com",
        "+49305550123",
        "Ring",
    )
    assert "Your details are changed." in client.get(answer.location).text


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", " ", "Please tell us your name."),
        ("name", "x" * 121, "at most 120"),
        ("email", "", "Please enter your e-mail address"),
        ("email", "a@b.example, c@d.example", "does not look like an e-mail address"),
        ("email", "a@example.com\nBcc: x@example.com", "does not look like an e-mail address"),
        ("phone", "call me", "does not look like a phone number"),
        ("note", "x" * 1001, "at most 1,000"),
    ],
)
def test_what_makes_no_sense_is_refused_with_all_that_was_typed(shop, of, field, value, error):
    booking = a_booking(shop, THURSDAY)
    answer = of(booking, "/details", FORM | {"note": "kept"} | {field: value})
    assert answer.status_code == 422
    page = soup(answer)
    assert error in words(page.find(id=f"{field}-error"))
    assert page.title.text.startswith("Error")
    assert again(booking).contact_name == "Olivia Park"
    if field != "note":
        assert "kept" in words(page.find(id="note"))


def test_whoever_never_gave_an_address_need_not_give_one(shop, of):
    booking = a_part(shop, THURSDAY, contact_email=None, contact_phone="+4930123456")
    assert "optional" in words(soup(of(booking, "/details")).select_one("label[for=email]"))
    assert of(booking, "/details", {"name": "Liv", "phone": "+4930123456"}).status_code == 303
    assert again(booking).contact_email is None


def test_answers_are_shown_and_changed(shop, of):
    parking, first = a_question(shop, "Parking?"), a_question(shop, "First visit?", "yes_no", required=True)
    hair = a_question(shop, "Hair?", "choice", options=("Short", "Long"))
    said = {
        str(first.id): {"question": "First visit?", "answer": "Ja"},
        str(hair.id): {"question": "Hair?", "answer": "Long"},
    }
    booking = a_part(shop, THURSDAY, answers=said)
    page = soup(of(booking, "/details"))
    assert page.select_one(f"input[name=question-{first.id}][checked]")["value"] == "yes"
    assert page.select_one(f"input[name=question-{hair.id}][checked]")["value"] == "Long"
    refused = of(booking, "/details", FORM | {f"question-{hair.id}": "Blue"})
    assert refused.status_code == 422
    assert "Please answer this question." in words(soup(refused).find(id=f"question-{first.id}-error"))
    sent = {f"question-{parking.id}": "Yard", f"question-{first.id}": "no", f"question-{hair.id}": ""}
    assert of(booking, "/details", FORM | sent).status_code == 303
    assert again(booking).answers == {
        str(parking.id): {"question": "Parking?", "answer": "Yard"},
        str(first.id): {"question": "First visit?", "answer": "No"},
    }


def test_the_second_person_has_a_name_only_where_there_is_one(app, frozen, of):
    shop = a_shop(people=2)
    first, _other = a_visit_of(shop, shop.service, guests=(2,), together=True)
    assert soup(of(first, "/details")).find(id="guest_name")
    of(first, "/details", FORM | {"guest_name": "Ben"})
    assert [it.guest_name for it in bookings_of_visit(shop.business.id, first.visit)] == [None, "Ben"]
    assert (
        soup(of(a_booking(shop, berlin("2027-03-05 10:00"), "x@example.com"), "/details")).find(
            id="guest_name"
        )
        is None
    )


@pytest.mark.parametrize("part", [{"status": "cancelled"}, {"status": "completed"}, {"arrived_at": THURSDAY}])
def test_what_is_over_or_has_begun_is_not_changed(shop, of, part):
    booking = a_part(shop, THURSDAY, **part)
    assert words(soup(of(booking, "/details")).h1) == "This cannot be changed online"
    assert of(booking, "/details", FORM | {"name": "Liv"}).status_code == 409
    assert again(booking).contact_name == "Olivia Park"


def test_the_page_asks_the_database_little(shop, of, queries):
    booking = a_booking(shop, THURSDAY)
    with queries() as seen:
        of(booking, "/details")
    assert len(seen) == 4
