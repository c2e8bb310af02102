from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import create_app
from app.account.forms.business import new_ticket
from app.audit.models import AuditEvent
from app.auth.accounts import find_user, set_active
from app.auth.models import User, UserSession
from app.auth.passwords import is_right
from app.business_hours.models import WeeklyHours
from app.businesses.finding import find_business
from app.businesses.joining import find_membership
from app.businesses.models import Business, BusinessWord
from app.core import clock, signing
from app.core.actor import SYSTEM
from app.core.db import db
from app.services.offering import bookable_services
from app.staff.models import StaffMember
from app.staff.team import performers_of
from tests.account.shops import PASSWORD, PERSON, SHOP, sign_up, ticket
from tests.conftest import settings
from tests.factories import PASSWORD as COLLEAGUES_PASSWORD
from tests.factories import a_business, a_membership, a_user, signed_in
from tests.reading import soup, words


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def said(answer):
    return words(soup(answer))


def test_somebody_new_has_a_business_and_is_signed_in(client):
    answer = sign_up(client)
    assert (answer.status_code, answer.location) == (303, "/manage/rosas-cafe/")
    business, user = find_business("rosas-cafe"), find_user("rosa@example.com")
    assert (business.name, business.status, business.listed) == ("Rosa's Café", "draft", False)
    assert (business.country, business.zone, business.currency) == ("AT", "Europe/Vienna", "EUR")
    assert (business.trade, business.language, business.email) == ("cafe", "de", "rosa@example.com")
    assert find_membership("rosas-cafe", user.id).role == "owner"
    assert (user.name, user.email_checked_at, user.is_platform_admin) == ("Rosa Klein", None, False)
    assert is_right(PASSWORD, user.password_hash)
    page = client.get("/manage/rosas-cafe/")
    assert page.status_code == 200
    assert soup(page).select_one("#set-up")


def test_the_business_can_be_booked_at_once(client):
    sign_up(client)
    business, user = find_business("rosas-cafe"), find_user("rosa@example.com")
    services = bookable_services(business.id)
    # In the language of Austria, where Rosa has her café.
    names = [service.name for service in services]
    assert names == ["Tisch für zwei", "Tisch für vier", "Frühstück für zwei"]
    assert [service.price_cents for service in services] == [0, 0, 3200]
    people = performers_of(business.id, [service.id for service in services])
    assert [[person.name for person in those] for those in people.values()] == [["Rosa Klein"]] * 3
    assert db.session.scalar(sa.select(StaffMember.user_id).filter_by(business_id=business.id)) == user.id
    hours = sa.select(WeeklyHours.weekday).filter_by(business_id=business.id, resource_id=None)
    assert sorted(db.session.scalars(hours)) == list(range(7))
    words = db.session.scalars(sa.select(BusinessWord.word).filter_by(business_id=business.id))
    assert {"rosas", "cafe", "restaurant"} <= set(words)


def test_what_was_done_is_written_down(client):
    sign_up(client)
    actions = set(db.session.scalars(sa.select(AuditEvent.action)))
    assert {"user.created", "business.founded", "membership.joined", "user.signed_in"} <= actions
    assert PASSWORD not in str(db.session.scalars(sa.select(AuditEvent.changes)).all())


def test_the_browser_is_known_from_then_on(client):
    answer = sign_up(client)
    assert any("daybook_device" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_a_browser_that_is_known_already_stays_known(app, client):
    a_user("maya@example.com")
    client.post("/sign-in", data={"email": "maya@example.com", "password": COLLEAGUES_PASSWORD})
    client.post("/sign-out")
    with app.test_request_context():
        before = signing.read("device", client.get_cookie("daybook_device", path="/sign-in").value)
        sign_up(client)
        after = signing.read("device", client.get_cookie("daybook_device", path="/sign-in").value)
    assert after["id"] == before["id"]
    assert set(before["accounts"]) < set(after["accounts"])


def test_zone_money_and_language_can_be_others_than_those_of_the_country(client):
    sign_up(client, zone="Asia/Tokyo", currency="JPY", language="en-US")
    business = find_business("rosas-cafe")
    assert (business.zone, business.currency, business.language) == ("Asia/Tokyo", "JPY", "en-US")
    assert [it.price_cents for it in bookable_services(business.id)] == [0, 0, 4200]


def test_the_country_is_guessed_from_the_languages_of_the_browser(client):
    page = soup(client.get("/sign-up", headers={"Accept-Language": "de-AT,en;q=0.5"}))
    assert page.select_one("#country option[selected]")["value"] == "AT"
    page = soup(client.get("/sign-up", headers={"Accept-Language": "tlh"}))
    assert not page.select("#country option[selected][value!='']")


def test_the_zones_of_the_country_come_first(client):
    page = soup(client.get("/sign-up", headers={"Accept-Language": "en-AU"}))
    groups = page.select("#zone optgroup")
    assert [group["label"] for group in groups[:3]] == ["Australia", "Africa", "America"]
    assert groups[0].select("option[value='Australia/Sydney']")[0]["data-country"] == "AU"
    values = [option["value"] for option in page.select("#zone option")]
    assert values[0] == ""
    assert len(set(values)) == len(values)


def test_places_and_money_are_sorted_as_people_look_for_them(client):
    page = soup(client.get("/sign-up"))
    countries = [option.text for option in page.select("#country option")]
    assert countries.index("Åland Islands") < countries.index("Zimbabwe")
    assert page.select_one("#currency option[value='EUR']").text == "Euro (EUR)"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Please tell us your name."),
        ("name", "\u200b ", "Please tell us your name."),
        ("name", "x" * 300, "at most 120 characters"),
        ("email", "", "Please enter your e-mail address"),
        ("email", "rosa", "does not look like an e-mail address"),
        ("email", "x" * 300 + "@example.com", "too long"),
        ("password", "", "Please choose a password."),
        ("password", "short", "at least 10 characters"),
        ("password", "rosa@example.com", "something else than your name"),
        ("password", "x" * 2000, "too long"),
        ("business", "", "what your business is called"),
        ("business", "x" * 300, "at most 120 characters"),
        ("trade", "", "choose what you do"),
        ("trade", "piracy", "Not a valid choice"),
        ("country", "", "choose your country"),
        ("country", "ZZ", "Not a valid choice"),
        ("country", None, "choose your country"),
        ("zone", "Mars/Base", "Not a valid choice"),
        ("currency", "XXX", "Not a valid choice"),
        ("language", "tlh", "Not a valid choice"),
        ("website", "http://spam.example", "Please leave this field empty."),
        ("ticket", "forged", "open for a very long time"),
        ("ticket", None, "open for a very long time"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(client, field, value, sentence):
    answer = sign_up(client, **{field: value})
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert count(User) == count(Business) == 0


def test_what_is_wrong_is_said_in_the_language_of_each_page(client):
    """What a form library says by itself as well, whatever the page before was read in."""
    for language, sentence in (
        ("de", "Keine gültige Auswahl."),
        ("en", "Not a valid choice"),
        ("de", "Keine gültige"),
    ):
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        assert sentence in said(sign_up(client, trade="piracy"))


def test_what_was_typed_is_kept_except_the_password(client):
    page = soup(sign_up(client, business="", zone="Asia/Tokyo", language="en-US"))
    assert page.select_one("#name")["value"] == "Rosa Klein"
    assert page.select_one("#email")["value"] == "rosa@example.com"
    assert not page.select_one("#password").get("value")
    chosen = {
        it.parent.get("name") or it.parent.parent["name"]: it["value"]
        for it in page.select("option[selected]")
    }
    assert chosen == {
        "trade": "cafe",
        "country": "AT",
        "zone": "Asia/Tokyo",
        "language": "en-US",
    }


def test_names_are_cleaned_of_what_nobody_can_see(client):
    answer = client.post(
        "/sign-up",
        data=b"name=Ro%00sa%ED%A0%BD&email=rosa@example.com&password=a+quiet+morning&business=Ca%00f%C3%A9"
        b"&trade=cafe&country=AT&ticket=" + ticket(client).encode(),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 303
    assert find_business("cafe").name == "Café"


def test_added_fields_change_nothing(client):
    extra = {
        "role": "staff",
        "status": "open",
        "listed": "1",
        "slug": "admin",
        "is_platform_admin": "1",
        "id": "1",
    }
    assert sign_up(client, **extra).location == "/manage/rosas-cafe/"
    business = find_business("rosas-cafe")
    assert (business.status, business.listed) == ("draft", False)
    assert not find_user("rosa@example.com").is_platform_admin


@pytest.mark.parametrize("password", [PASSWORD, "another good one"])
def test_a_known_address_is_told_to_sign_in_whatever_the_password(client, password):
    a_user("rosa@example.com")
    answer = sign_up(client, email="Rosa@Example.com", password=password)
    assert answer.status_code == 422
    assert "If you already have an account, sign in first" in said(answer)
    page = soup(answer)
    assert page.select_one(".alert a[href='/sign-in?next=/account/businesses/new']")
    assert page.select_one("#email-error").text.strip() == "Please sign in, or use another address."
    assert (page.select_one("#email")["value"], page.select_one("#name")["value"]) == (
        "Rosa@Example.com",
        "Rosa Klein",
    )
    assert [it["id"] for it in page.select("[aria-invalid]")] == ["email"]
    assert page.select_one("#email").has_attr("autofocus")
    assert (count(User), count(Business), count(UserSession)) == (1, 0, 0)


def test_two_businesses_of_one_name_have_two_addresses(app):
    assert sign_up(app.test_client()).location == "/manage/rosas-cafe/"
    assert sign_up(app.test_client(), email="other@example.com").location == "/manage/rosas-cafe-2/"


def test_a_name_without_letters_of_the_alphabet_takes_the_trade_for_an_address(client):
    assert sign_up(client, business="喫茶店").location == "/manage/cafe/"


def test_the_same_form_sent_twice_opens_one_business(app, client):
    form = PERSON | SHOP | {"ticket": ticket(client)}
    other = app.test_client()
    first, second, third = (it.post("/sign-up", data=form) for it in (client, client, other))
    assert first.location == second.location == third.location == "/manage/rosas-cafe/"
    assert (count(User), count(Business)) == (1, 1)
    assert other.get("/manage/rosas-cafe/").status_code == 200


def test_the_same_form_with_another_password_lets_nobody_in(app, client):
    form = PERSON | SHOP | {"ticket": ticket(client)}
    client.post("/sign-up", data=form)
    other = app.test_client()
    answer = other.post("/sign-up", data=form | {"password": "another good one"})
    assert answer.status_code == 422
    assert "sign in first" in said(answer)
    assert other.get("/manage/rosas-cafe/").status_code == 303


def test_the_same_form_lets_nobody_in_once_the_account_is_closed(app, client):
    form = PERSON | SHOP | {"ticket": ticket(client)}
    client.post("/sign-up", data=form)
    set_active(find_user("rosa@example.com"), False, by=SYSTEM, now=clock.now())
    assert app.test_client().post("/sign-up", data=form).status_code == 422


def test_a_form_that_was_refused_can_be_sent_again(client):
    mine = ticket(client)
    a_user("rosa@example.com")
    assert sign_up(client, ticket=mine).status_code == 422
    assert sign_up(client, ticket=mine, email="klein@example.com").status_code == 303


def test_a_form_that_is_a_day_old_is_asked_for_once_more(client, frozen):
    old = ticket(client)
    frozen.shift(timedelta(hours=25))
    page = sign_up(client, ticket=old)
    assert "open for a very long time" in said(page)
    fresh = soup(page).select_one("input[name=ticket]")["value"]
    assert fresh != old
    assert sign_up(client, ticket=fresh).status_code == 303


def test_who_fills_it_in_faster_than_people_can_is_asked_once_more(app, client, frozen, monkeypatch):
    monkeypatch.setitem(app.config, "MINIMUM_FILL_SECONDS", 2)
    mine = ticket(client)
    page = sign_up(client, ticket=mine)
    assert (page.status_code, "very quick" in said(page)) == (422, True)
    assert soup(page).select_one("input[name=ticket]")["value"] == mine
    frozen.shift(timedelta(seconds=2))
    assert sign_up(client, ticket=mine).status_code == 303


@pytest.mark.usefixtures("counting")
def test_an_address_opens_so_many_an_hour(app, monkeypatch):
    monkeypatch.setitem(app.config, "SIGN_UPS_PER_HOUR", 2)
    for n in range(2):
        assert sign_up(app.test_client(), email=f"rosa{n}@example.com").status_code == 303
    answer = sign_up(app.test_client(), email="rosa3@example.com")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert soup(answer).select_one("#email")["value"] == "rosa3@example.com"
    assert count(Business) == 2


def test_somebody_who_is_signed_in_opens_another_business_in_place_of_an_account(app):
    user = a_membership(a_business("anns")).user
    assert signed_in(app, user).get("/sign-up").location == "/account/businesses/new"


def test_without_its_token_the_form_is_refused(database_url):
    guarded = create_app(settings(database_url, WTF_CSRF_ENABLED=True))
    with guarded.app_context():
        form = PERSON | SHOP | {"ticket": new_ticket()}
    assert guarded.test_client().post("/sign-up", data=form).status_code == 400


@pytest.mark.parametrize("page", ["/", "/sign-in", "/nowhere"])
def test_the_way_to_it_is_everywhere(client, page):
    assert soup(client.get(page)).select_one("a[href='/sign-up']")
