"""What the page of a visit says can be done with it."""

import pytest

from app.appointments.cancelling import cancel
from app.appointments.settling_up import issue_for
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.services.offering import change_service
from tests.appointments.test_hearing import a_mail
from tests.appointments.visiting import a_part
from tests.factories import ANNA, a_booking, berlin
from tests.reading import soup, words

THURSDAY = berlin("2027-03-04 10:00")
OLIVIA = Actor("customer", "Olivia Park")


def plans(answer):
    found = soup(answer).find(id="plans")
    return words(found.parent) if found else None


def links(answer):
    return [words(it) for it in soup(answer).select("main .button")]


def test_it_says_until_when_and_whom_to_call_after_that(shop, of):
    answer = of(a_booking(shop, THURSDAY))
    assert plans(answer).startswith(
        "Change of plans? You can move or cancel until Wed 3 Mar, 10:00. It can be moved 3 more times."
        " Later than that? Please call +49 30 5550142."
    )
    assert links(answer)[2:5] == ["Move", "Change details", "Cancel the booking"]


@pytest.mark.parametrize(
    ("columns", "sentence", "buttons"),
    [
        ({"customers_cancel": False}, "You can move it until Wed 3 Mar, 10:00.", ["Move", "Change details"]),
        (
            {"customers_move": False},
            "You can cancel until Wed 3 Mar, 10:00.",
            ["Change details", "Cancel the booking"],
        ),
        (
            {"customers_move": False, "customers_cancel": False},
            "To move or cancel, please ask Ann's Salon. Please call",
            ["Change details"],
        ),
        (
            {"change_until_min": 0},
            "You can move or cancel until it begins.",
            ["Move", "Change details", "Cancel the booking"],
        ),
        (
            {"change_until_min": 10080},
            "You could move or cancel online until Thu 25 Feb, 10:00. Please call",
            ["Change details"],
        ),
        (
            {"most_moves": None},
            "until Wed 3 Mar, 10:00. Later",
            ["Move", "Change details", "Cancel the booking"],
        ),
        (
            {"phone": None, "email": "ann@example.com", "customers_cancel": False, "customers_move": False},
            "Please write to ann@example.com.",
            ["Change details"],
        ),
        (
            {"phone": None, "email": None, "change_until_min": 10080},
            "Please contact Ann's Salon.",
            ["Change details"],
        ),
    ],
)
def test_it_says_what_the_business_allows(shop, of, columns, sentence, buttons):
    for name, value in columns.items():
        setattr(shop.business, name, value)
    answer = of(a_part(shop, THURSDAY))
    assert sentence in plans(answer)
    assert links(answer)[2:-2] == buttons


def test_a_customer_elsewhere_reads_both_clocks(shop, of):
    answer = of(a_part(shop, THURSDAY, customer_zone="Asia/Tokyo"))
    assert "until Wed 3 Mar, 18:00, Tokyo time (Wed 3 Mar, 10:00, Berlin time)." in plans(answer)


def test_a_request_can_be_withdrawn_until_it_is_answered(shop, of):
    shop.business.customers_move = shop.business.customers_cancel = False
    answer = of(a_part(shop, THURSDAY, status="requested"))
    assert "You can withdraw your request as long as it is not answered." in plans(answer)
    assert links(answer)[2:4] == ["Change details", "Withdraw"]


def test_what_is_running_over_or_cancelled_offers_nothing_to_change(shop, of, frozen):
    running = a_part(shop, berlin("2027-03-01 09:45"))
    over = a_part(shop, berlin("2027-02-22 10:00"), status="completed")
    gone = a_part(shop, THURSDAY, status="cancelled")
    assert [plans(of(it)) for it in (running, over, gone)] == [None] * 3
    assert links(of(over)) == ["Write a review", "Book again", "Book something else"]
    assert links(of(gone)) == ["Book again", "Book something else"]


def test_booking_again_begins_with_the_same_services(shop, of):
    first = a_part(shop, THURSDAY, status="completed")
    a_part(shop, THURSDAY, first.visit, status="completed", guest=2)
    (link,) = [it for it in soup(of(first)).select("a.button") if words(it) == "Book again"]
    service = shop.service.id
    wanted = f"service={service}&staff=any&service2={service}&staff2=any&guest2=2"
    assert link["href"] == f"/b/{shop.business.slug}/book?{wanted}"


def test_what_cannot_be_booked_online_cannot_be_moved_online(shop, of):
    booking = a_booking(shop, THURSDAY)
    change_service(shop.service, by=ANNA, now=clock.now(), bookable=False)
    assert links(of(booking))[2:4] == ["Change details", "Cancel the booking"]
    assert "You can cancel until" in plans(of(booking))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"status": "sent"}, "We sent the confirmation to olivia@example.com."),
        ({}, "We are sending the confirmation to olivia@example.com."),
        ({"status": "failed"}, "We could not send the confirmation to olivia@example.com."),
        ({"status": "sent", "kind": "booking_moved"}, "We sent the new time to olivia@example.com."),
    ],
)
def test_it_says_where_the_confirmation_went(shop, of, more, sentence):
    booking = a_part(shop, THURSDAY)
    assert "confirmation to" not in of(booking).text
    a_mail(booking, sent_at=clock.now(), **more)
    assert sentence in words(soup(of(booking)).main)


def test_what_was_just_done_is_said_only_where_it_is_so(shop, of):
    booking = a_booking(shop, THURSDAY)
    assert "It is moved." in of(booking, "?done=moved").text
    assert "It is cancelled" not in of(booking, "?done=cancelled").text
    assert soup(of(booking, "?done=nonsense")).select("main .alert") == []
    cancel(shop.business, booking, by=OLIVIA, now=clock.now())
    assert "It is cancelled, and the time is free for others." in of(booking, "?done=cancelled").text
    assert "It is moved." not in of(booking, "?done=moved").text


def test_what_the_customer_cancelled_a_moment_ago_can_be_taken_back(shop, of, frozen):
    booking = a_booking(shop, THURSDAY)
    cancel(shop.business, booking, by=OLIVIA, now=clock.now())
    page = soup(of(booking))
    (form,) = page.select('form[action$="/return"]')
    assert words(form).startswith("Cancelled by mistake?")
    frozen.shift(601)
    assert soup(of(booking)).select('form[action$="/return"]') == []
    frozen.shift(-300)
    shop.business.status = "suspended"
    db.session.flush()
    assert soup(of(booking)).select('form[action$="/return"]') == []


@pytest.mark.parametrize("rest", ["/new-time", "/new-time/times", "/cancellation", "/details"])
def test_a_link_that_is_wrong_revoked_or_for_something_else_leads_nowhere(client, shop, of, rest):
    from app.appointments.finding import hold_token, receipt_token
    from tests.factories import a_hold

    booking = a_booking(shop, THURSDAY)
    token, held = receipt_token(booking), a_hold(shop, berlin("2027-03-04 12:00"))
    wrong = [token + "x", "nonsense", hold_token(booking), receipt_token(held), hold_token(held)]
    assert client.get(f"/bookings/{token}{rest}").status_code == 200
    assert {client.get(f"/bookings/{it}{rest}").status_code for it in wrong} == {404}
    if rest != "/new-time/times":
        assert {client.post(f"/bookings/{it}{rest}", data={}).status_code for it in wrong} == {404}
    booking.link_version += 1
    db.session.flush()
    assert client.get(f"/bookings/{token}{rest}").status_code == 404
    assert client.post(f"/bookings/{token}/return").status_code == 404


@pytest.mark.parametrize(
    "rest", ["", "/new-time", "/new-time/times", "/cancellation", "/details", "/calendar.ics"]
)
def test_a_scanner_that_opens_every_page_changes_nothing(client, shop, of, rest):
    from app.appointments.finding import receipt_token
    from tests.test_every_route import rows

    booking = a_booking(shop, THURSDAY)
    address = f"/bookings/{receipt_token(booking)}{rest}"
    before = rows()
    for _ in range(3):
        answer = client.get(address)
        assert client.head(address).status_code == answer.status_code == 200
    assert rows() == before
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in answer.headers
    assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize("rest", ["/new-time", "/cancellation", "/details", "/return"])
def test_a_form_of_another_site_does_nothing(shop, of, rest):
    booking = a_booking(shop, THURSDAY)
    answer = of(booking, rest, {}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400


def test_nobody_has_a_paper_drawn_without_end(shop, of, counting):
    booking = a_booking(shop, THURSDAY)
    invoice = issue_for(shop.business, booking, by=ANNA, now=clock.now())
    paper = f"/invoices/{invoice.uid}.pdf"
    answers = [of(booking, paper).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]
    assert of(booking).status_code == 200
