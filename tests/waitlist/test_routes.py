"""The pages of those who wait: what they show, whom they refuse, and that looking changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.appointments import limiting
from app.appointments.cancelling import cancel
from app.appointments.finding import hold_token, receipt_token
from app.appointments.models import Booking
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.core.signing import sign
from app.customers.models import Customer
from app.notifications.models import Notification
from app.services.asking import QuestionWish, ask
from app.waitlist import ending
from app.waitlist.finding import entry_token
from app.waitlist.line import open_offer
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from tests.factories import (
    Shop,
    a_booking,
    a_business,
    a_hold,
    a_membership,
    a_shop,
    add_service,
    berlin,
    signed_in,
)
from tests.reading import soup
from tests.waitlist.test_joining import of_hour
from tests.waitlist.waiting import TUESDAY, a_full_day, offer_of, offers, waits

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def shop(app: Flask) -> Shop:
    shop = a_shop(minutes=60)
    a_full_day(shop)
    return shop


def page_of(shop: Shop) -> str:
    return f"/b/{shop.business.slug}/waitlist"


def a_form(shop: Shop, **changes: Any) -> dict[str, Any]:
    """What a browser sends to wait for Tuesday; a change to None leaves a field out."""
    token = sign("waitlist_form", [shop.business.id, "n" * 16, int(clock.now().timestamp())])
    form = {
        "service": shop.service.id,
        "staff": "any",
        "places": 1,
        "from_on": "2027-03-02",
        "until_on": "2027-03-02",
        "time": "any",
        "name": "Grace Hopper",
        "email": "Grace@Example.com",
        "form": token,
    }
    return {name: value for name, value in (form | changes).items() if value is not None}


def entries() -> list[WaitlistEntry]:
    return db.session.query(WaitlistEntry).order_by(WaitlistEntry.id).all()


def an_offer(shop: Shop) -> tuple[WaitlistEntry, WaitlistOffer, str]:
    """Somebody is offered eleven o'clock; the address of the offer."""
    entry = waits(shop, email="grace@example.com")
    those = db.session.query(Booking).filter_by(business_id=shop.business.id)
    booking = those.filter(Booking.local_start == berlin("2027-03-02 11:00").replace(tzinfo=None)).one()
    cancel(shop.business, booking, by=VISITOR, now=clock.now())
    offer = offer_of(entry)
    return entry, offer, f"/waitlist/{entry_token(entry)}/offers/{offer.id}"


def test_a_full_day_leads_to_the_form_with_all_that_was_chosen(client: FlaskClient, shop: Shop) -> None:
    person = shop.person.resource_id
    page = soup(client.get(f"{shop.page}?service={shop.service.id}&staff={person}&date=2027-03-02"))
    [link] = [it["href"] for it in page.select("#wait a")]
    form = soup(client.get(link))
    assert form.select_one("#service option[selected]").text == "Haircut"
    assert form.select_one("#staff option[selected]").text == "Maya"
    assert (form.select_one("#from_on")["value"], form.select_one("#until_on")["value"]) == (
        "2027-03-02",
    ) * 2


def test_somebody_joins_and_their_mail_leads_to_their_place(client: FlaskClient, shop: Shop) -> None:
    answer = client.post(page_of(shop), data=a_form(shop, note="Please not with the drill."))
    assert (answer.status_code, answer.location) == (303, f"{page_of(shop)}/asked")
    assert "the link to your place on the list" in client.get(answer.location).text
    [entry] = entries()
    assert (entry.contact_email, entry.until_min) == ("grace@example.com", 2880)
    page = client.get(f"/waitlist/{entry_token(entry)}").text
    assert "You are on the list, Grace Hopper" in page
    assert "You are first in line" in page
    assert "Please not with the drill." in page
    assert "Set-Cookie" not in answer.headers


def test_sending_the_form_twice_joins_once(client: FlaskClient, shop: Shop) -> None:
    form = a_form(shop)
    places = [client.post(page_of(shop), data=form).location for _ in range(2)]
    assert len(entries()) == 1
    assert places == [f"{page_of(shop)}/asked"] * 2


def test_nobody_sees_from_the_answer_whether_an_address_waits_already(
    client: FlaskClient, shop: Shop
) -> None:
    answers = []
    for number, name in enumerate(("Grace Hopper", "Mallory", "Mallory")):
        token = sign("waitlist_form", [shop.business.id, f"{number}" * 16, 0])
        changes = {"form": token, "name": name} | ({"time": "morning"} if number == 2 else {})
        answer = client.post(page_of(shop), data=a_form(shop, **changes))
        answers.append((answer.status_code, answer.location, answer.text))
    assert answers[0] == answers[1] == answers[2]
    first, second = entries()
    assert (first.contact_name, first.until_min) == ("Grace Hopper", 2880)
    assert second.until_min == 720


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service": "999999"}, "service"),
        ({"service": None}, "service"),
        ({"staff": "999999"}, "staff"),
        ({"places": "1_0"}, "places"),
        ({"places": "99"}, "places"),
        ({"from_on": "2027-02-30"}, "from_on"),
        ({"from_on": None}, "from_on"),
        ({"from_on": "2027-12-01", "until_on": "2027-12-01"}, "from_on"),
        ({"until_on": "2027-03-01", "from_on": "2027-03-02"}, "until_on"),
        ({"until_on": "2027-02-01", "from_on": "2027-01-31"}, "until_on"),
        ({"until_on": "2099-01-01"}, "until_on"),
        ({"weekdays": ["7"]}, "weekdays"),
        ({"weekdays": ["x"]}, "weekdays"),
        ({"time": "teatime"}, "time"),
        ({"time": "other"}, "from_at"),
        ({"time": "other", "from_at": "9:00", "until_at": "25:00"}, "until_at"),
        ({"time": "other", "from_at": "12:00", "until_at": "9:00"}, "until_at"),
        ({"name": "\u200b"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@example.com, b@example.com"}, "email"),
        ({"email": "a@example.com\r\nBcc: b@example.com"}, "email"),
        ({"phone": "twelve"}, "phone"),
        ({"note": "x" * 1001}, "note"),
        ({"website": "http://spam.example"}, "website"),
    ],
)
def test_what_makes_no_sense_is_refused_and_everything_typed_stays(
    client: FlaskClient, shop: Shop, changes: dict, field: str
) -> None:
    form = {"phone": "030 5550142"} | changes
    answer = client.post(page_of(shop), data=a_form(shop, **form))
    assert answer.status_code == 422
    page = soup(answer)
    # How many come is asked only where there is a class.
    assert page.select_one(".form-errors" if field == "places" else f"#{field}-error")
    if field != "name":
        assert page.select_one("#name")["value"] == "Grace Hopper"
    assert entries() == []


def test_a_form_nobody_handed_out_is_refused(client: FlaskClient, shop: Shop, frozen) -> None:
    other = a_business()
    for token in (
        None,
        "x",
        sign("flow", [shop.business.id, "n" * 16, 0]),
        sign("waitlist_form", [other.id, "n" * 16, 0]),
    ):
        assert client.post(page_of(shop), data=a_form(shop, form=token)).status_code == 422
    form = a_form(shop)
    frozen.shift(timedelta(hours=25))
    assert client.post(page_of(shop), data=form).status_code == 422
    assert entries() == []


def test_a_program_is_too_quick(app: Flask, client: FlaskClient, shop: Shop, monkeypatch, frozen) -> None:
    monkeypatch.setitem(app.config, "MINIMUM_FILL_SECONDS", 2)
    form = a_form(shop)
    refused = client.post(page_of(shop), data=form)
    assert (refused.status_code, entries()) == (422, [])
    assert soup(refused).select_one("input[name=form]")["value"] == form["form"]
    frozen.shift(timedelta(seconds=3))
    assert client.post(page_of(shop), data=form).status_code == 303


def test_what_is_free_is_shown_in_place_of_a_list(client: FlaskClient, shop: Shop) -> None:
    answer = client.post(page_of(shop), data=a_form(shop, until_on="2027-03-03"))
    assert answer.status_code == 409
    page = soup(answer)
    links = [it["href"] for it in page.select(".next-free-list a")]
    assert "start=2027-03-03T09:00:00%2B01:00" in links[0]
    assert page.select_one("#name")["value"] == "Grace Hopper"
    chosen = soup(client.get(links[0]))
    assert chosen.select_one("input[name=start][checked]")["value"] == "2027-03-03T09:00:00+01:00"


def test_a_business_that_is_closed_has_no_list(client: FlaskClient, shop: Shop) -> None:
    shop.business.status = "draft"
    assert client.get(page_of(shop)).status_code == 404
    assert client.post(page_of(shop), data=a_form(shop)).status_code == 404


def test_a_link_that_was_altered_revoked_or_made_for_something_else_leads_nowhere(
    client: FlaskClient, shop: Shop
) -> None:
    entry, offer, _address = an_offer(shop)
    own = entry_token(entry)
    booking = a_booking(shop, berlin("2027-03-03 09:00"))
    wrong = [
        own[:-1] + ("A" if own[-1] != "A" else "B"),
        receipt_token(booking),
        "x",
        hold_token(a_hold(shop, berlin("2027-03-03 10:00"))),
    ]
    entry.link_version = 1
    db.session.flush()
    for token in [own, *wrong]:
        for path in ("", "/wish", f"/offers/{offer.id}"):
            assert client.get(f"/waitlist/{token}{path}").status_code == 404, (token, path)
        for path in ("/wish", "/removal", f"/offers/{offer.id}", f"/offers/{offer.id}/refusal"):
            assert client.post(f"/waitlist/{token}{path}").status_code == 404, (token, path)
    assert client.get(f"/bookings/{own}/earlier").status_code == 404
    db.session.refresh(offer)
    assert offer.status == "open"


def test_an_offer_of_somebody_else_is_nowhere(client: FlaskClient, shop: Shop) -> None:
    _entry, offer, _address = an_offer(shop)
    other = waits(shop)
    for path in ("", "/refusal"):
        assert client.post(f"/waitlist/{entry_token(other)}/offers/{offer.id}{path}").status_code == 404
    assert client.get(f"/waitlist/{entry_token(other)}/offers/{2**63}").status_code == 404


def test_looking_at_it_thrice_changes_nothing_and_taking_it_books(client: FlaskClient, shop: Shop) -> None:
    entry, _offer, address = an_offer(shop)
    for _ in range(3):
        page = client.get(address)
        assert page.status_code == 200
        client.get(f"/waitlist/{entry_token(entry)}")
    assert offers(entry) == [("open", berlin("2027-03-02 11:00"))]
    words = soup(page).select_one("main").get_text(" ", strip=True)
    assert "It is kept for you until 12:00: that is 2 h." in words.replace("11:00", "12:00")
    assert "Maya" in words
    answers = [client.post(address) for _ in range(2)]
    assert [it.status_code for it in answers] == [303, 303]
    receipt = client.get(answers[0].location)
    assert "You are booked, Grace Hopper" in receipt.text
    assert client.get(address).status_code == 303
    assert "You have your place" in client.get(f"/waitlist/{entry_token(entry)}").text
    told = [it.kind for it in db.session.query(Notification).filter_by(recipient="grace@example.com")]
    assert sorted(told) == ["booking_confirmed", "waitlist_joined", "waitlist_offer"]


def test_what_the_business_asks_is_asked_before_it_is_taken(client: FlaskClient, shop: Shop) -> None:
    question = ask(
        shop.business.id, QuestionWish("Any allergies?", required=True), by=SYSTEM, now=clock.now()
    )
    entry, _offer, address = an_offer(shop)
    refused = client.post(address)
    assert refused.status_code == 422
    assert "Please answer this question." in refused.text
    assert client.post(address, data={f"question-{question.id}": "Cats"}).status_code == 303
    booking = db.session.query(Booking).filter_by(customer_id=entry.customer_id, status="confirmed").one()
    assert booking.answers[str(question.id)]["answer"] == "Cats"


def test_not_this_one_keeps_them_on_the_list(client: FlaskClient, shop: Shop) -> None:
    entry, _offer, address = an_offer(shop)
    answer = client.post(f"{address}/refusal")
    assert answer.status_code == 303
    assert "You are on the list" in client.get(answer.location).text
    assert client.get(address).status_code == 410
    assert client.post(address).status_code == 410
    db.session.refresh(entry)
    assert entry.status == "waiting"


def test_nobody_floods_a_mailbox_by_declining_one_time_after_another(
    client: FlaskClient, shop: Shop, counting, monkeypatch
) -> None:
    monkeypatch.setattr(ending, "DECLINED", "1/hour")
    entry, _offer, address = an_offer(shop)
    cancel(shop.business, of_hour(shop, 14), by=VISITOR, now=clock.now())
    assert client.post(f"{address}/refusal").status_code == 303
    second = open_offer(entry)
    assert second is not None
    again = f"/waitlist/{entry_token(entry)}/offers/{second.id}/refusal"
    assert client.post(again).status_code == 429
    assert open_offer(entry).id == second.id


def test_an_answer_that_comes_too_late_is_told_so(client: FlaskClient, shop: Shop, frozen) -> None:
    from app.appointments.jobs import expire_holds

    entry, _offer, address = an_offer(shop)
    frozen.shift(timedelta(hours=3))
    # Nobody needed it meanwhile.
    assert "if nobody else has it" in client.get(address).text
    expire_holds()
    answer = client.post(address)
    assert answer.status_code == 410
    assert "offered to the next in line" in answer.text
    assert "still on the list" in answer.text
    assert entry.customer_id


def test_leaving_twice_is_leaving(client: FlaskClient, shop: Shop) -> None:
    entry = waits(shop)
    address = f"/waitlist/{entry_token(entry)}"
    for _ in range(2):
        assert client.post(f"{address}/removal").status_code == 303
    assert "You are off the list" in client.get(address).text
    wish = a_form(shop, until_on="2027-03-02")
    assert client.post(f"{address}/wish", data=wish).status_code == 409


def test_a_wish_is_changed_on_a_page_of_its_own(client: FlaskClient, shop: Shop) -> None:
    entry = waits(shop, weekdays=0b0000010, from_min=600, until_min=720)
    address = f"/waitlist/{entry_token(entry)}"
    page = soup(client.get(f"{address}/wish"))
    assert [it["value"] for it in page.select("input[name=weekdays][checked]")] == ["1"]
    assert page.select_one("input[name=time][checked]")["value"] == "other"
    assert (page.select_one("#from_at")["value"], page.select_one("#until_at")["value"]) == ("10:00", "12:00")
    refused = client.post(f"{address}/wish", data=a_form(shop, from_on=""))
    assert refused.status_code == 422
    changed = client.post(f"{address}/wish", data=a_form(shop, time="morning", weekdays=["1", "3"]))
    assert changed.status_code == 303
    db.session.refresh(entry)
    assert (entry.weekdays, entry.from_min, entry.until_min) == (0b0001010, 0, 720)


def test_somebody_booked_is_told_of_something_earlier(client: FlaskClient, shop: Shop) -> None:
    a_full_day(shop, "2027-03-01", range(11, 18))
    theirs = db.session.query(Booking).filter_by(contact_email="guest15@example.com")
    booking = theirs.order_by(Booking.local_start.desc()).first()
    token = receipt_token(booking)
    link = f"/bookings/{token}/earlier"
    assert soup(client.get(f"/bookings/{token}")).select_one(f'a[href="{link}"]')
    page = soup(client.get(link))
    assert page.select_one("#service") is None
    form = {"service": shop.service.id, "staff": "any", "places": 1, "time": "any"}
    assert client.post(link, data=form | {"from_on": "", "until_on": ""}).status_code == 422
    answer = client.post(link, data=form | {"from_on": "2027-03-02", "until_on": "2027-03-02"})
    assert answer.status_code == 303
    assert "An earlier time instead of what you have booked" in client.get(answer.location).text
    [entry] = entries()
    assert entry.booking_id == booking.id


def test_nobody_floods_a_mailbox_by_wishing_for_something_earlier(
    client: FlaskClient, shop: Shop, counting, monkeypatch
) -> None:
    monkeypatch.setattr(limiting, "CHANGES_PER_VISIT", "1/hour")
    link = f"/bookings/{receipt_token(of_hour(shop, 15))}/earlier"
    data = {"from_on": "2027-03-02", "until_on": "2027-03-02", "time": "morning"}
    assert client.post(link, data=data).status_code == 303
    refused = client.post(link, data=data | {"time": "afternoon"})
    assert refused.status_code == 429
    assert "That was tried too often" in refused.text


@pytest.mark.parametrize(("hours_before", "is_said"), [(2, False), (72, True)])
def test_who_cannot_change_it_any_more_once_it_is_taken_reads_so_before(
    client: FlaskClient, shop: Shop, hours_before: int, is_said: bool
) -> None:
    shop.business.change_until_min = hours_before * 60
    _entry, _offer, address = an_offer(shop)
    assert ("it can no longer be moved or cancelled online" in client.get(address).text) is is_said


def test_what_was_promised_with_a_booking_counts_for_an_earlier_time(client: FlaskClient, shop: Shop) -> None:
    booking = a_booking(shop, berlin("2027-03-03 09:00"), "mover@example.com")
    entry, _offer, address = an_offer(shop)
    entry.booking_id = booking.id
    shop.business.change_until_min = 72 * 60
    db.session.flush()
    page = client.get(address).text
    assert "It does not count as one of your own moves." in page
    assert "it can no longer be moved or cancelled online" not in page


def test_a_visit_of_several_parts_is_not_moved_to_an_earlier_place(client: FlaskClient, shop: Shop) -> None:
    one = a_booking(shop, berlin("2027-03-03 09:00"))
    other = a_booking(shop, berlin("2027-03-03 10:00"))
    other.visit = one.visit
    db.session.flush()
    assert "/earlier" not in client.get(f"/bookings/{receipt_token(one)}").text
    assert client.get(f"/bookings/{receipt_token(one)}/earlier").status_code == 404


def test_the_line_of_members_shows_who_waits_and_what_they_were_offered(app: Flask, shop: Shop) -> None:
    an_offer(shop)
    waits(shop, name="Niko Papadopoulos", from_min=600, until_min=660)
    owner = signed_in(app, a_membership(shop.business).user)
    rows = [it.get_text(" ", strip=True) for it in soup(owner.get(manage(shop))).select(".rows .row")]
    assert "Grace Hopper" in rows[0]
    assert "Tue 2 Mar 11:00, kept until 12:00" in rows[0]
    assert "Niko Papadopoulos" in rows[1]
    assert "Between 10:00 and 11:00" in rows[1]


def manage(shop: Shop) -> str:
    return f"/manage/{shop.business.slug}/waitlist"


def test_nobody_waits_and_the_page_says_how_it_works(app: Flask, shop: Shop) -> None:
    owner = signed_in(app, a_membership(shop.business).user)
    assert "Nobody waits" in owner.get(manage(shop)).text


def test_what_became_of_an_offer_is_said_in_the_language_of_each_reader(app: Flask, shop: Shop) -> None:
    an_offer(shop)
    for language, words in (("en-GB", "Offered"), ("de", "Angeboten"), ("en-GB", "Offered")):
        membership = a_membership(shop.business)
        membership.user.language = language
        tags = soup(signed_in(app, membership.user).get(manage(shop))).select(".row-tags .tag")
        assert [it.get_text(strip=True) for it in tags] == [words]


def test_a_longer_list_takes_no_more_statements(app: Flask, shop: Shop, queries) -> None:
    owner = signed_in(app, a_membership(shop.business).user)
    waits(shop)
    owner.get(manage(shop))
    counts = []
    for more in (0, 8):
        for _ in range(more):
            waits(shop)
        with queries() as seen:
            owner.get(manage(shop))
        counts.append(len(seen))
    assert counts[1] <= counts[0]


def test_staff_see_who_could_come_to_them_and_order_nobody(app: Flask, shop: Shop) -> None:
    other = add_service(shop.business.id, "Colour", minutes=60, price_cents=100)
    entry, hidden = waits(shop), waits(shop, name="Somebody Else")
    hidden.service_id = other.id
    staff = a_membership(shop.business, "staff")
    shop.person.user_id = staff.user_id
    db.session.flush()
    browser = signed_in(app, staff.user)
    page = browser.get(manage(shop)).text
    assert "Grace Hopper" in page
    assert "Somebody Else" not in page
    assert "Remove" not in page
    assert browser.post(f"{manage(shop)}/{entry.id}/position", data={"move": "down"}).status_code == 403
    form = a_form(shop, form=None, key="k" * 22, email="new@example.com")
    assert browser.post(manage(shop), data=form).status_code == 303
    assert browser.post(manage(shop), data=form | {"service": other.id}).status_code == 422


def test_the_order_is_changed_step_by_step(app: Flask, shop: Shop) -> None:
    first, second, third = waits(shop), waits(shop), waits(shop)
    owner = signed_in(app, a_membership(shop.business).user)
    assert owner.post(f"{manage(shop)}/{third.id}/position", data={"move": "up"}).status_code == 303
    owner.post(f"{manage(shop)}/{third.id}/position", data={"move": "up"})
    owner.post(f"{manage(shop)}/{third.id}/position", data={"move": "up"})
    order = sorted(entries(), key=lambda it: (it.position, it.id))
    assert [it.id for it in order] == [third.id, first.id, second.id]
    last = waits(shop)
    assert max(entries(), key=lambda it: (it.position, it.id)).id == last.id


def test_others_keep_their_place_when_two_of_a_service_change_theirs(app: Flask, shop: Shop) -> None:
    one, between, two = waits(shop), waits(shop), waits(shop)
    between.service_id = add_service(shop.business.id, "Colour", minutes=60, price_cents=100).id
    db.session.flush()
    owner = signed_in(app, a_membership(shop.business).user)
    owner.post(f"{manage(shop)}/{two.id}/position", data={"move": "up"})
    order = sorted(entries(), key=lambda it: (it.position, it.id))
    assert [it.id for it in order] == [two.id, between.id, one.id]


@pytest.mark.parametrize("tell", [True, False])
def test_somebody_is_taken_off_and_told_or_not(app: Flask, shop: Shop, tell: bool) -> None:
    entry = waits(shop)
    owner = signed_in(app, a_membership(shop.business).user)
    address = f"{manage(shop)}/{entry.id}/removal"
    assert owner.get(address).status_code == 200
    assert owner.post(address, data={"tell": "y"} if tell else {"csrf_token": ""}).status_code == 303
    db.session.refresh(entry)
    assert entry.status == "left"
    told = db.session.query(Notification).filter_by(kind="waitlist_removed").count()
    assert told == tell


def test_a_member_writes_down_a_customer_they_know(app: Flask, shop: Shop) -> None:
    owner = signed_in(app, a_membership(shop.business).user)
    known = db.session.query(Customer).filter_by(email="guest9@example.com").one()
    found = soup(owner.get(f"{manage(shop)}/new?q=olivia"))
    assert found.select(f'a[href$="customer={known.id}"]')
    page = soup(owner.get(f"{manage(shop)}/new?customer={known.id}"))
    assert page.select_one("input[name=customer]")["value"] == str(known.id)
    form = a_form(shop, form=None, name=None, email=None, customer=known.id, key="k" * 22)
    assert owner.post(manage(shop), data=form).status_code == 303
    [entry] = entries()
    assert entry.customer_id == known.id


@pytest.mark.parametrize(("left_out", "wrong"), [("email", "phone"), ("name", "name")])
def test_whoever_is_written_down_has_a_name_and_can_be_reached(
    app: Flask, shop: Shop, left_out: str, wrong: str
) -> None:
    owner = signed_in(app, a_membership(shop.business).user)
    refused = owner.post(manage(shop), data=a_form(shop, form=None, key="k" * 22, **{left_out: None}))
    assert refused.status_code == 422
    assert soup(refused).select_one(f"#{wrong}-error")
    assert not entries()


def test_a_member_offers_or_books_a_time_by_hand(app: Flask, shop: Shop) -> None:
    entry, other = waits(shop), waits(shop)
    for it in (entry, other):
        it.until_on = TUESDAY + timedelta(1)
    db.session.flush()
    owner = signed_in(app, a_membership(shop.business).user)
    address = f"{manage(shop)}/{entry.id}"
    times = [it["value"] for it in soup(owner.get(f"{address}/offers/new")).select("input[name=start]")]
    assert times[0] == "2027-03-03T09:00:00+01:00"
    assert owner.post(f"{address}/offers", data={"start": "x"}).status_code == 422
    assert owner.post(f"{address}/offers", data={"start": times[0]}).status_code == 303
    assert offers(entry) == [("open", berlin("2027-03-03 09:00"))]
    assert owner.post(f"{address}/offers", data={"start": times[-1]}).status_code == 409
    another = f"{manage(shop)}/{other.id}"
    assert owner.post(f"{another}/booking", data={"start": times[0]}).status_code == 409
    assert owner.post(f"{another}/booking", data={"start": times[-1]}).status_code == 303
    db.session.refresh(other)
    assert other.status == "booked"
    [offer] = db.session.query(WaitlistOffer).all()
    assert owner.post(f"{address}/offers/{offer.id}/withdrawal").status_code == 303
    db.session.refresh(offer)
    assert offer.status == "withdrawn"


def test_an_entry_of_another_business_is_nowhere(app: Flask, shop: Shop) -> None:
    entry = waits(shop)
    elsewhere = a_membership(a_business("elsewhere"))
    browser = signed_in(app, elsewhere.user)
    for path in ("removal", "offers/new"):
        assert browser.get(f"/manage/elsewhere/waitlist/{entry.id}/{path}").status_code == 404
    for path in ("removal", "position", "offers", "booking"):
        data = {"move": "up", "start": "2027-03-03T09:00:00+01:00"}
        assert browser.post(f"/manage/elsewhere/waitlist/{entry.id}/{path}", data=data).status_code == 404


def test_the_page_of_the_business_leads_to_the_list(client: FlaskClient, shop: Shop) -> None:
    page = soup(client.get(f"/b/{shop.business.slug}/"))
    assert page.select_one(f'a[href="{page_of(shop)}"]')


def test_search_engines_stay_away_from_the_pages_of_one_customer(client: FlaskClient) -> None:
    assert "Disallow: /waitlist/" in client.get("/robots.txt").text
