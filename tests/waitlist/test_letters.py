"""The mails to those who wait: parsed by a mail library, wanted only as long as they are true."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.appointments.cancelling import cancel
from app.appointments.models import Booking
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.customers.models import Customer
from app.notifications.claiming import claim
from app.notifications.composing import compose
from app.notifications.doubting import doubts_about
from app.notifications.kinds import find_kind
from app.notifications.models import MessageSettings, MessageWording, Notification
from app.notifications.wording import worded, wording_of
from app.waitlist.ending import decline, leave
from app.waitlist.finding import entry_token
from app.waitlist.joining import write_down
from app.waitlist.managing import remove
from app.waitlist.models import WaitlistEntry
from app.waitlist.wishes import Wanted
from tests.factories import ANNA, Shop, a_shop, berlin
from tests.notifications.messages import messages_of
from tests.notifications.post import read
from tests.waitlist.test_routes import an_offer
from tests.waitlist.waiting import TUESDAY, a_full_day, offer_of, offers, waits

pytestmark = pytest.mark.usefixtures("frozen")
KINDS = ("waitlist_joined", "waitlist_full", "waitlist_offer", "waitlist_withdrawn", "waitlist_removed")


@pytest.fixture
def shop(app: Flask) -> Shop:
    shop = a_shop(minutes=60)
    a_full_day(shop)
    return shop


def last(shop: Shop, kind: str) -> Notification:
    return [it for it in messages_of(shop.business.id) if it.kind == kind][-1]


def mail_of(row: Notification):
    row.message_id = f"<{row.id}@daybook.example>"
    db.session.flush()
    return read(compose(row, find_kind(row.kind).words(row)))


def texts(mail) -> tuple[str, str]:
    return tuple(str(mail.get_body((it,)).get_content()) for it in ("plain", "html"))


def test_an_offer_says_what_when_and_until_when(shop: Shop) -> None:
    _entry, _offer, address = an_offer(shop)
    mail = mail_of(last(shop, "waitlist_offer"))
    assert mail["subject"] == "It came free: Haircut, Tuesday 2 March, 11:00"
    assert [it.addr_spec for it in mail["to"].addresses] == ["grace@example.com"]
    for text in texts(mail):
        assert "until 12:00" in text
        assert "Tuesday 2 March 2027" in text
        assert address in text
        assert "{" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)


def test_every_link_of_every_mail_can_be_fetched_thrice_and_changes_nothing(
    client: FlaskClient, shop: Shop
) -> None:
    entry, offer, _address = an_offer(shop)
    for kind in ("waitlist_joined", "waitlist_offer"):
        for text in texts(mail_of(last(shop, kind))):
            links = re.findall(r"https?://[^/\s\"<]+(/waitlist/[^\s\"<]+)", text)
            assert links
            for link in links * 3:
                assert client.get(link).status_code == 200
    assert (offers(entry), offer_of(entry).id) == ([("open", berlin("2027-03-02 11:00"))], offer.id)


def test_a_removal_has_no_button_and_nothing_to_leave(shop: Shop) -> None:
    entry = waits(shop)
    remove(shop.business, entry, tell=True, by=ANNA, now=clock.now())
    for text in texts(mail_of(last(shop, "waitlist_removed"))):
        assert "off the list" in text
        assert "/waitlist/" not in text


def give_back(shop: Shop) -> None:
    """Whoever has eleven o'clock cancels."""
    those = db.session.query(Booking).filter_by(business_id=shop.business.id)
    eleven = berlin("2027-03-02 11:00").replace(tzinfo=None)
    booking = those.filter(Booking.local_start == eleven, Booking.status == "confirmed").one()
    cancel(shop.business, booking, by=VISITOR, now=clock.now())


def why_not(row: Notification) -> str | None:
    claimed = claim(row.id, clock.now(), "daybook.example")
    db.session.refresh(row)
    return None if claimed and claimed.status == "claimed" else row.last_error


def test_an_offer_that_is_over_is_not_sent(shop: Shop) -> None:
    _entry, offer, _address = an_offer(shop)
    decline(shop.business, offer, by=VISITOR, now=clock.now())
    assert why_not(last(shop, "waitlist_offer")) == "The offer was over before it was sent."


def test_who_left_or_was_erased_is_told_nothing(shop: Shop) -> None:
    left, erased, stays = waits(shop), waits(shop), waits(shop)
    leave(shop.business, left, by=VISITOR, now=clock.now())
    db.session.get_one(Customer, (shop.business.id, erased.customer_id)).erased_at = clock.now()
    db.session.flush()
    rows = {it.subject_id: it for it in messages_of(shop.business.id) if it.kind == "waitlist_joined"}
    assert why_not(rows[left.id]) == "They are not on the list any more."
    assert why_not(rows[erased.id]) == "The customer was erased."
    assert why_not(rows[stays.id]) is None


def test_a_removal_is_not_told_to_who_is_back(shop: Shop) -> None:
    entry = waits(shop)
    remove(shop.business, entry, tell=True, by=ANNA, now=clock.now())
    entry.status, entry.ended_at = "waiting", None
    db.session.flush()
    assert why_not(last(shop, "waitlist_removed")) == "They are on the list."


def test_a_business_words_it_in_its_own_way(shop: Shop) -> None:
    own = "Psst, {customer_name}: {service}, {time}. {{7*7}} {unknown}"
    db.session.add(
        MessageWording(
            business_id=shop.business.id,
            kind="waitlist_offer",
            channel="email",
            language="en-GB",
            subject="Psst: {service}",
            body=own,
            updated_at=clock.now(),
        )
    )
    an_offer(shop)
    mail = mail_of(last(shop, "waitlist_offer"))
    assert mail["subject"] == "Psst: Haircut"
    for text in texts(mail):
        assert "Psst, Grace Hopper: Haircut, Tuesday 2 March, 11:00. {{7*7}} {unknown}" in text


def texting(shop: Shop, limit: int = 100) -> None:
    """The business sends so many text messages a month."""
    db.session.add(MessageSettings(business_id=shop.business.id, sms_limit=limit))
    db.session.flush()


def offered_by(shop: Shop) -> list[tuple[str, str]]:
    """(channel, recipient) of the messages about offers."""
    rows = [it for it in messages_of(shop.business.id) if it.kind == "waitlist_offer"]
    return sorted((it.channel, it.recipient) for it in rows)


def with_phone(shop: Shop, email: str | None, phone: str = "+493055501420") -> WaitlistEntry:
    """Eleven o'clock is offered to somebody with a phone."""
    entry = waits(shop)
    entry.contact_email, entry.contact_phone = email, phone
    db.session.flush()
    give_back(shop)
    return entry


def test_an_offer_goes_by_mail_and_by_text_where_the_business_sends_texts(shop: Shop) -> None:
    texting(shop)
    with_phone(shop, "grace@example.com")
    assert offered_by(shop) == [("email", "grace@example.com"), ("sms", "+493055501420")]


def test_both_ways_are_one_offer_and_say_so(shop: Shop) -> None:
    texting(shop)
    entry = with_phone(shop, "grace@example.com")
    [mail, text] = [it for it in messages_of(shop.business.id) if it.kind == "waitlist_offer"]
    address = f"/waitlist/{entry_token(entry)}/offers/{offer_of(entry).id}"
    said = worded(text, find_kind("waitlist_offer").words(text)).body
    assert "Haircut, Tuesday 2 March, 11:00" in said
    assert address in said
    for part in texts(mail_of(mail)):
        assert "It is one offer: answer it once, here or there." in part
        assert address in part


def test_an_offer_that_goes_by_mail_alone_speaks_of_no_text(shop: Shop) -> None:
    with_phone(shop, "grace@example.com")
    assert offered_by(shop) == [("email", "grace@example.com")]
    for part in texts(mail_of(last(shop, "waitlist_offer"))):
        assert "text message" not in part


def test_once_it_is_answered_neither_way_brings_it_any_more(shop: Shop) -> None:
    texting(shop)
    entry = with_phone(shop, "grace@example.com")
    decline(shop.business, offer_of(entry), by=VISITOR, now=clock.now())
    rows = [it for it in messages_of(shop.business.id) if it.kind == "waitlist_offer"]
    assert [why_not(it) for it in rows] == ["The offer was over before it was sent."] * 2


def test_whoever_wants_no_offers_by_text_has_the_mail_alone(shop: Shop) -> None:
    texting(shop)
    entry = waits(shop, email="grace@example.com")
    entry.contact_phone = "+493055501420"
    db.session.get_one(Customer, (shop.business.id, entry.customer_id)).unwanted = ["offer:sms"]
    db.session.flush()
    give_back(shop)
    assert offered_by(shop) == [("email", "grace@example.com")]


def test_whoever_has_no_address_is_told_everything_by_text(shop: Shop) -> None:
    texting(shop)
    contact = Contact("Grace Hopper", None, "+493055501420")
    wanted = Wanted(shop.service.id, TUESDAY, TUESDAY)
    entry = write_down(shop.business, wanted, contact, key="a" * 16, by=ANNA, now=clock.now())
    give_back(shop)
    remove(shop.business, entry, tell=True, by=ANNA, now=clock.now())
    told = [(it.kind, it.channel) for it in messages_of(shop.business.id) if it.kind in KINDS]
    assert told == [("waitlist_joined", "sms"), ("waitlist_offer", "sms"), ("waitlist_removed", "sms")]


def test_a_text_at_night_waits_for_the_morning_and_the_mail_does_not(shop: Shop, frozen) -> None:
    texting(shop)
    frozen.move_to("2027-03-01 23:30:00+01:00")
    entry = with_phone(shop, "grace@example.com")
    assert offer_of(entry).expires_at == berlin("2027-03-02 09:30")
    mail, text = (it for it in messages_of(shop.business.id) if it.kind == "waitlist_offer")
    assert (why_not(mail), why_not(text)) == (None, "It waits for the end of the quiet hours.")
    assert text.send_at == berlin("2027-03-02 08:00")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_our_words_use_only_what_is_filled_in(app: Flask, kind: str, channel: str) -> None:
    wording = wording_of(None, kind, channel, "en-GB")
    assert doubts_about(wording, find_kind(kind).fills) == []


def test_what_is_filled_in_is_all_that_the_editor_offers(shop: Shop) -> None:
    an_offer(shop)
    row = last(shop, "waitlist_offer")
    letter = find_kind("waitlist_offer").words(row)
    assert letter.fills.keys() == find_kind("waitlist_offer").fills.keys()
