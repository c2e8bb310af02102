import ast

import pytest
import sqlalchemy as sa

from app.auth.models import User
from app.auth.second_factor import turn_on, use_code
from app.config import ROOT
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.resealing import reseal, sealed_columns
from app.core.sealing import KeyGone, seal, seal_anew, unseal
from tests.auth.test_second_factor import SECRET, code
from tests.factories import a_shop, a_user

NEW = "another-key-of-more-than-32-characters"


def test_what_is_sealed_can_be_opened_and_says_nothing_by_itself(app):
    kept = seal("stripe", "sk_test_123")
    assert b"sk_test" not in kept
    assert unseal("stripe", kept) == "sk_test_123"


def test_it_opens_for_its_own_purpose_only(app):
    assert unseal("twilio", seal("stripe", "sk_test_123")) is None


def test_what_was_altered_does_not_open(app):
    kept = bytearray(seal("stripe", "sk_test_123"))
    kept[-1] ^= 1
    assert unseal("stripe", bytes(kept)) is None


def test_a_key_that_was_rotated_still_opens_what_it_sealed(app, monkeypatch):
    kept = seal("stripe", "sk_test_123")
    was = app.config["SECRET_KEY"]
    monkeypatch.setitem(app.config, "SECRET_KEY", NEW)
    assert unseal("stripe", kept) is None
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [was])
    assert unseal("stripe", kept) == "sk_test_123"


def rotated(app, monkeypatch):
    was = app.config["SECRET_KEY"]
    monkeypatch.setitem(app.config, "SECRET_KEY", NEW)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [was])


def test_what_a_former_key_sealed_is_sealed_anew_once(app, monkeypatch):
    kept = seal("stripe", "sk_test_123")
    assert seal_anew("stripe", kept) is None
    rotated(app, monkeypatch)
    anew = seal_anew("stripe", kept)
    assert seal_anew("stripe", anew) is None
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [])
    assert unseal("stripe", anew) == "sk_test_123"
    with pytest.raises(KeyGone):
        seal_anew("stripe", kept)


def test_every_column_with_something_sealed_is_named(app):
    """A module that seals names its columns, and these are all there are."""
    sealing = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "seal"
        and path.parent.name != "core"
    }
    assert sealing == {"app/auth/second_factor.py", "app/feeds/others.py", "app/payments/stripe/account.py"}
    assert sealed_columns() == [
        "other_calendars.address",
        "payment_settings.live_secret",
        "payment_settings.live_signing",
        "payment_settings.test_secret",
        "payment_settings.test_signing",
        "users.second_factor",
    ]


@pytest.mark.usefixtures("frozen")
def test_the_second_step_outlives_the_key_it_was_sealed_with(app, monkeypatch):
    user = a_user()
    turn_on(user, SECRET, code(), by=SYSTEM, now=clock.now())
    settings = {"business": a_shop().business.id, "secret": seal("stripe", "sk_test_1")}
    db.session.execute(
        sa.text("INSERT INTO payment_settings (business_id, test_secret) VALUES (:business, :secret)"),
        settings,
    )
    lost = a_user()
    lost.second_factor, lost.second_factor_since = b"nobody can open this", clock.now()
    db.session.flush()
    rotated(app, monkeypatch)
    assert reseal() == (2, 1)
    assert reseal() == (0, 1)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [])
    fresh = db.session.get_one(User, user.id, populate_existing=True)
    db.session.execute(sa.update(User).values(second_factor_step=0))
    use_code(fresh, code(), clock.now())
