import pytest
from sqlalchemy import update

from app.auth import passwords, signing_in
from app.auth.models import User
from app.auth.passwords import is_outdated
from app.auth.signing_in import Device, NotRight, account_key, check_sign_in, with_account
from app.core.db import db
from app.core.tries import TooManyTries
from tests.factories import PASSWORD, a_user

STRANGE = Device("a-strange-device")
HERE = "192.0.2.7"


@pytest.fixture
def user(app):
    return a_user("maya@linden.example")


def guess(times, email="maya@linden.example", device=STRANGE, address=HERE):
    for _ in range(times):
        with pytest.raises(NotRight):
            check_sign_in(email, "wrong", device, address)


def test_the_right_password_finds_its_user(user):
    assert check_sign_in(" Maya@Linden.example", PASSWORD, STRANGE, HERE) == user


def test_everybody_else_is_refused_in_the_same_words(user):
    closed, without = (
        a_user("closed@linden.example", active=False),
        a_user("new@linden.example", password_hash=None),
    )
    for email, password in [
        (user.email, "wrong"),
        ("nobody@linden.example", PASSWORD),
        (closed.email, PASSWORD),
        (without.email, PASSWORD),
        (without.email, "the password of nobody"),
        ("", ""),
    ]:
        with pytest.raises(NotRight) as refusal:
            check_sign_in(email, password, STRANGE, HERE)
        assert str(refusal.value.message) == "The e-mail address or the password is not right."


@pytest.mark.parametrize("email", ["maya@linden.example", "nobody@linden.example", "closed@linden.example"])
def test_each_try_checks_exactly_one_hash(user, email, monkeypatch):
    a_user("closed@linden.example", active=False)
    passwords._nobodys()
    checked = []
    real = passwords._hasher
    monkeypatch.setattr(
        passwords,
        "_hasher",
        type("Hasher", (), {"verify": lambda _, *given: checked.append(given) or real.verify(*given)})(),
    )
    with pytest.raises(NotRight):
        check_sign_in(email, "wrong", STRANGE, HERE)
    assert len(checked) == 1


@pytest.mark.parametrize("change", [{"password_hash": "another"}, {"active": False}])
def test_what_was_changed_while_the_password_was_checked_counts(user, monkeypatch, change):
    def slowly(password, kept):
        right = passwords.is_right(password, kept)
        changed = update(User).filter_by(id=user.id).values(**change)
        db.session.execute(changed.execution_options(synchronize_session=False))
        return right

    monkeypatch.setattr(signing_in, "is_right", slowly)
    with pytest.raises(NotRight):
        check_sign_in(user.email, PASSWORD, STRANGE, HERE)


def test_an_old_hash_is_made_anew_at_sign_in(user):
    user.password_hash = passwords.PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    check_sign_in(user.email, PASSWORD, STRANGE, HERE)
    assert not is_outdated(user.password_hash)


def test_after_ten_tries_a_minute_the_eleventh_waits_and_then_may_go_on(user, counting):
    guess(10)
    with pytest.raises(TooManyTries) as refusal:
        check_sign_in(user.email, PASSWORD, STRANGE, HERE)
    assert refusal.value.retry_after == 61
    counting.shift(refusal.value.retry_after)
    assert check_sign_in(user.email, PASSWORD, STRANGE, HERE) == user


def test_tries_from_many_addresses_count_for_the_account(user, counting):
    for n in range(10):
        guess(1, address=f"192.0.2.{n}")
    with pytest.raises(TooManyTries):
        check_sign_in(user.email, PASSWORD, STRANGE, "198.51.100.1")


def test_an_account_that_does_not_exist_is_slowed_down_just_the_same(user, counting):
    guess(10, email="nobody@linden.example")
    with pytest.raises(TooManyTries):
        check_sign_in("nobody@linden.example", "wrong", STRANGE, HERE)


def test_nobody_keeps_the_owner_out_by_guessing(user, counting):
    guess(10)
    with pytest.raises(TooManyTries):
        check_sign_in(user.email, "wrong", STRANGE, HERE)
    known = with_account(Device("the-owners-phone"), account_key(user.email))
    assert check_sign_in(user.email, PASSWORD, known, HERE) == user


def test_a_known_device_is_slowed_down_by_itself(user, counting):
    known = with_account(Device("a-stolen-phone"), account_key(user.email))
    guess(10, device=known)
    with pytest.raises(TooManyTries):
        check_sign_in(user.email, PASSWORD, known, HERE)
    assert check_sign_in(user.email, PASSWORD, STRANGE, HERE) == user


def test_a_device_known_to_one_account_is_a_stranger_to_another(user, counting):
    known = with_account(Device("a-phone"), account_key("other@linden.example"))
    guess(10, device=known)
    with pytest.raises(TooManyTries):
        check_sign_in(user.email, PASSWORD, STRANGE, "198.51.100.1")


def test_one_address_cannot_try_many_accounts(user, counting):
    for n in range(30):
        guess(1, email=f"person{n}@linden.example")
    with pytest.raises(TooManyTries):
        check_sign_in(user.email, PASSWORD, STRANGE, HERE)
    assert check_sign_in(user.email, PASSWORD, STRANGE, "198.51.100.1") == user


def test_slow_guessing_is_bounded_by_the_hour(user, counting):
    for _ in range(6):
        guess(10)
        counting.shift(61)
    with pytest.raises(TooManyTries) as refusal:
        check_sign_in(user.email, PASSWORD, STRANGE, "198.51.100.1")
    assert 3000 < refusal.value.retry_after < 3600
    assert "minutes" in str(refusal.value.message)


def test_a_device_remembers_the_last_eight_accounts():
    device = Device("a-phone")
    for n in range(10):
        device = with_account(device, f"account-{n}")
    device = with_account(device, "account-5")
    assert device.accounts[:3] == ("account-5", "account-9", "account-8")
    assert len(device.accounts) == 8
