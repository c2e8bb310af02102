"""The mails to those who wait: parsed by a mail library, wanted only as long as they are true."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.models import Customer
from app.notifications.claiming import claim
from app.notifications.composing import compose
from app.notifications.kinds import find_kind
from app.notifications.models import MessageWording, Notification
from app.notifications.wording import unknown_words, wording_of
from app.waitlist.ending import decline, leave
from app.waitlist.managing import remove
from tests.factories import ANNA, Shop, a_shop, berlin
from tests.notifications.messages import messages_of
from tests.notifications.post import read
from tests.waitlist.test_routes import an_offer
from tests.waitlist.waiting import a_full_day, offer_of, offers, waits

pytestmark = pytest.mark.usefixtures("frozen")
KINDS = ("waitlist_joined", "waitlist_offer", "waitlist_removed")


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


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_our_words_use_only_what_is_filled_in(app: Flask, kind: str, channel: str) -> None:
    wording = wording_of(None, kind, channel, "en-GB")
    known = find_kind(kind).fills
    assert unknown_words(f"{wording.subject or ''} {wording.body}", known) == []


def test_what_is_filled_in_is_all_that_the_editor_offers(shop: Shop) -> None:
    an_offer(shop)
    row = last(shop, "waitlist_offer")
    letter = find_kind("waitlist_offer").words(row)
    assert letter.fills.keys() == find_kind("waitlist_offer").fills.keys()
