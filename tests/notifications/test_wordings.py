"""The editor of a business's own words."""

import pytest
from bs4 import BeautifulSoup
from flask_babel import force_locale
from sqlalchemy import select

from app.appointments import wordings
from app.audit.models import AuditEvent
from app.core import clock
from app.core.db import db
from app.notifications import kinds
from app.notifications.composing import compose
from app.notifications.doubting import doubts_about
from app.notifications.jobs import deliver_due
from app.notifications.kinds import Fill, Letter, Wording, find_kind, kinds_with_wordings
from app.notifications.models import MessageSettings, MessageWording, Notification
from app.notifications.rewording import Place, find_own, version_of
from tests.factories import a_booking, a_business, a_membership, a_shop, a_user, signed_in
from tests.notifications.messages import AT, messages_of
from tests.notifications.post import read
from tests.reading import boxes, error, soup, words

pytestmark = pytest.mark.usefixtures("frozen")
MAIL, TEXT = ("booking_confirmed", "email", "en-GB"), ("booking_confirmed", "sms", "de")
TYPED = {"subject": "Hello {customer_name}", "body": "Dear {customer_name}\n\nsee you on {date} at {time}."}


@pytest.fixture
def shop(app):
    return a_shop()


@pytest.fixture
def business(shop):
    return shop.business


@pytest.fixture
def browser(app, business):
    user = a_user("ana@example.com", "Ana", email_checked_at=clock.now())
    return signed_in(app, a_membership(business, "manager", user).user)


def page_of(business, place=None, more=""):
    return "/".join(["/manage", business.slug, "settings/wordings", *(place or ())]) + more


def own(business, place=MAIL):
    return find_own(business.id, Place(*place))


def save(browser, business, place=MAIL, **fields):
    typed = TYPED if place[1] == "email" else {"body": "See you {date}"}
    seen = {"seen": version_of(own(business, place))}
    return browser.post(page_of(business, place), data=seen | typed | fields)


def events(business):
    return list(
        db.session.scalars(select(AuditEvent).filter_by(business_id=business.id, subject_kind="wording"))
    )


def text_of(page):
    """What is read of a page of a mail."""
    return " ".join(BeautifulSoup(page, "html.parser").body.get_text(" ").split())


def html_of(body):
    return read(body).get_body(("html",)).get_content()


def test_every_kind_is_listed_with_its_words_in_every_language_the_own_one_first(app, browser, business):
    business.language = "de"
    page = soup(browser.get(page_of(business)))
    titles = [words(it) for it in page.select(".wording-kind-title")]
    with force_locale("de"):
        assert titles == [str(it.title) for it in kinds_with_wordings().values()]
    assert "Buchung bestätigt" in titles
    languages = [it["lang"] for it in page.select(".wording-kind:first-of-type .wording-language")]
    assert languages == ["de", "en-GB", "en-US"] * 2
    assert {words(it) for it in page.select(".wording-state")} == {"Unser Text"}


def test_the_list_says_who_changed_words_and_when(app, browser, business, frozen):
    save(browser, business)
    frozen.shift(3 * 24 * 3600)
    later = signed_in(app, a_membership(business, "manager").user)
    page = soup(later.get(page_of(business)))
    [state] = {words(it) for it in page.select(".wording-state")} - {"Our words"}
    assert state == "Your words changed 3 days ago by Ana"


def test_the_list_takes_no_more_questions_with_more_words(app, browser, business, queries):
    browser.get(page_of(business))
    with queries() as few:
        browser.get(page_of(business))
    save(browser, business), save(browser, business, TEXT)
    with queries() as more:
        browser.get(page_of(business))
    assert len(few) == len(more)


def test_the_editor_shows_our_words_and_the_words_to_fill_in(app, browser, business):
    page = soup(browser.get(page_of(business, MAIL)))
    assert page.select_one("#subject")["value"] == "Booked: {booking}"
    assert page.select_one("#body").text.strip().startswith("You are booked, {customer_name}")
    assert [it.text for it in page.select(".fill-name")] == [f"{{{it}}}" for it in wordings.FILLS]
    assert business.name in {it.text for it in page.select(".fill-sample")}
    assert page.select_one("iframe")["sandbox"] in ("", [])


def test_words_are_kept_and_written_down(app, browser, business):
    answer = save(browser, business)
    assert (answer.status_code, answer.location) == (303, page_of(business, MAIL))
    row = own(business)
    assert (row.subject, row.body) == (TYPED["subject"], TYPED["body"])
    [event] = events(business)
    assert event.action == "wording.changed"
    assert event.changes["subject"] == [None, TYPED["subject"]]
    assert event.changes["body"] == [None, TYPED["body"]]
    assert "Saved." in boxes(browser.get(page_of(business, MAIL)))


@pytest.mark.parametrize(
    "place",
    [
        ("nothing", "email", "de"),
        ("booking_new", "email", "de"),
        ("wording_test", "email", "de"),
        ("booking_confirmed", "email", "fr"),
        ("booking_confirmed", "email", "DE"),
        ("booking_confirmed", "pigeon", "de"),
    ],
)
def test_words_that_no_message_has_are_not_found(app, browser, business, place):
    assert browser.get(page_of(business, place)).status_code == 404
    for more in ("", "/preview", "/reading", "/test", "/removal", "/return"):
        assert browser.post(page_of(business, place, more), data=TYPED).status_code == 404
    assert db.session.scalars(select(MessageWording)).all() == []


def test_only_mails_are_drawn_in_a_frame(app, browser, business):
    assert browser.get(page_of(business, TEXT, "/preview")).status_code == 404
    answer = browser.get(page_of(business, MAIL, "/preview"))
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    page = browser.get(page_of(business, MAIL))
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"subject": " \u200b "}, "subject", "Please type a subject."),
        ({"subject": "a" * 151}, "subject", "Please use at most 150 characters."),
        ({"body": ""}, "body", "Please type a text."),
        ({"body": " \n\u2028 "}, "body", "Please type a text."),
        ({"body": "a" * 5001}, "body", "Please use at most 5,000 characters."),
    ],
)
def test_what_is_missing_or_too_long_is_said_beside_it_and_what_was_typed_stays(
    app, browser, business, fields, field, said
):
    answer = save(browser, business, **fields)
    assert (answer.status_code, error(answer, field)) == (422, said)
    assert own(business) is None
    if field == "body":
        assert soup(answer).select_one("#subject")["value"] == TYPED["subject"]


def test_a_text_message_has_600_characters_and_no_subject(app, browser, business):
    assert save(browser, business, TEXT, body="a" * 601, subject="x").status_code == 422
    assert save(browser, business, TEXT, body="a" * 600, subject="x").status_code == 303
    assert (own(business, TEXT).subject, len(own(business, TEXT).body)) == (None, 600)
    assert soup(browser.get(page_of(business, TEXT))).select_one("#subject") is None


def test_control_characters_are_left_out_and_a_subject_is_one_line(app, browser, business, shop):
    subject = "Hi\r\nBcc: all@example.com\x00\x1b you"
    assert save(browser, business, subject=subject, body="One\r\n\r\nTwo\x07").status_code == 303
    assert (own(business).subject, own(business).body) == ("Hi Bcc: all@example.com you", "One\n\nTwo")
    a_booking(shop, AT)
    [row] = messages_of(business.id)
    mail = read(compose(row, find_kind(row.kind).words(row)))
    assert mail["subject"] == "Hi Bcc: all@example.com you"
    assert "Bcc" not in mail


def test_a_word_we_do_not_know_is_kept_only_by_whoever_says_so(app, browser, business):
    typed = {"body": "Dear {nmae}, {{7*7}}{booking.__class__} {customer_name}"}
    answer = save(browser, business, **typed)
    assert answer.status_code == 422
    assert own(business) is None
    said = [words(it) for it in soup(answer).select("#doubts p")]
    assert said == [
        "{nmae} is no word we know, and would be sent as it stands. Did you mean {customer_name}?",
        "{7*7} is no word we know, and would be sent as it stands.",
        "{booking.__class__} is no word we know, and would be sent as it stands.",
    ]
    assert soup(answer).select_one("#body").text.strip() == typed["body"]
    assert soup(answer).select_one("#anyway") is not None
    assert save(browser, business, anyway="y", **typed).status_code == 303
    assert own(business).body == typed["body"]


LITERAL = "{{7*7}}{booking.__class__}<script>alert(1)</script>{{ config }}{% raw %}"


def test_code_and_markup_are_shown_as_they_were_typed_wherever_they_appear(app, browser, business, shop):
    fields = {"subject": LITERAL, "body": f"{LITERAL}\n\n{LITERAL} and more", "anyway": "y"}
    preview = browser.post(page_of(business, MAIL, "/preview"), data=fields)
    reading = browser.post(page_of(business, MAIL, "/reading"), data=fields, headers={"HX-Request": "true"})
    assert save(browser, business, **fields).status_code == 303
    a_booking(shop, AT)
    [row] = messages_of(business.id)
    mail = read(compose(row, find_kind(row.kind).words(row)))
    pages = {
        "preview": preview.text,
        "kept": browser.get(page_of(business, MAIL, "/preview")).text,
        "reading": reading.text,
        "editor": browser.get(page_of(business, MAIL)).text,
        "mail": mail.get_body(("html",)).get_content(),
    }
    for name, page in pages.items():
        assert "alert(1)" not in [it.text for it in BeautifulSoup(page, "html.parser").select("script")], name
        assert LITERAL in BeautifulSoup(page, "html.parser").get_text() or name == "editor", name
        assert "49{" not in page, name
    assert mail["subject"] == LITERAL
    assert LITERAL in mail.get_body(("plain",)).get_content()


def test_somebody_who_saves_over_newer_words_is_shown_them_first(app, browser, business):
    user = a_user("beto@example.com", "Beto", email_checked_at=clock.now())
    beto = signed_in(app, a_membership(business, "manager", user).user)
    seen = version_of(own(business))
    save(browser, business, body="Words of Ana")
    answer = save(beto, business, seen=seen, body="Words of Beto")
    assert answer.status_code == 409
    page = soup(answer)
    assert "Words of Ana" in words(page.select_one(".wording-theirs"))
    assert page.select_one("#body").text.strip() == "Words of Beto"
    assert own(business).body == "Words of Ana"
    assert (
        save(beto, business, seen=page.select_one("#seen")["value"], body="Words of Beto").status_code == 303
    )
    assert own(business).body == "Words of Beto"


def test_the_first_words_of_two_who_write_at_once_are_not_lost(app, browser, business):
    save(browser, business)
    assert save(browser, business, seen="", body="Others").status_code == 409
    assert own(business).body == TYPED["body"]


def test_the_same_words_twice_are_one_change(app, browser, business):
    save(browser, business)
    assert save(browser, business, seen="").status_code == 303
    assert len(events(business)) == 1


def test_our_words_come_back_and_theirs_by_one_click(app, browser, business):
    save(browser, business)
    answer = browser.post(page_of(business, MAIL, "/removal"), data={"seen": version_of(own(business))})
    assert answer.status_code == 303
    assert own(business) is None
    page = soup(browser.get(page_of(business, MAIL)))
    assert page.select_one("#subject")["value"] == "Booked: {booking}"
    back = page.select_one(".wording-undo")
    assert "Ana went back to our words just now." in words(back)
    assert browser.post(back["action"]).status_code == 303
    assert (own(business).subject, own(business).body) == (TYPED["subject"], TYPED["body"])
    actions = [it.action for it in events(business)]
    assert actions == ["wording.changed", "wording.given_up", "wording.changed"]
    assert browser.post(back["action"]).status_code == 303
    assert len(events(business)) == 3


def test_words_that_changed_meanwhile_are_not_thrown_away(app, browser, business):
    save(browser, business)
    seen = version_of(own(business))
    save(browser, business, body="Newer")
    assert browser.post(page_of(business, MAIL, "/removal"), data={"seen": seen}).status_code == 409
    assert own(business).body == "Newer"


def test_words_of_one_business_are_nothing_to_another(app, browser, business):
    save(browser, business)
    other = a_shop()
    a_booking(other, AT)
    [row] = messages_of(other.business.id)
    assert TYPED["subject"][:5] not in read(compose(row, find_kind(row.kind).words(row)))["subject"]


def test_the_preview_is_what_is_sent(app, browser, business, shop, post):
    fields = {
        "subject": "Hello {business_name}",
        "body": "A heading\n\n{business_name} in {place}\n\n{link}\n\nBye",
    }
    preview = browser.post(page_of(business, MAIL, "/preview"), data=fields).text
    save(browser, business, **fields)
    assert browser.get(page_of(business, MAIL, "/preview")).text == preview
    browser.post(page_of(business, MAIL, "/test"), data=fields)
    a_booking(shop, AT)
    assert deliver_due() == 2
    tried, sent = sorted(post.mails, key=lambda it: "[Test]" not in it["subject"])
    assert tried["subject"] == f"[Test] Hello {business.name}"
    assert sent["subject"] == f"Hello {business.name}"
    assert text_of(html_of(bytes(tried))) == text_of(preview)
    worded = [it.text for it in BeautifulSoup(preview, "html.parser").select("h1, .lede")]
    assert worded == ["A heading", f"{business.name} in", "Bye"]
    real = BeautifulSoup(html_of(bytes(sent)), "html.parser")
    assert [it.text for it in real.select("h1, p")][:3] == worded
    assert len(real.select('a[href*="/bookings/"]')) == 1


@pytest.mark.parametrize("name", kinds_with_wordings())
def test_every_mail_of_a_kind_can_be_previewed_in_every_language(app, browser, business, name):
    for language in ("de", "en-GB", "en-US"):
        page = browser.get(page_of(business, (name, "email", language), "/preview"))
        assert page.status_code == 200
        assert soup(page).html["lang"] == language
        assert business.name in soup(page).body.text
        assert "{" not in soup(page).body.text
        is_text = "sms" in kinds_with_wordings()[name].wordings
        assert browser.get(page_of(business, (name, "sms", language))).status_code == (
            200 if is_text else 404
        )


def test_a_business_without_services_sees_samples_too(app):
    business = a_business("new")
    browser = signed_in(app, a_membership(business).user)
    page = browser.get(page_of(business, MAIL, "/preview"))
    assert "Haircut" in page.text


def test_a_test_goes_to_whoever_asks_for_it_with_words_that_are_not_saved(app, browser, business, post):
    answer = browser.post(page_of(business, MAIL, "/test"), data=TYPED | {"email": "other@example.com"})
    assert answer.status_code == 200
    assert "It is on its way to ana@example.com." in boxes(answer)
    assert soup(answer).select_one("#subject")["value"] == TYPED["subject"]
    [row] = messages_of(business.id)
    assert (row.kind, row.recipient, row.status) == ("wording_test", "ana@example.com", "pending")
    assert deliver_due() == 1
    [mail] = post.mails
    assert mail["to"].addresses[0].addr_spec == "ana@example.com"
    assert mail["subject"] == "[Test] Hello Olivia Park"
    assert "see you on Tuesday 9 March 2027 at 10:00." in mail.get_body(("plain",)).get_content()
    assert own(business) is None


def test_an_incomplete_test_is_not_sent(app, browser, business):
    answer = browser.post(page_of(business, MAIL, "/test"), data=TYPED | {"body": ""})
    assert answer.status_code == 422
    assert "Nothing was sent: the words are not complete." in boxes(answer)
    assert messages_of(business.id) == []


@pytest.mark.parametrize("rest", ["", "/test"])
def test_nobody_writes_what_they_like_to_an_address_that_may_be_somebody_elses(app, business, rest):
    mallory = a_membership(business, "owner", a_user("victim@example.com", "Mallory"))
    answer = signed_in(app, mallory.user).post(page_of(business, MAIL, rest), data=TYPED)
    assert answer.status_code == 422
    assert "Please confirm your e-mail address first: we sent you a link." in " ".join(boxes(answer))
    assert (own(business), messages_of(business.id)) == (None, [])


def test_five_tests_an_hour_are_enough(app, browser, business, counting):
    sent = [browser.post(page_of(business, MAIL, "/test"), data=TYPED).status_code for _try in range(6)]
    assert sent == [200] * 5 + [429]
    assert len(messages_of(business.id)) == 5


def test_a_text_message_is_tried_only_where_they_are_switched_on(app, browser, business):
    number = {"body": "See you {date}", "number": "0151 23456789"}
    assert browser.post(page_of(business, TEXT, "/test"), data=number).status_code == 422
    assert messages_of(business.id) == []
    db.session.add(MessageSettings(business_id=business.id, sms_limit=100))
    db.session.flush()
    wrong = browser.post(page_of(business, TEXT, "/test"), data=number | {"number": "call me"})
    assert (wrong.status_code, error(wrong, "number")) == (
        422,
        "Please type your mobile number, as you would dial it.",
    )
    answer = browser.post(page_of(business, TEXT, "/test"), data=number)
    assert answer.status_code == 200
    [row] = messages_of(business.id)
    assert (row.channel, row.recipient) == ("sms", "+4915123456789")


def test_a_text_message_is_counted_as_it_is_typed(app, browser, business):
    short = browser.post(
        page_of(business, TEXT, "/reading"), data={"body": "Hi 🎉"}, headers={"HX-Request": "true"}
    )
    assert words(soup(short).select_one("#reading-length")).startswith(
        "4 characters, sent as 1 text message."
    )
    long = browser.post(
        page_of(business, TEXT, "/reading"), data={"body": "🎉" * 36}, headers={"HX-Request": "true"}
    )
    assert "36 characters, paid for as 2 text messages." in words(soup(long).select_one("#reading-length"))
    assert soup(long).select_one("html") is None


@pytest.mark.parametrize("name", kinds_with_wordings())
def test_a_sample_has_every_word_that_its_kind_promises(app, business, name):
    kind = find_kind(name)
    row = Notification(business_id=business.id, kind=name, channel="email", language="de", payload={})
    assert kind.sample is not None
    assert kind.fills.keys() <= kind.sample(row).fills.keys()
    for wording in kind.wordings.values():
        assert doubts_about(wording, kind.fills) == []


@pytest.mark.parametrize("language", ["de", "en_GB", "en_US"])
def test_our_words_have_only_words_we_know_in_every_language(app, language):
    with force_locale(language):
        wrong = {
            (name, channel): found
            for name, kind in kinds_with_wordings().items()
            for channel, wording in kind.wordings.items()
            if (found := doubts_about(Wording(str(wording.body), str(wording.subject or "")), kind.fills))
        }
    assert wrong == {}


def test_a_real_letter_has_every_word_that_its_kind_promises(app, shop):
    a_booking(shop, AT)
    [row] = messages_of(shop.business.id)
    kind = find_kind(row.kind)
    assert kind.fills.keys() <= kind.words(row).fills.keys()


def test_a_kind_without_a_sample_is_shown_with_its_words_alone(app, browser, business, monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.kind(
        "greeting",
        wanted=lambda _row: None,
        words=lambda _row: Letter("", {}),
        title="A greeting",
        wordings={"email": Wording("Hello {name}", "Hi")},
        fills={"name": Fill("Name", "Ana")},
    )
    place = ("greeting", "email", "de")
    assert browser.get(page_of(business, place)).status_code == 200
    assert "Hello Ana" in browser.get(page_of(business, place, "/preview")).text
    assert browser.get(page_of(business, ("greeting", "sms", "de"))).status_code == 404
