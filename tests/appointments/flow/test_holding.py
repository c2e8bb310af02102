import pytest

from app.appointments.flow.forms.wish import new_flow
from tests.factories import a_booking, a_hold, a_shop, add_service, berlin
from tests.reading import sentence, soup

TUESDAY_TEN = "2027-03-02T10:00:00+01:00"


def test_a_hold_leads_to_the_details(client, shop, wished):
    response = client.post(f"{shop.page}/holds", data=wished)
    assert response.status_code == 303
    details = client.get(response.location)
    assert details.status_code == 200
    assert soup(details).select_one("time[data-countdown]")["data-countdown"] == "600"
    assert "Set-Cookie" not in response.headers


def test_the_same_form_twenty_times_is_one_hold(client, shop, wished, rows):
    answers = [client.post(f"{shop.page}/holds", data=wished) for _ in range(20)]
    locations = {answer.location.split("?")[0].rsplit(".", 2)[0] for answer in answers}
    assert len(locations) == 1
    assert rows()["holds"] == rows()["bookings"] == 1


def test_the_loser_sees_fresh_times_and_keeps_what_was_chosen(client, app, frozen, rows):
    shop = a_shop()
    a_hold(shop, berlin("2027-03-02 10:00"))
    before = rows()
    wished = {
        "service": shop.service.id,
        "staff": "any",
        "start": TUESDAY_TEN,
        "flow": new_flow(shop.business.id),
    }
    response = client.post(f"{shop.page}/holds", data=wished)
    assert response.status_code == 409
    assert "just been taken" in sentence(response)
    offered = [it["value"] for it in soup(response).select("input[name=start]")]
    assert "2027-03-02T10:30:00+01:00" in offered
    assert TUESDAY_TEN not in offered
    assert soup(response).select_one(f"input[name=service][value='{shop.service.id}'][checked]")
    assert rows() == before


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("start", "2027-03-02T10:07:00+01:00", "not offered"),
        ("start", "2027-02-26T10:00:00+01:00", "too soon"),
        ("start", "2027-03-02T10:00:00+02:00", "does not exist"),
        ("start", "2027-03-28T02:30:00+01:00", "does not exist"),
        ("start", "2027-03-28T02:30:00+02:00", "does not exist"),
        ("start", "2027-02-30T10:00:00+01:00", "does not exist"),
        ("start", "0001-01-01T10:00:00+00:00", "does not exist"),
        ("start", "9999-12-31T10:00:00+01:00", "does not exist"),
        ("start", "2027-07-01T10:00:00+02:00", "too far"),
        ("start", "2027-03-06T10:00:00+01:00", "closed"),
        ("start", "ten o'clock", "does not exist"),
        ("start", "", "Choose a time first"),
        ("start", "\x00", "Choose a time first"),
        ("service", "", "Choose a service first"),
        ("service", "9223372036854775808", "not offered here"),
        ("service", "1_0", "not offered here"),
        ("service", "-1", "not offered here"),
        ("service", "NaN", "not offered here"),
        ("staff", "9223372036854775808", "does not do this"),
        ("staff", "nobody", "does not do this"),
        ("flow", "", "very long time"),
        ("flow", "tampered", "very long time"),
        ("flow", "\ud800", "very long time"),
        ("start", "x" * 10_000, "does not exist"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence_and_stores_nothing(
    client, shop, wished, rows, field, value, words
):
    before = rows()
    body = "&".join(f"{name}={_quoted(text)}" for name, text in (wished | {field: value}).items())
    response = client.post(f"{shop.page}/holds", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert words in sentence(response)
    assert rows() == before


def _quoted(text):
    from urllib.parse import quote_from_bytes

    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def test_ids_of_another_business_are_no_choice(client, shop, wished, rows):
    other = a_shop()
    before = rows()
    foreign = [
        {"service": other.service.id},
        {"staff": other.person.resource_id},
        {"flow": new_flow(other.business.id)},
    ]
    for change in foreign:
        response = client.post(f"{shop.page}/holds", data=wished | change)
        assert response.status_code == 422, change
    assert rows() == before


def test_a_service_that_was_put_away_is_no_choice(client, shop, wished):
    shop.service.active = False
    response = client.post(f"{shop.page}/holds", data=wished)
    assert response.status_code == 422
    assert "not offered here" in sentence(response)


def test_fields_that_nobody_asked_for_change_nothing(client, shop, wished):
    extra = {
        "price": "1",
        "total_cents": "1",
        "minutes": "5",
        "end": "2027-03-02T10:05:00+01:00",
        "status": "confirmed",
    }
    client.post(f"{shop.page}/holds", data=wished | extra)
    from app.appointments.models import Booking
    from app.core.db import db

    [booking] = db.session.scalars(db.select(Booking))
    assert (booking.total_cents, booking.minutes, booking.status) == (4500, 30, "held")


def test_a_wrong_content_type_is_refused(client, shop):
    response = client.post(f"{shop.page}/holds", data=b"{}", content_type="application/json")
    assert response.status_code == 415


def test_a_post_from_another_site_is_refused(client, shop, wished, rows):
    before = rows()
    response = client.post(f"{shop.page}/holds", data=wished, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 400
    assert rows() == before


@pytest.mark.parametrize(
    "date", ["2027-02-30", "0001-01-01", "9999-12-31", "tomorrow", "20270302", "2027-03-02x"]
)
def test_a_day_that_does_not_exist_says_so_and_still_offers_times(client, shop, date):
    response = client.get(shop.page, query_string={"service": shop.service.id, "date": date})
    assert response.status_code == 422
    assert "no such day" in sentence(response)
    assert soup(response).select("input[name=start]")


@pytest.mark.parametrize("date", ["2026-12-24", "2029-01-01"])
def test_a_day_outside_the_window_is_shown_without_times(client, shop, date):
    response = client.get(shop.page, query_string={"service": shop.service.id, "date": date})
    assert response.status_code == 200
    assert not soup(response).select("input[name=start]")
    assert soup(response).select(".next-free-list a")


def test_a_wrong_slug_is_not_found(client, shop, wished):
    for slug in ("nobody", "a" * 300, "%00", "LINDEN", "../x"):
        assert client.get(f"/b/{slug}/book").status_code == 404
        assert client.post(f"/b/{slug}/book/holds", data=wished).status_code == 404


def test_after_booking_the_same_form_leads_to_the_booking(client, shop, wished, contact, rows):
    details = client.post(f"{shop.page}/holds", data=wished).location
    receipt = client.post(details, data=contact).location
    again = client.post(f"{shop.page}/holds", data=wished)
    assert again.status_code == 303
    form = soup(client.get(again.location)).select_one("main form")
    shown = client.post(form["action"], data={"email": contact["email"]})
    assert shown.status_code == 303
    assert shown.location.rsplit(".", 2)[0] == receipt.rsplit(".", 2)[0]
    assert rows()["bookings"] == 1


def test_a_booked_time_can_be_taken_by_nobody_else(client, app, frozen):
    shop = a_shop()
    a_booking(shop, berlin("2027-03-02 10:00"))
    for start in ("2027-03-02T09:45:00+01:00", TUESDAY_TEN, "2027-03-02T10:15:00+01:00"):
        wished = {"service": shop.service.id, "start": start, "flow": new_flow(shop.business.id)}
        assert client.post(f"{shop.page}/holds", data=wished).status_code == 409
    for start in ("2027-03-02T09:30:00+01:00", "2027-03-02T10:30:00+01:00"):
        wished = {"service": shop.service.id, "start": start, "flow": new_flow(shop.business.id)}
        assert client.post(f"{shop.page}/holds", data=wished).status_code == 303


def test_whoever_holds_too_much_is_told_when_to_come_again(client, app, shop, wished, monkeypatch):
    monkeypatch.setitem(app.config, "HOLDS_PER_ADDRESS", 0)
    response = client.post(f"{shop.page}/holds", data=wished)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "60")
    assert "waiting to be finished" in sentence(response)


def test_the_address_of_a_refused_form_can_be_asked_for_again(client, shop):
    response = client.get(f"{shop.page}/holds")
    assert (response.status_code, response.location) == (
        303,
        f"{shop.page}?service={shop.service.id}&staff=any",
    )


def test_the_address_of_a_refused_form_keeps_the_choice(client, shop):
    choice = f"{shop.page}?service={shop.service.id}&staff={shop.person.resource_id}&date=2027-03-03"
    action = soup(client.get(choice)).select_one("#flow")["action"]
    assert client.get(action).location == choice
    odd = f"service={shop.service.id}&staff=any&_scheme=x&endpoint=y&slug=z"
    assert client.get(f"{shop.page}/holds?{odd}").location.endswith(f"?service={shop.service.id}&staff=any")


def test_holding_and_confirming_ask_the_database_as_often_for_six_people_as_for_one(
    client, app, frozen, queries, contact
):
    counts = []
    for people in (1, 6):
        shop = a_shop(people)
        for hour in range(11, 17):
            a_booking(shop, berlin(f"2027-03-02 {hour}:00"))
        wish = {
            "service": str(shop.service.id),
            "staff": "any",
            "start": berlin("2027-03-02 10:00").isoformat(),
            "flow": new_flow(shop.business.id),
        }
        address = f"{shop.page}/holds"
        with queries() as holding:
            held = client.post(address, data=wish)
        with queries() as confirming:
            booked = client.post(held.location, data=contact)
        assert (held.status_code, booked.status_code) == (303, 303)
        counts.append((len(holding), len(confirming)))
    assert counts[0] == counts[1]
    assert counts[0] <= (20, 20)


def test_a_refusal_reads_nothing_again_that_the_form_has_read(client, app, frozen, queries):
    shop = a_shop()
    for name in ("Colour", "Beard", "Wash"):
        add_service(shop.business.id, name, minutes=30, price_cents=2000)
    a_booking(shop, berlin("2027-03-02 10:00"))
    wish = {
        "service": str(shop.service.id),
        "start": berlin("2027-03-02 10:00").isoformat(),
        "flow": new_flow(shop.business.id),
    }
    address = f"{shop.page}/holds"
    with queries() as sent:
        refused = client.post(address, data=wish)
    assert refused.status_code == 409
    assert len(sent) <= 14
