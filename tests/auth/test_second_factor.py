"""Signing in with a code from one's phone beside the password."""

import re
from datetime import timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.auth.accounts import set_password
from app.auth.guards import STEP_COOKIE
from app.auth.models import RecoveryCode, User, UserSession
from app.auth.recovering import (
    LENGTH,
    RecoveryCodeNotRight,
    _plain,
    recovery_codes_left,
    use_recovery_code,
)
from app.auth.second_factor import (
    CodeNotRight,
    OffAlready,
    OnAlready,
    _step_of,
    new_offer,
    renew_recovery_codes,
    turn_off,
    turn_on,
    use_code,
)
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from tests.auth.mails import link_of, planned, sent, text_of
from tests.auth.test_returning import ELSEWHERE
from tests.factories import PASSWORD, a_business, a_membership, a_user, signed_in
from tests.reading import soup

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def user(app):
    return a_user("maya@linden.example")


@pytest.fixture
def codes(user, frozen):
    """The recovery codes of somebody who switched it on a while ago."""
    made = turn_on(user, SECRET, code(), by=SYSTEM, now=clock.now())
    db.session.refresh(user)
    frozen.shift(300)
    return made


def code(later=0):
    """What the app shows, so many seconds from now."""
    return pyotp.TOTP(SECRET).at(clock.now() + timedelta(seconds=later))


def wrong():
    """Six digits that are none of those that count."""
    near = {code(it) for it in (-30, 0, 30)}
    return next(it for it in (f"{n:06}" for n in range(9)) if it not in near)


def first_step(browser, password=PASSWORD, **more):
    return browser.post("/sign-in", data={"email": "maya@linden.example", "password": password} | more)


def second_step(browser, typed):
    return browser.post("/sign-in/code", data={"one_time_code": typed})


def recovery_step(browser, typed):
    return browser.post("/sign-in/recovery-code", data={"recovery_code": typed})


def is_in(browser):
    return browser.get("/account/").status_code == 200


# Codes


def test_a_code_counts_in_its_step_and_in_those_beside_it(app, user, codes):
    for later in (-30, 0, 30):
        use_code(user, code(later), clock.now())
        user.second_factor_step = None
        db.session.flush()
    for later in (-60, 60, 90):
        with pytest.raises(CodeNotRight):
            use_code(user, code(later), clock.now())


def test_a_code_counts_once_and_none_before_it_counts_any_more(app, user, codes):
    use_code(user, code(), clock.now())
    for later in (-30, 0):
        with pytest.raises(CodeNotRight):
            use_code(user, code(later), clock.now())
    use_code(user, code(30), clock.now())


@pytest.mark.parametrize("typed", ["{}{}", " {} {} ", "{}-{}"])
def test_a_code_may_be_typed_as_apps_show_it(app, user, codes, typed):
    shown = code()
    use_code(user, typed.format(shown[:3], shown[3:]), clock.now())


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "\x00", "٠٠٠٠٠٠"])
def test_what_is_no_code_is_no_more_than_wrong(app, user, codes, typed):
    with pytest.raises(CodeNotRight):
        use_code(user, typed, clock.now())


@given(seconds=st.integers(0, 2**33), drift=st.integers(-120, 120))
def test_the_step_of_a_code_is_what_its_clock_says(seconds, drift):
    """Against the plain definition: a code is right when the steps of both clocks are next to each other."""
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp(seconds + 120, UTC)
    theirs = (seconds + 120 + drift) // 30
    shown = pyotp.TOTP(SECRET).generate_otp(theirs)
    here = (seconds + 120) // 30
    found = _step_of(SECRET, shown, moment)
    if abs(theirs - here) <= 1:
        assert found is not None
        assert pyotp.TOTP(SECRET).generate_otp(found) == shown
    else:
        assert found is None or pyotp.TOTP(SECRET).generate_otp(found) == shown


def test_the_secret_is_sealed_and_codes_are_kept_as_hashes(app, user, codes):
    assert SECRET.encode() not in user.second_factor
    kept = list(db.session.scalars(select(RecoveryCode.code_hash)))
    assert len(set(kept)) == 10
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", it) for it in codes)
    assert not any(it.replace("-", "").encode() in b"".join(kept) for it in codes)


def test_where_the_key_of_ours_is_gone_the_recovery_codes_still_work(app, user, codes, monkeypatch):
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-secret-of-more-than-32-characters")
    with pytest.raises(CodeNotRight):
        use_code(user, code(), clock.now())
    assert use_recovery_code(user, codes[0], clock.now()) == 9
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", ["a-test-secret-of-more-than-32-characters"])
    use_code(user, code(), clock.now())


def test_a_recovery_code_counts_once_and_is_told_by_mail(app, user, codes):
    assert use_recovery_code(user, codes[3].lower().replace("-", " "), clock.now()) == 9
    with pytest.raises(RecoveryCodeNotRight):
        use_recovery_code(user, codes[3], clock.now())
    [told] = planned("recovery_code_used")
    assert "9 are left" in text_of(sent(told))
    assert recovery_codes_left(user.id) == 9


def test_a_recovery_code_of_somebody_else_is_not_right(app, user, codes):
    other = a_user()
    turn_on(other, SECRET, code(), by=SYSTEM, now=clock.now())
    with pytest.raises(RecoveryCodeNotRight):
        use_recovery_code(other, codes[0], clock.now())


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_as_letters_that_exist(typed):
    assert set(_plain(typed)) <= set("0123456789ABCDEFGHJKMNPQRSTUVWXYZ")
    assert _plain("o1lI") == "0111"
    assert LENGTH == 16


def test_new_codes_make_those_before_void(app, user, codes):
    fresh = renew_recovery_codes(user, by=SYSTEM, now=clock.now())
    with pytest.raises(RecoveryCodeNotRight):
        use_recovery_code(user, codes[0], clock.now())
    assert use_recovery_code(user, fresh[0], clock.now()) == 9


def test_it_is_switched_on_and_off_once(app, user, codes):
    with pytest.raises(OnAlready):
        turn_on(user, SECRET, code(), by=SYSTEM, now=clock.now())
    turn_off(user, by=SYSTEM, now=clock.now())
    with pytest.raises(OffAlready):
        turn_off(user, by=SYSTEM, now=clock.now())
    with pytest.raises(OffAlready):
        renew_recovery_codes(user, by=SYSTEM, now=clock.now())
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert "asks for the password alone" in text_of(sent(planned("second_factor_off")[0]))
    assert "asks for a code" in text_of(sent(planned("second_factor_on")[0]))


# Signing in


def test_the_right_password_alone_opens_nothing(client, user, codes):
    answer = first_step(client)
    assert (answer.status_code, answer.location) == (303, "/sign-in/code")
    assert not is_in(client)
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0
    note = next(it for it in answer.headers.getlist("Set-Cookie") if it.startswith(STEP_COOKIE))
    assert "HttpOnly" in note
    assert "Path=/sign-in" in note
    assert "Max-Age=600" in note


def test_password_and_code_lead_where_one_wanted(client, user, codes):
    business = a_business()
    a_membership(business, user=user)
    first_step(client)
    assert soup(client.get("/sign-in/code")).select_one("input[name=one_time_code][inputmode=numeric]")
    answer = second_step(client, code())
    assert (answer.status_code, answer.location) == (303, f"/manage/{business.slug}/")
    assert is_in(client)
    assert client.get_cookie(STEP_COOKIE, path="/sign-in") is None
    client.post("/sign-out")
    first_step(client, next="/account/password")
    assert second_step(client, code(30)).location == "/account/password"


@pytest.mark.parametrize("path", ELSEWHERE)
def test_no_next_leads_to_another_site_after_the_second_step(client, user, codes, path):
    first_step(client, next=path or "")
    assert second_step(client, code()).location == "/account/"


def test_keep_me_signed_in_is_kept_over_the_second_step(client, user, codes):
    first_step(client, remember="y")
    assert "Expires" in next(
        it for it in second_step(client, code()).headers.getlist("Set-Cookie") if it.startswith("daybook=")
    )


def test_a_wrong_code_is_refused_and_not_shown_again(client, user, codes):
    first_step(client)
    answer = second_step(client, wrong())
    assert answer.status_code == 422
    assert "This code is not right." in answer.text
    assert not soup(answer).select_one("input[name=one_time_code]").get("value")
    assert not is_in(client)
    assert second_step(client, "").status_code == 422
    assert second_step(client, code()).status_code == 303


def test_the_same_code_does_not_open_twice(app, client, user, codes):
    first_step(client)
    shown = code()
    assert second_step(client, shown).status_code == 303
    other = app.test_client()
    first_step(other)
    assert second_step(other, shown).status_code == 422


def test_a_recovery_code_opens_once_and_says_how_many_are_left(app, client, user, codes):
    first_step(client)
    assert client.get("/sign-in/recovery-code").status_code == 200
    assert recovery_step(client, "0000-0000-0000-0000").status_code == 422
    assert recovery_step(client, "").status_code == 422
    assert recovery_step(client, codes[0]).status_code == 303
    assert "You have 9 recovery codes left." in client.get("/account/").text
    other = app.test_client()
    first_step(other)
    assert recovery_step(other, codes[0]).status_code == 422


@pytest.mark.parametrize("address", ["/sign-in/code", "/sign-in/recovery-code"])
def test_without_the_first_step_there_is_no_second(client, user, codes, address):
    data = {"one_time_code": code(), "recovery_code": codes[0]}
    for answer in (client.get(address), client.post(address, data=data)):
        assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert recovery_codes_left(user.id) == 10
    client.set_cookie(STEP_COOKIE, "forged", path="/sign-in")
    assert second_step(client, code()).location == "/sign-in"


def test_the_note_of_the_first_step_runs_out(client, user, codes, frozen):
    first_step(client)
    frozen.shift(601)
    assert second_step(client, code()).location == "/sign-in"
    assert not is_in(client)


@pytest.mark.parametrize("what", ["password", "closed", "off", "another factor"])
def test_the_note_of_the_first_step_dies_with_what_it_was_made_for(client, user, codes, frozen, what):
    first_step(client)
    now = clock.now()
    match what:
        case "password":
            set_password(user, "another good one", by=SYSTEM, now=now)
        case "closed":
            user.active = False
        case "off":
            turn_off(user, by=SYSTEM, now=now)
        case _:
            turn_off(user, by=SYSTEM, now=now)
            turn_on(user, SECRET, code(-30), by=SYSTEM, now=now)
    assert second_step(client, code()).location == "/sign-in"
    assert not is_in(client)


def test_a_wrong_password_says_nothing_of_the_second_step(client, user, codes):
    answer = first_step(client, password="wrong")
    assert answer.status_code == 422
    assert "The e-mail address or the password is not right." in answer.text
    assert client.get_cookie(STEP_COOKIE, path="/sign-in") is None


def test_codes_are_slowed_down_and_never_locked(app, client, user, codes, counting):
    first_step(client)
    for _ in range(10):
        assert second_step(client, wrong()).status_code == 422
    for answer in (second_step(client, code()), recovery_step(client, codes[0])):
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
    counting.shift(61)
    assert second_step(client, code()).status_code == 303


def test_a_browser_that_signed_in_before_is_not_held_up_by_whoever_has_the_password(
    app, client, user, codes, counting
):
    first_step(client)
    assert second_step(client, code()).status_code == 303
    client.post("/sign-out")
    stranger = app.test_client()
    first_step(stranger)
    for _ in range(11):
        answer = second_step(stranger, wrong())
    assert answer.status_code == 429
    first_step(client)
    assert second_step(client, code(30)).status_code == 303


# What must not get around it


def test_another_password_by_mail_does_not_get_around_it(client, user, codes):
    client.post("/password-reset", data={"email": user.email})
    assert client.post(link_of("password_reset"), data={"new": "another good one"}).status_code == 303
    assert not is_in(client)
    assert first_step(client, password="another good one").location == "/sign-in/code"
    assert not is_in(client)


def test_the_form_that_opened_a_business_sent_again_does_not_get_around_it(client):
    from tests.test_every_route import a_sign_up_form

    form = a_sign_up_form(None)
    assert client.post("/sign-up", data=form).status_code == 303
    client.post("/sign-out")
    user = db.session.scalar(select(User).filter_by(email=form["email"]))
    turn_on(user, SECRET, code(), by=SYSTEM, now=clock.now())
    answer = client.post("/sign-up", data=form)
    assert (answer.status_code, answer.location) == (303, "/sign-in/code")
    assert not is_in(client)
    assert second_step(client, code(30)).status_code == 303


# Switching it on and off


def offered(browser):
    page = soup(browser.get("/account/second-factor/new"))
    return page.select_one("input[name=offer]")["value"], page.select_one("#key").text.replace(" ", "")


def test_somebody_switches_it_on_with_the_key_that_is_shown(app, user):
    browser, elsewhere = signed_in(app, user), signed_in(app, user)
    page = soup(browser.get("/account/second-factor/new"))
    assert page.select_one("img.qr-code")["src"].startswith("data:image/svg+xml;base64,")
    offer, key = offered(browser)
    answer = browser.post(
        "/account/second-factor", data={"offer": offer, "one_time_code": pyotp.TOTP(key).at(clock.now())}
    )
    shown = [it.text for it in soup(answer).select("#recovery-codes li")]
    assert (answer.status_code, len(shown)) == (200, 10)
    assert answer.headers["Cache-Control"].startswith(("private", "no-store"))
    assert soup(answer).select_one("a[download]")["href"].count("%0A") == 10
    assert user.second_factor is not None
    assert not is_in(elsewhere)
    page = browser.get("/account/second-factor")
    assert "10 of ten are left" in page.text
    assert not any(it in page.text for it in shown)
    # The same form once more changes nothing.
    again = browser.post("/account/second-factor", data={"offer": offer, "one_time_code": "000000"})
    assert again.status_code == 422


def test_a_wrong_first_code_keeps_the_key_and_changes_nothing(app, user):
    browser = signed_in(app, user)
    offer, key = offered(browser)
    for typed in ("000000", ""):
        answer = browser.post("/account/second-factor", data={"offer": offer, "one_time_code": typed})
        assert answer.status_code == 422
        assert soup(answer).select_one("#key").text.replace(" ", "") == key
    assert user.second_factor is None


@pytest.mark.parametrize("offer", ["", "nonsense", "theirs", "old"])
def test_a_key_that_is_not_ones_own_or_too_old_is_no_key(app, user, frozen, offer):
    browser, other = signed_in(app, user), a_user()
    made = {"theirs": new_offer(other, clock.now()), "old": new_offer(user, clock.now() - timedelta(hours=2))}
    data = {"offer": made.get(offer, offer), "one_time_code": "000000"}
    answer = browser.post("/account/second-factor", data=data)
    assert answer.status_code == 422
    assert soup(answer).select_one("#key")
    assert user.second_factor is None


def test_it_is_switched_off_and_codes_are_made_anew(app, user, codes):
    browser = signed_in(app, user)
    answer = browser.post("/account/second-factor/recovery-codes")
    assert len(soup(answer).select("#recovery-codes li")) == 10
    assert browser.get("/account/second-factor/new").location == "/account/second-factor"
    assert browser.post("/account/second-factor/removal").status_code == 303
    assert user.second_factor is None
    assert "password alone" in browser.get("/account/second-factor").text
    assert browser.post("/account/second-factor/removal").status_code == 303


def test_few_codes_left_are_said(app, user, codes):
    for it in codes[:8]:
        use_recovery_code(user, it, clock.now())
    assert "Only 2 of ten are left." in signed_in(app, user).get("/account/second-factor").text


def test_a_deleted_account_keeps_neither_secret_nor_codes(app, user, codes):
    browser = signed_in(app, user)
    assert browser.post("/account/deletion", data={"password": PASSWORD}).status_code == 303
    assert user.second_factor is None
    assert recovery_codes_left(user.id) == 0
