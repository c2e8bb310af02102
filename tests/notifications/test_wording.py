import pytest
from flask_babel import lazy_gettext as _

from app.core import clock
from app.core.db import db
from app.notifications import kinds
from app.notifications.kinds import Fill, Letter, Wording, kind
from app.notifications.models import MessageWording, Notification
from app.notifications.wording import fill, worded
from tests.factories import a_business


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Dear {name}, see you.", "Dear Ana, see you."),
        ("{name}{name}", "AnaAna"),
        ("{{name}}", "{Ana}"),
        ("{{7*7}}", "{{7*7}}"),
        ("{booking.__class__} {0} {name!r} {name:>10}", "{booking.__class__} {0} {name!r} {name:>10}"),
        ("{unknown} { name }", "{unknown} { name }"),
        ("{brace}", "{name}"),
        ("%(name)s ${name}", "%(name)s $Ana"),
    ],
)
def test_only_words_of_the_list_are_filled_in_and_only_once(text, filled):
    assert fill(text, {"name": "Ana", "brace": "{name}"}) == filled


@pytest.fixture
def a_kind(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    ours = {"email": Wording(_("Hello {name}"), _("Cancel")), "sms": Wording("Hi {name}")}
    fills = {"name": Fill("Name", "Ana")}
    kind("greeting", wanted=lambda _row: None, words=lambda _row: Letter("", {}), wordings=ours, fills=fills)


def a_message(business, channel="email", language="de"):
    return Notification(business_id=business.id, kind="greeting", channel=channel, language=language)


def test_a_message_is_worded_by_us_in_its_language_until_the_business_words_it(app, a_kind):
    business, letter = a_business(), Letter("", {}, fills={"name": "Ana"})
    assert worded(a_message(business), letter).subject == "Abbrechen"
    own = {"kind": "greeting", "channel": "email", "language": "de", "updated_at": clock.now()}
    db.session.add(MessageWording(business_id=business.id, subject="Für {name}", body="Moin {name}", **own))
    db.session.flush()
    found = worded(a_message(business), letter)
    assert (found.subject, found.body) == ("Für Ana", "Moin Ana")
    assert worded(a_message(business, language="en-GB"), letter).body == "Hello Ana"
    assert worded(a_message(a_business("other")), letter).body == "Hello Ana"


def test_a_text_message_has_no_subject_and_a_kind_without_wordings_says_nothing_of_its_own(app, a_kind):
    business, letter = a_business(), Letter("", {}, fills={"name": "Ana"})
    found = worded(a_message(business, channel="sms"), letter)
    assert (found.subject, found.body) == (None, "Hi Ana")
    plain = Notification(business_id=business.id, kind="booking_new", channel="email", language="en-GB")
    assert worded(plain, letter) is None
