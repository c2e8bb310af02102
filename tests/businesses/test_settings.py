"""The pages on which members say what their business is like."""

import pytest
from sqlalchemy import select

from app.businesses.forms.web import web_address
from app.businesses.models import Business, BusinessWord
from app.core.db import db
from tests.conftest import NOW
from tests.factories import a_business, a_membership, a_visit, add_service, signed_in
from tests.reading import error, soup

pytestmark = pytest.mark.usefixtures("frozen")
PAGE = "/manage/ann-salon/settings"
DETAILS = {
    "name": "Ann's Salon",
    "trade": "hair",
    "description": "Cut and colour.\nCoffee too.",
    "street": "Lindenstr. 1",
    "postcode": "10961",
    "city": "Berlin",
    "country": "DE",
    "email": "Hello@Ann.example",
    "phone": "030 5550142",
    "website": "ann.example",
    "currency": "EUR",
    "language": "en-GB",
    "zone": "Europe/Berlin",
    "shows_customer_zone": "y",
}
POLICY = {
    "amount": "2",
    "unit": "hours",
    "advance_days": "60",
    "hold_minutes": "10",
    "customers_move": "y",
    "customers_cancel": "y",
    "until": "1440",
    "until_unit": "hours",
    "most_moves": "3",
    "customer_limit": "",
    "house_rules": "",
}


SETTINGS = {
    "Business": ["Details", "Look", "Texts"],
    "Booking": ["Booking rules", "Orders", "Other calendars"],
    "Money": ["Payments and cancelling", "Online payment", "Codes"],
    "Messages": ["Mails and reminders", "Text messages"],
    "Website": ["Your website", "Poster and link"],
    "Records": ["History"],
}


def parts(page):
    """The pages of the settings by their group, as a phone lists them."""
    return {
        it.select_one("h2").text: [link.text for link in it.select("a")]
        for it in page.select(".sections-part")
    }


@pytest.fixture
def business(app):
    return a_business("ann-salon", name="Ann's Salon")


@pytest.fixture
def browser(app, business):
    return signed_in(app, a_membership(business, "owner").user)


def row(business):
    return {column.name: getattr(business, column.name) for column in Business.__table__.columns}


# Details


def test_details_are_kept_cleaned_and_in_whole(browser, business):
    answer = browser.post(PAGE, data=DETAILS)
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "Saved." in browser.get(PAGE).text
    assert (business.description, business.street) == ("Cut and colour.\nCoffee too.", "Lindenstr. 1")
    assert (business.email, business.phone) == ("hello@ann.example", "+49305550142")
    assert business.website == "https://ann.example"
    assert (business.trade, business.shows_customer_zone) == ("hair", True)


def test_the_phone_is_shown_as_people_write_it(client, browser, business):
    browser.post(PAGE, data=DETAILS)
    assert soup(browser.get(PAGE)).find(id="phone")["value"] == "+49 30 5550142"
    assert "+49 30 5550142" in client.get("/b/ann-salon/").text


def test_what_is_left_empty_is_nothing(browser, business):
    answer = browser.post(
        PAGE, data=DETAILS | dict.fromkeys(("phone", "website", "trade", "email", "city"), "")
    )
    assert answer.status_code == 303
    assert (business.phone, business.website, business.trade, business.email, business.city) == (None,) * 5


def test_a_search_finds_the_new_name(browser, business):
    browser.post(PAGE, data=DETAILS | {"name": "Zoë's Parlour"})
    words = set(db.session.scalars(select(BusinessWord.word).filter_by(business_id=business.id)))
    assert {"zoes", "parlour", "berlin", "hairdresser"} <= words
    assert "salon" not in words


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Please type a name"),
        ("name", "\u200b\u200b", "Please type a name"),
        ("name", "\x00", "Please type a name"),
        ("name", "x" * 300, "at most 120"),
        ("description", "x" * 501, "at most 500"),
        ("trade", "piracy", "choose one"),
        ("country", "XX", "choose one"),
        ("zone", "Mars/Olympus", "choose one"),
        ("currency", "ABC", "choose one"),
        ("language", "xx", "choose one"),
        ("email", "nobody", "does not look like an e-mail"),
        ("phone", "abc", "does not look like a phone number"),
        ("phone", "1", "does not look like a phone number"),
        ("website", "data:text/html,hello", "does not look like an address"),
        ("website", "ftp://ann.example", "does not look like an address"),
        ("website", "https://user:secret@ann.example", "does not look like an address"),
        ("website", "https://", "does not look like an address"),
        ("website", "http://[", "does not look like an address"),
        ("website", "ann", "does not look like an address"),
        ("website", "ann.example:99999", "does not look like an address"),
        ("website", 'https://ann.example/"><script>', "does not look like an address"),
        ("website", "x" * 301, "at most 300"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_the_rest_stays_typed(
    browser, business, field, value, words
):
    before = row(business)
    other = "street" if field != "street" else "city"
    answer = browser.post(PAGE, data=DETAILS | {other: "Typed Street 7", field: value})
    assert answer.status_code == 422
    assert words in error(answer, field)
    assert soup(answer).find(id=other)["value"] == "Typed Street 7"
    assert row(business) == before


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "https://example.com/\u202egpj.exe",
        "JavaScript://ann.example/%0aalert(1)",
        "mailto:ann@ann.example",
        "//ann.example",
    ],
)
def test_only_pages_are_websites(text):
    assert web_address(text) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ann.example", "https://ann.example"),
        ("http://ann.example/a?b=c", "http://ann.example/a?b=c"),
        ("HTTPS://Ann.example", "https://Ann.example"),
        ("münchen.example:8080", "https://münchen.example:8080"),
    ],
)
def test_a_website_is_completed(browser, business, typed, kept):
    assert browser.post(PAGE, data=DETAILS | {"website": typed}).status_code == 303
    assert business.website == kept


def test_a_number_belongs_to_the_country_that_is_chosen_with_it(browser, business):
    browser.post(PAGE, data=DETAILS | {"country": "AT", "phone": "01 5551234"})
    assert business.phone == "+4315551234"


def test_fields_nobody_was_asked_for_change_nothing(browser, business):
    before = row(business)
    more = {
        "status": "suspended",
        "listed": "1",
        "id": "1",
        "slug": "x",
        "brand_hue": "7",
        "lat": "1",
        "logo": "x",
    }
    assert browser.post(PAGE, data=DETAILS | more).status_code == 303
    assert {name: before[name] for name in more} == {name: getattr(business, name) for name in more}


def test_the_zones_of_the_country_come_first_and_the_current_one_is_chosen(browser):
    zone = soup(browser.get(PAGE)).find(id="zone")
    groups = [group["label"] for group in zone.find_all("optgroup")]
    assert groups[:3] == ["Germany", "Africa", "America"]
    assert [option["value"] for option in zone.find_all("option", selected=True)] == ["Europe/Berlin"]
    values = [option["value"] for option in zone.find_all("option")]
    assert len(values) == len(set(values)) > 400


def test_a_zone_without_a_country_can_stay(app):
    business = a_business("ann-salon", zone="UTC", country="AU")
    browser = signed_in(app, a_membership(business).user)
    zone = soup(browser.get(PAGE)).find(id="zone")
    assert [option["value"] for option in zone.find_all("option", selected=True)] == ["UTC"]
    labels = [group["label"] for group in zone.find_all("optgroup")]
    assert len(labels) == len(set(labels))


def test_countries_are_sorted_for_people(browser):
    names = [option.text for option in soup(browser.get(PAGE)).find(id="country").find_all("option")]
    assert names.index("Afghanistan") < names.index("Åland Islands") < names.index("Albania")
    assert len(names) > 200


def test_another_zone_with_bookings_ahead_is_asked_about_and_the_rest_stays_typed(browser, business):
    a_visit(business, NOW.replace(day=2))
    before = row(business)
    answer = browser.post(PAGE, data=DETAILS | {"zone": "Asia/Tokyo", "city": "Tokyo", "name": "Sumiko"})
    assert answer.status_code == 409
    assert soup(answer).select_one(".switcher-name").text == "Ann's Salon"
    assert soup(answer).select_one("input[name=city]")["value"] == "Tokyo"
    assert row(business) == before


def test_another_zone_with_nothing_ahead_is_kept(browser, business):
    assert browser.post(PAGE, data=DETAILS | {"zone": "Asia/Tokyo"}).status_code == 303
    assert business.zone == "Asia/Tokyo"


# Booking rules


@pytest.mark.parametrize(
    ("amount", "unit", "kept"),
    [
        ("0", "minutes", (0, "minutes")),
        ("45", "minutes", (45, "minutes")),
        ("2", "hours", (120, "minutes")),
        ("2", "days", (2, "days")),
        ("8760", "hours", (525_600, "minutes")),
    ],
)
def test_notice_is_kept_in_minutes_or_days(browser, business, amount, unit, kept):
    answer = browser.post(
        f"{PAGE}/policy", data=POLICY | {"amount": amount, "unit": unit, "advance_days": "730"}
    )
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/policy")
    assert (business.notice_amount, business.notice_unit) == kept


def test_the_rules_are_shown_as_they_were_typed_and_in_words(browser, business):
    form = POLICY | {"customer_limit": "3", "hold_minutes": "15", "house_rules": " Ring twice.\n"}
    browser.post(f"{PAGE}/policy", data=form)
    assert (business.customer_limit, business.hold_minutes, business.house_rules) == (3, 15, "Ring twice.")
    page = soup(browser.get(f"{PAGE}/policy"))
    assert page.find(id="amount")["value"] == "2"
    assert page.find(id="unit").find("option", selected=True)["value"] == "hours"
    assert "Customers can book from 2 hours before until 60 days ahead." in page.text


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (
            {"notice_amount": 1, "notice_unit": "days", "advance_days": 1},
            "from 1 day before until 1 day ahead",
        ),
        ({"notice_amount": 30, "advance_days": 0}, "from 30 minutes before until the end of the same day"),
        ({"notice_amount": 0, "advance_days": 7}, "until the very last minute, and until 7 days ahead"),
    ],
)
def test_a_window_in_words(app, columns, words):
    browser = signed_in(app, a_membership(a_business("ann-salon", **columns)).user)
    assert words in browser.get(f"{PAGE}/policy").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount", "-1", "whole number"),
        ("amount", "1.5", "whole number"),
        ("amount", "1000000000", "between 0 and 8760"),
        ("amount", "9" * 5000, "whole number"),
        ("amount", "", "Please enter a number"),
        ("unit", "years", "choose one"),
        ("advance_days", "731", "between 0 and 730"),
        ("advance_days", "-1", "whole number"),
        ("hold_minutes", "0", "between 1 and 60"),
        ("hold_minutes", "61", "between 1 and 60"),
        ("customer_limit", "0", "between 1 and 1000"),
        ("customer_limit", "many", "whole number"),
        ("house_rules", "x" * 2001, "at most 2,000"),
    ],
)
def test_rules_that_cannot_be_are_refused_beside_their_field(browser, business, field, value, words):
    before = row(business)
    answer = browser.post(f"{PAGE}/policy", data=POLICY | {field: value})
    assert answer.status_code == 422
    assert words in error(answer, field)
    if field not in ("unit", "house_rules"):
        assert soup(answer).find(id=field).get("value", "") == value
    assert row(business) == before


def test_notice_longer_than_the_window_is_refused_and_everything_stays_typed(browser, business):
    before = row(business)
    typed = {"amount": "8", "unit": "days", "advance_days": "7", "hold_minutes": "33", "house_rules": "Ring."}
    answer = browser.post(f"{PAGE}/policy", data=POLICY | typed)
    assert answer.status_code == 422
    assert "nothing could be booked any more" in error(answer, "amount")
    page = soup(answer)
    assert [page.find(id=name)["value"] for name in ("amount", "advance_days", "hold_minutes")] == [
        "8",
        "7",
        "33",
    ]
    assert page.find(id="house_rules").text.strip() == "Ring."
    assert row(business) == before


def test_a_service_that_could_not_be_booked_any_more_is_named(browser, business):
    add_service(business.id, "Balayage", minutes=30, price_cents=1, notice_amount=9, notice_unit="days")
    answer = browser.post(f"{PAGE}/policy", data=POLICY | {"advance_days": "8"})
    assert answer.status_code == 422
    assert "“Balayage”" in error(answer, "amount")
    db.session.refresh(business)
    assert business.advance_days == 60


# Texts


def test_texts_and_addresses_of_texts_are_kept(browser, business):
    form = {"imprint": "Ann Smith\nBerlin", "privacy": "HTTPS://ann.example/privacy", "terms": ""}
    answer = browser.post(f"{PAGE}/texts", data=form, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert (business.imprint, business.privacy, business.terms) == (
        "Ann Smith\nBerlin",
        "https://ann.example/privacy",
        None,
    )


def test_each_text_leads_to_where_customers_read_it(client, browser, business):
    business.imprint, business.privacy = "Ann Smith", "https://ann.example/privacy"
    links = [link["href"] for link in soup(browser.get(f"{PAGE}/texts")).select(".form-section a")]
    assert links == ["/b/ann-salon/imprint", "https://ann.example/privacy"]
    assert "Ann Smith" in client.get(links[0]).text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x" * 20_001, "at most 20,000"),
        ("http://ann.example/", "begin with https://"),
        ("https://ann", "begin with https://"),
        ("https://", "begin with https://"),
    ],
)
def test_a_text_that_cannot_be_is_refused(browser, business, value, words):
    answer = browser.post(f"{PAGE}/texts", data={"imprint": "Ann", "privacy": value, "terms": ""})
    assert answer.status_code == 422
    assert words in error(answer, "privacy")
    assert soup(answer).find(id="imprint").text.strip() == "Ann"
    assert business.imprint is None


def test_the_longest_texts_of_any_alphabet_are_taken(browser, business):
    form = dict.fromkeys(("imprint", "privacy", "terms"), "漢" * 20_000)
    answer = browser.post(f"{PAGE}/texts", data=form, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert len(business.terms or "") == 20_000


# Who may


@pytest.mark.parametrize("page", ["", "/look", "/policy", "/texts", "/address"])
def test_staff_are_told_no_and_do_not_see_the_way(app, business, page):
    browser = signed_in(app, a_membership(business, "staff").user)
    assert browser.get(PAGE + page).status_code == 403
    page = soup(browser.get("/manage/ann-salon/"))
    assert [it["href"] for it in page.select("a[href*=settings]")] == [f"{PAGE}/notices"]


def test_a_manager_sees_all_but_the_address(app, business):
    browser = signed_in(app, a_membership(business, "manager").user)
    page = soup(browser.get(PAGE))
    assert parts(page) == SETTINGS
    assert [it.text for it in page.select(".sections-groups a")] == list(SETTINGS)
    assert [it.text for it in page.select(".sections-pages a")] == SETTINGS["Business"]
    assert page.select_one(".sections-groups a[aria-current]").text == "Business"
    assert {it["href"] for it in page.select("nav a[aria-current=page]")} == {PAGE}
    assert browser.get(f"{PAGE}/address").status_code == 403


def test_an_owner_sees_two_more(browser):
    groups = parts(soup(browser.get(PAGE)))
    assert groups["Website"][-1] == "Address on the web"
    assert groups["Records"] == ["History", "Your data"]


def test_a_page_below_another_shows_where_one_is(browser):
    page = soup(browser.get("/manage/ann-salon/coupons/new"))
    assert page.select_one(".sections-pages a[aria-current=page]").text == "Codes"
    assert " ".join(page.select_one(".sections-line").text.split()) == "Money Codes"


@pytest.mark.parametrize("page", ["", "/look", "/policy", "/texts", "/address"])
def test_another_business_has_no_settings(browser, page):
    a_business("other")
    assert browser.get(f"/manage/other/settings{page}").status_code == 404
    assert browser.post(f"/manage/other/settings{page}", data=DETAILS).status_code == 404


@pytest.mark.parametrize("page", ["", "/look", "/policy", "/texts", "/address"])
def test_a_page_asks_little(browser, queries, page):
    browser.get(PAGE + page)
    with queries() as seen:
        assert browser.get(PAGE + page).status_code == 200
    assert len(seen) <= (6 if page == "/address" else 4), seen


@pytest.mark.parametrize("name", ["website", "phone"])
def test_what_nobody_can_see_is_nothing(browser, business, name):
    assert browser.post(PAGE, data=DETAILS | {name: "\u200b"}).status_code == 303
    assert getattr(business, name) is None


@pytest.mark.parametrize("name", ["imprint", "privacy", "terms"])
def test_a_text_nobody_can_see_is_none(browser, business, name):
    assert browser.post(f"{PAGE}/texts", data={name: "\u200b"}).status_code == 303
    assert getattr(business, name) is None


@pytest.mark.parametrize("typed", ["1_0", "٣", "9" * 400, "+6", "1e3"])
def test_numbers_nobody_means_are_refused(browser, business, typed):
    for name in ("advance_days", "hold_minutes", "customer_limit"):
        rules = {"notice_amount": "2", "notice_unit": "hours", "advance_days": "60", "hold_minutes": "10"}
        answer = browser.post(f"{PAGE}/policy", data=rules | {name: typed})
        assert answer.status_code == 422
        assert "whole number" in error(answer, name)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"status": "draft"}, "only you and your team see it"),
        ({"status": "suspended"}, "was suspended"),
        ({"listed": False}, "not in the search on the start page"),
        ({"listed": True}, "people find it in the search"),
    ],
)
def test_the_owner_reads_who_finds_the_page(browser, business, columns, said):
    for name, value in columns.items():
        setattr(business, name, value)
    assert said in soup(browser.get("/manage/ann-salon/settings/address")).find(id="found").text
    opened = soup(browser.get("/manage/ann-salon/?opened=1")).select_one("#opened #found")
    assert (opened is not None) == (columns == {"listed": False})


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"until": "0"}, 0),
        ({"until": "2880"}, 2880),
        ({"until": "other", "until_amount": "36", "until_unit": "hours"}, 2160),
        ({"until": "other", "until_amount": "45", "until_unit": "minutes"}, 45),
        ({"until": "other", "until_amount": "30", "until_unit": "days"}, 43200),
        ({"until": "120", "until_amount": "nonsense"}, 120),
    ],
)
def test_until_when_customers_may_change_things_is_kept_in_minutes(browser, business, sent, kept):
    answer = browser.post(f"{PAGE}/policy", data=POLICY | sent)
    assert answer.status_code == 303
    assert business.change_until_min == kept


def test_what_customers_may_do_can_be_taken_from_them(browser, business):
    form = {
        name: value for name, value in POLICY.items() if name not in ("customers_move", "customers_cancel")
    }
    browser.post(f"{PAGE}/policy", data=form | {"most_moves": ""})
    assert (business.customers_move, business.customers_cancel, business.most_moves) == (False, False, None)
    page = browser.get(f"{PAGE}/policy")
    assert "Customers read: “To move or cancel a booking, please contact us.”" in page.text
    assert soup(page).find(id="most_moves")["value"] == ""


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "Free to move or cancel until 24 hours before."),
        ({"change_until_min": 0}, "Free to move or cancel until it begins."),
        ({"customers_move": False, "change_until_min": 90}, "Free to cancel until 90 minutes before."),
        (
            {"customers_cancel": False, "change_until_min": 10080},
            "Free to move until 7 days before. To cancel, please contact us.",
        ),
    ],
)
def test_the_rules_for_changes_are_read_as_customers_read_them(browser, business, columns, words):
    for name, value in columns.items():
        setattr(business, name, value)
    db.session.flush()
    assert f"Customers read: “{words}”" in browser.get(f"{PAGE}/policy").text


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"until": "7"}, "until", "Please choose one of those offered."),
        ({"until": ""}, "until", "Please choose one of those offered."),
        ({"until": "other", "until_amount": ""}, "until_amount", "Please enter a number"),
        ({"until": "other", "until_amount": "-1"}, "until_amount", "whole number"),
        ({"until": "other", "until_amount": "31", "until_unit": "days"}, "until_amount", "between 0 and 30"),
        ({"until": "other", "until_amount": "721"}, "until_amount", "between 0 and 720"),
        ({"until": "other", "until_amount": "9" * 5000}, "until_amount", "whole number"),
        ({"until": "other", "until_amount": "2", "until_unit": "weeks"}, "until_unit", "offered"),
        ({"most_moves": "0"}, "most_moves", "between 1 and 99"),
        ({"most_moves": "100"}, "most_moves", "between 1 and 99"),
        ({"most_moves": "1.5"}, "most_moves", "whole number"),
    ],
)
def test_rules_for_changes_that_make_no_sense_are_refused(browser, business, sent, field, words):
    answer = browser.post(f"{PAGE}/policy", data=POLICY | sent)
    assert answer.status_code == 422
    assert words in error(answer, field)
    assert business.change_until_min == 1440


@pytest.mark.parametrize(
    ("minutes", "shown"), [(1440, ("1440", "1", "days")), (2160, ("other", "36", "hours"))]
)
def test_an_unusual_time_is_shown_as_it_was_typed(browser, business, minutes, shown):
    business.change_until_min = minutes
    db.session.flush()
    page = soup(browser.get(f"{PAGE}/policy"))
    chosen = [page.select_one(f"#{name} option[selected]")["value"] for name in ("until", "until_unit")]
    assert (chosen[0], page.find(id="until_amount")["value"], chosen[1]) == shown


@pytest.mark.parametrize(("country", "order"), [("DE", ["postcode", "city"]), ("US", ["city", "postcode"])])
def test_the_town_is_asked_for_in_the_order_of_its_country(browser, business, country, order):
    business.country = country
    form = soup(browser.get(PAGE))
    assert [it["name"] for it in form.select("[name=city], [name=postcode]")] == order
