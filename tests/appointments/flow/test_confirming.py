import pytest

from app.appointments.expiring import expire_dead_holds
from app.appointments.flow.forms.wish import new_flow
from app.appointments.jobs import forget_unfinished
from app.appointments.models import Booking
from app.core import clock
from app.core.db import db
from tests.factories import a_booking, a_shop, berlin, set_week
from tests.reading import sentence, soup, words


def test_a_customer_is_booked(client, shop, details, contact):
    response = client.post(
        details, data=contact | {"name": "  Olivia   Park ", "email": "Olivia@Example.com"}
    )
    assert response.status_code == 303
    assert "Set-Cookie" not in response.headers
    receipt = client.get(response.location)
    assert receipt.status_code == 200
    assert "You are booked, Olivia Park" in receipt.text
    assert "10:00 to 10:30, Berlin time" in receipt.text
    assert "€45.00" in receipt.text
    [booking] = db.session.scalars(db.select(Booking))
    assert (booking.status, booking.contact_email) == ("confirmed", "olivia@example.com")


def test_the_same_details_twenty_times_are_one_booking(client, details, contact, rows):
    receipts = {client.post(details, data=contact).location.rsplit(".", 2)[0] for _ in range(20)}
    assert len(receipts) == 1
    assert (rows()["bookings"], rows()["customers"]) == (1, 1)


def test_details_sent_once_more_and_wrong_still_lead_to_the_receipt(client, details, contact):
    client.post(details, data=contact)
    again = client.post(details, data=contact | {"name": "", "phone": "wrong"})
    assert again.status_code == 303
    assert again.location.startswith("/bookings/")


def test_who_knows_only_where_it_was_held_does_not_see_what_was_booked(client, details, contact):
    """Somebody may have made the hold, and have given its address to whoever booked it."""
    client.post(details, data=contact)
    others = contact | {"name": "Eve", "email": "eve@example.com"}
    price = details.replace("?", "/price?") if "?" in details else f"{details}/price"
    part = {"HX-Request": "true"}
    for answer in (
        client.get(details),
        client.post(details, data=others),
        client.post(price, data=others, headers=part),
    ):
        assert answer.status_code in (200, 422), answer.location
        assert "This is booked" in answer.text
        assert "Olivia" not in answer.text
        assert "olivia" not in answer.text
        assert "/bookings/" not in answer.text


def test_who_types_the_address_it_is_booked_with_is_led_to_the_receipt(client, details, contact):
    receipt = client.post(details, data=contact).location
    form = soup(client.get(details)).select_one("main form")
    assert client.post(form["action"], data={"email": "wrong@example.com"}).status_code == 422
    again = client.post(form["action"], data={"email": " Olivia@Example.com "})
    assert again.status_code == 303
    assert again.location.rsplit(".", 2)[0] == receipt.rsplit(".", 2)[0]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "tell us your name"),
        ("name", "   ", "tell us your name"),
        ("name", "\u200b\u200d\ufeff", "tell us your name"),
        ("name", "n" * 10_000, "at most 120"),
        ("email", "", "e-mail address"),
        ("email", "olivia", "does not look like"),
        ("email", "olivia@", "does not look like"),
        ("email", "a@b.com, c@d.com", "does not look like"),
        ("email", "jürgen@example.com", "does not look like"),
        ("email", "o" * 300 + "@example.com", "too long"),
        ("phone", "call me", "phone number"),
        ("phone", "1" * 41, "too long"),
        ("note", "x" * 10_000, "at most 1,000"),
        ("website", "http://spam.example", "leave this field empty"),
        ("start", "2027-03-28T02:30:00+01:00", "does not exist"),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_the_rest_is_kept(
    client, details, contact, rows, field, value, words
):
    before = rows()
    response = client.post(details, data=contact | {"note": "Short, please"} | {field: value})
    assert response.status_code == 422
    assert words in response.text
    if field != "name":
        assert soup(response).select_one("#name")["value"] == "Olivia Park"
    if field != "note":
        assert soup(response).select_one("#note").text.strip() == "Short, please"
    assert rows() == before


def test_control_characters_are_cleaned_away(client, details, contact):
    client.post(details, data=contact | {"name": "Oli\x00via\x1b Park\r\n"})
    [booking] = db.session.scalars(db.select(Booking))
    assert booking.contact_name == "Olivia Park"


def test_an_address_typed_in_wide_letters_is_the_same_customer(client, shop, details, contact, wished):
    client.post(details, data=contact | {"email": "Olivia@EXAMPLE.com"})
    later = wished | {"start": berlin("2027-03-02 12:00").isoformat(), "flow": new_flow(shop.business.id)}
    second = client.post(f"{shop.page}/holds", data=later).location
    client.post(second, data=contact | {"email": "olivia@ｅｘａｍｐｌｅ.com"})
    assert {it.contact_email for it in db.session.scalars(db.select(Booking))} == {"olivia@example.com"}
    assert len({it.customer_id for it in db.session.scalars(db.select(Booking))}) == 1


def test_markup_in_a_name_is_text(client, details, contact):
    receipt = client.get(client.post(details, data=contact | {"name": "<script>alert(1)</script>"}).location)
    assert "<script>alert" not in receipt.text
    assert "&lt;script&gt;" in receipt.text


def test_a_phone_number_is_kept_as_the_world_writes_it(client, details, contact):
    client.post(details, data=contact | {"phone": "030 901820"})
    [booking] = db.session.scalars(db.select(Booking))
    assert booking.contact_phone == "+4930901820"


def test_a_hold_that_ran_out_takes_one_click_more_only_if_the_time_is_gone(
    client, shop, details, contact, frozen
):
    frozen.shift(700)
    expire_dead_holds(shop.business.id, clock.now())
    assert "no longer held" in client.get(details).text
    assert client.post(details, data=contact).status_code == 303


def test_a_lost_time_offers_the_next_three_and_keeps_what_was_typed(client, app, frozen, contact):

    shop = a_shop()
    start = "2027-03-02T10:00:00+01:00"
    wished = {"service": shop.service.id, "start": start, "flow": new_flow(shop.business.id)}
    details = client.post(f"{shop.page}/holds", data=wished).location
    frozen.shift(700)
    a_booking(shop, berlin("2027-03-02 10:00"), "sam@example.com")
    response = client.post(details, data=contact)
    assert response.status_code == 409
    assert "just been taken" in sentence(response)
    assert soup(response).select_one("#email")["value"] == "olivia@example.com"
    offered = [it["value"] for it in soup(response).select("input[name=start]")]
    assert [it[11:16] for it in offered] == ["10:30", "10:45", "11:00"]
    receipt = client.post(details, data=contact | {"start": offered[0]})
    assert receipt.status_code == 303
    assert "10:30 to 11:00" in client.get(receipt.location).text


@pytest.mark.parametrize("start", ["", "\x00"])
def test_another_time_that_was_left_empty_means_the_one_that_was_held(
    client, shop, details, contact, frozen, start
):
    frozen.shift(900)
    expire_dead_holds(shop.business.id, clock.now())
    db.session.commit()
    receipt = client.post(details, data=contact | {"start": start})
    assert receipt.status_code == 303
    assert "10:00 to 10:30" in client.get(receipt.location).text


@pytest.mark.parametrize("token", ["x", "WzEsMV0.aaaa.bbbb", "%00", "a" * 5000])
def test_a_tampered_hold_is_not_found(client, shop, token, contact):
    assert client.get(f"{shop.page}/{token}").status_code == 404
    assert client.post(f"{shop.page}/{token}", data=contact).status_code == 404


def test_a_hold_of_another_business_is_not_found(client, shop, details, contact):
    other = a_shop()
    moved = details.replace(shop.business.slug, other.business.slug)
    assert client.get(moved).status_code == 404
    assert client.post(moved, data=contact).status_code == 404


def test_a_hold_forgotten_long_ago_is_gone(client, shop, details, contact, frozen):
    frozen.shift(8 * 86_400)
    expire_dead_holds(shop.business.id, clock.now())
    db.session.commit()
    assert forget_unfinished() == 1
    assert client.get(details).status_code == 410
    assert client.post(details, data=contact).status_code == 410


def test_a_receipt_needs_its_own_link(client, details, contact):
    receipt = client.post(details, data=contact).location
    other = "A" if receipt[-9] != "A" else "B"  # The last letter has bits that mean nothing.
    assert client.get(receipt[:-9] + other + receipt[-8:]).status_code == 404
    assert client.get(receipt.replace("/bookings/", "/bookings/x")).status_code == 404


def test_a_higher_link_version_makes_older_links_dead(client, details, contact):
    receipt = client.post(details, data=contact).location
    [booking] = db.session.scalars(db.select(Booking))
    booking.link_version += 1
    db.session.flush()
    assert client.get(receipt).status_code == 404
    assert client.get(details).status_code == 410


def test_an_unfinished_hold_has_no_receipt(client, details):
    from app.appointments.finding import receipt_token

    [booking] = db.session.scalars(db.select(Booking))
    assert client.get(f"/bookings/{receipt_token(booking)}").status_code == 404


def test_a_visit_over_a_clock_change_ends_when_the_clock_says_so(client, app, frozen, contact):
    frozen.move_to(berlin("2027-10-20 12:00"))
    shop = a_shop(minutes=120)
    set_week(shop.business.id, {6: [(60, 300)]})
    flow = new_flow(shop.business.id)
    wished = {"service": shop.service.id, "start": "2027-10-31T01:00:00+02:00", "flow": flow}
    details = client.post(f"{shop.page}/holds", data=wished).location
    receipt = client.get(client.post(details, data=contact).location)
    assert "01:00 to 02:00, Berlin time" in receipt.text


def test_a_price_told_on_site_is_no_price_of_nothing(client, app, frozen, contact):
    shop = a_shop(price_cents=None)
    start = "2027-03-02T10:00:00+01:00"
    wished = {"service": shop.service.id, "start": start, "flow": new_flow(shop.business.id)}
    details = client.post(f"{shop.page}/holds", data=wished).location
    for shown in (client.get(details), client.get(client.post(details, data=contact).location)):
        assert "On request" in shown.text
        assert "€0.00" not in shown.text


def test_the_booking_keeps_the_language_of_the_page(client, details, contact):
    client.post(details, data=contact, headers={"Accept-Language": "en-US"})
    [booking] = db.session.scalars(db.select(Booking))
    assert booking.language == "en-US"


def test_continue_after_the_time_ran_out_holds_it_anew(client, shop, wished, frozen):
    first = client.post(f"{shop.page}/holds", data=wished).location
    frozen.shift(700)
    again = client.post(f"{shop.page}/holds", data=wished)
    assert again.location.split("?")[0] != first.split("?")[0]
    assert soup(client.get(again.location)).select_one("time[data-countdown]")["data-countdown"] == "600"


def test_until_when_it_can_be_changed_is_said_before_it_is_booked(client, shop, details):
    shop.business.change_until_min = 720
    notes = [words(it) for it in soup(client.get(details)).select(".summary-note")]
    assert notes[1] == "Free to move or cancel until 12 hours before."
