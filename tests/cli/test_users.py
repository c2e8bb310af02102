import contextvars

import pyotp
import pytest

from app.auth.accounts import find_user
from app.auth.passwords import is_right
from app.auth.second_factor import turn_on
from app.auth.sessions import find_session, start_session
from app.businesses.joining import find_membership
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from tests.conftest import NOW
from tests.factories import PASSWORD, a_business, a_membership, a_user


@pytest.fixture
def run(app):
    def run(command, typed=None):
        db.session.commit()
        runner = app.test_cli_runner()
        result = contextvars.Context().run(runner.invoke, args=command.split(" "), input=typed)
        db.session.expire_all()
        return result

    return run


@pytest.fixture
def user(app):
    return a_user("maya@linden.example")


def is_live(token):
    return find_session(token, clock.now()) is not None


def test_an_account_is_made_and_gets_a_password(run):
    made = run("user create Maya@linden.example --name Maya")
    assert (made.exit_code, "maya@linden.example" in made.output) == (0, True)
    assert run("user set-password maya@linden.example --password-stdin", "another good one\n").exit_code == 0
    assert is_right("another good one", find_user("maya@linden.example").password_hash)


def test_a_password_can_be_typed_twice(run, user):
    result = run("user set-password maya@linden.example", "another good one\nanother good one\n")
    assert result.exit_code == 0
    assert "another good one" not in result.output
    assert is_right("another good one", user.password_hash)


def test_a_new_password_signs_out_everywhere(run, user):
    token, _ = start_session(user, clock.now(), remembered=True)
    run("user set-password maya@linden.example --password-stdin", "another good one\n")
    assert not is_live(token)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            "user create maya@linden.example --name Maya",
            "There is an account with this e-mail address already.",
        ),
        ("user create maya --name Maya", "This is not an e-mail address."),
        ("user set-password maya@linden.example --password-stdin", "at least 10 characters"),
        (
            "user set-password nobody@linden.example --password-stdin",
            "There is no account with the e-mail address",
        ),
        ("user deactivate nobody@linden.example", "There is no account with the e-mail address"),
        ("user activate nobody@linden.example", "There is no account with the e-mail address"),
        ("user sign-out nobody@linden.example", "There is no account with the e-mail address"),
        ("member add nowhere maya@linden.example --role staff", "There is no business at nowhere."),
        ("member add ann-salon nobody@linden.example --role staff", "There is no account"),
        ("member add ann-salon maya@linden.example --role king", "king"),
        ("member remove ann-salon maya@linden.example", "does not work in this business"),
        ("member remove ann-salon owner@linden.example", "A business needs an owner."),
        ("member add ann-salon owner@linden.example --role staff", "A business needs an owner."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_fails(run, user, command, sentence):
    a_membership(a_business("ann-salon"), "owner", a_user("owner@linden.example"))
    result = run(command, "short\n")
    assert result.exit_code != 0
    assert sentence in result.output
    assert "Traceback" not in result.output
    assert is_right(PASSWORD, user.password_hash)


def test_a_closed_account_is_out_and_may_be_opened_again(run, user):
    token, _ = start_session(user, clock.now(), remembered=True)
    assert run("user deactivate maya@linden.example").exit_code == 0
    assert not user.active
    assert not is_live(token)
    run("user activate maya@linden.example")
    assert user.active


def test_an_account_can_be_signed_out_everywhere(run, user):
    token, _ = start_session(user, clock.now(), remembered=True)
    assert run("user sign-out maya@linden.example").exit_code == 0
    assert not is_live(token)


def test_whoever_has_lost_phone_and_codes_signs_in_by_password_alone(run, user):
    turn_on(
        user,
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        pyotp.TOTP("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").at(NOW),
        by=SYSTEM,
        now=NOW,
    )
    assert "by password alone" in run("user remove-second-factor maya@linden.example").output
    assert user.second_factor is None
    again = run("user remove-second-factor maya@linden.example")
    assert again.exit_code == 1
    assert "off already" in again.output


def test_people_come_and_go(run, user):
    a_membership(a_business("ann-salon"), "owner")
    assert run("member add ann-salon maya@linden.example --role manager").exit_code == 0
    assert find_membership("ann-salon", user.id).role == "manager"
    assert run("member remove ann-salon maya@linden.example").exit_code == 0
    assert find_membership("ann-salon", user.id) is None


def test_everybody_is_listed_with_where_they_work(run, user):
    a_membership(a_business("ann-salon"), "owner", user)
    a_user("closed@linden.example", name="Old Hand", active=False)
    listed = run("user list").output.splitlines()
    assert [it for it in listed if "@linden.example" in it] == [
        "closed@linden.example (closed)\tOld Hand\tno business",
        "maya@linden.example\tMaya Lindqvist\towner of ann-salon",
    ]
