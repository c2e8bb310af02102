"""The form of a service: what it keeps, what it refuses, and what it says beside which field."""

import io

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.businesses.models import Upload
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.schedule.grouping import NeedWish
from app.schedule.needing import needs_of, set_needs
from app.schedule.serving import Server, put_away
from app.services.categorizing import add_category
from app.services.models import Service
from tests.factories import (
    a_booking,
    a_business,
    a_membership,
    a_shop,
    a_timetable,
    add_resource,
    add_service,
    berlin,
    hire,
    rooms_of,
    signed_in,
)
from tests.impact import decide
from tests.pictures import HTML, a_picture
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("frozen", "folder")


@pytest.fixture
def shop(app, frozen):
    return a_shop(people=2)


@pytest.fixture
def owner(app, shop):
    return signed_in(app, a_membership(shop.business, "owner").user)


def pages(shop):
    return f"/manage/{shop.business.slug}/services"


def page_of(shop):
    return f"{pages(shop)}/{shop.service.id}"


def typed(**more):
    """What a browser sends for a plain service."""
    return (
        {"name": "Haircut", "kind": "visit", "minutes": "30", "step": "15", "notice_unit": "hours"}
        | {"bookable": "y"}
        | more
    )


def sent_by(page):
    """What a browser would send of the form as it is shown."""
    form = soup(page).select_one("form[enctype]")
    fields = {}
    for it in form.select("input, select, textarea"):
        name, kind = it.get("name"), it.get("type", "text")
        if not name or kind == "file" or (kind in ("checkbox", "radio") and not it.has_attr("checked")):
            continue
        if it.name == "select":
            value = next(
                (o["value"] for o in it.select("option[selected]")), it.select_one("option")["value"]
            )
        else:
            value = it.text.strip() if it.name == "textarea" else it.get("value", "on")
        fields.setdefault(name, []).append(value)
    return fields


def errors(response):
    return [it.text.strip() for it in soup(response).select(".field-error")]


def the_service(name="Haircut"):
    return db.session.scalars(select(Service).filter_by(name=name).order_by(Service.id.desc())).first()


def test_a_new_service_needs_a_name_a_length_and_nothing_else(shop, owner):
    answer = owner.post(pages(shop), data=typed(name="Colour", minutes="90"))
    assert (answer.status_code, answer.location) == (303, pages(shop))
    made = the_service("Colour")
    assert (made.minutes, made.price_cents, made.capacity, made.bookable) == (90, None, 1, True)
    assert needs_of(shop.business.id, [made.id])[made.id] == [NeedWish(1, "staff", ())]


def test_everything_that_was_said_is_kept_and_shown_again(shop, owner):
    maya, tomas = (it.resource_id for it in shop.people)
    hair = add_category(shop.business.id, "Hair", by=SYSTEM, now=clock.now())
    chair, lamp = (add_resource(shop.business.id, "space", name).id for name in ("Chair", "Lamp"))
    given = typed(
        name="  Balayage  and gloss ",
        description="By hand.\r\nWith a gloss.",
        category=str(hair.id),
        minutes="150",
        step="30",
        before="5",
        after="10",
        price="210,50",
        tax="19",
        people=[str(maya), str(tomas)],
        approval="y",
        online="y",
        bookable="y",
        notice_amount="3",
        advance_days="30",
        daily_limit="4",
        customer_limit="2",
        picture=(io.BytesIO(a_picture()), "hair.png"),
    )
    given |= {f"own-{tomas}-price": "180", f"own-{tomas}-minutes": "180"}
    given |= {"pause-first": "45", "pause-free": "60", "pause-last": "45"}
    given |= {"need-2-rooms": [str(chair)], "need-3-rooms": [str(lamp)]}
    assert owner.post(pages(shop), data=given).status_code == 303
    made = the_service("Balayage and gloss")
    assert (made.description, made.category_id) == ("By hand.\nWith a gloss.", hair.id)
    assert (made.minutes, made.step_min, made.before_min, made.after_min) == (150, 30, 5, 10)
    assert (made.price_cents, made.tax_bp, made.approval, made.online) == (21050, 1900, True, True)
    assert (made.notice_amount, made.notice_unit, made.advance_days) == (180, "minutes", 30)
    assert (made.daily_limit, made.customer_limit, made.bookable) == (4, 2, True)
    assert made.picture
    needs = needs_of(shop.business.id, [made.id])[made.id]
    assert needs == [
        NeedWish(1, "staff", (Server(maya), Server(tomas, 180, 18000)), ((0, 45), (105, 150))),
        NeedWish(2, "space", (Server(chair),)),
        NeedWish(3, "space", (Server(lamp),)),
    ]
    address = f"{pages(shop)}/{made.id}"
    shown = sent_by(owner.get(address))
    assert shown["price"] == ["210.50"]
    assert shown["tax"] == ["19"]
    assert (shown["notice_amount"], shown["notice_unit"]) == (["3"], ["hours"])
    before = db.session.query(AuditEvent).count()
    assert owner.post(address, data=shown).status_code == 303
    assert db.session.query(AuditEvent).count() == before, "saving what is shown changes nothing"


def test_everybody_does_a_new_service_until_somebody_is_left_out(shop, owner):
    assert sent_by(owner.get(f"{pages(shop)}/new"))["people"] == [str(it.resource_id) for it in shop.people]
    shown = sent_by(owner.get(f"{pages(shop)}/new?kind=class"))
    assert shown["kind"] == ["class"]


def test_what_is_booked_is_said_to_keep_its_length_and_price(shop, owner):
    a_booking(shop, berlin("2027-03-02 10:00"))
    page = owner.get(page_of(shop))
    assert "1 booking ahead keeps its length and price" in page.text
    asked = owner.post(page_of(shop), data=sent_by(page) | {"minutes": "45", "price": "60"})
    assert decide(owner, asked).status_code == 303
    assert (the_service().minutes, the_service().price_cents) == (45, 6000)


@pytest.mark.parametrize(
    ("price", "cents"),
    [
        ("", None),
        ("0", 0),
        ("12", 1200),
        ("12,50", 1250),
        ("12.50", 1250),
        ("12.5", 1250),
        ("€12.50", 1250),
        ("1,234.50", 123450),
        ("100000", 10_000_000),
        (" 45.00 EUR ", 4500),
    ],
)
def test_a_price_is_understood_as_people_write_it(shop, owner, price, cents):
    assert owner.post(page_of(shop), data=typed(price=price)).status_code == 303
    assert the_service().price_cents == cents


@pytest.mark.parametrize(
    "price",
    [
        "-1",
        "12.505",
        "1e3",
        "NaN",
        "Infinity",
        "1_0",
        "1000000000",
        "100000000.01",
        "twelve",
        "１２",
        "1.2.3",
        "12 50 €x",
    ],
)
def test_what_is_no_price_is_said_beside_it_and_stays_in_the_field(shop, owner, price):
    answer = owner.post(page_of(shop), data=typed(price=price))
    assert answer.status_code == 422
    assert soup(answer).select_one("#price")["aria-invalid"] == "true"
    assert soup(answer).select_one("#price")["value"] == price
    assert the_service().price_cents == 4500


def test_currencies_without_cents_take_whole_numbers(app, owner, shop):
    shop.business.currency = "JPY"
    assert owner.post(page_of(shop), data=typed(price="4500.5")).status_code == 422
    assert owner.post(page_of(shop), data=typed(price="4,500")).status_code == 303
    assert the_service().price_cents == 4500
    assert soup(owner.get(page_of(shop))).select_one("#price")["value"] == "4500"


NUMBERS = {
    "minutes": ("", "0", "4", "1441"),
    "before": ("1441",),
    "after": ("2881",),
    "tax": ("100.01", "-1", "1.999", "NaN"),
    "advance_days": ("731",),
    "daily_limit": ("0", "10001"),
    "customer_limit": ("0", "1001"),
    "notice_amount": ("525601", "8761"),
}
ODD = ("-1", "1.5", "1000000000", "1_0", "NaN", "९", "1" * 5000, "one")


@pytest.mark.parametrize(
    ("field", "value"),
    [(field, value) for field, values in NUMBERS.items() for value in values]
    + [(field, value) for field in NUMBERS if field != "tax" for value in ODD],
)
def test_a_number_that_cannot_be_is_said_beside_its_field_and_changes_nothing(shop, owner, field, value):
    answer = owner.post(page_of(shop), data=typed(**{field: value}))
    assert answer.status_code == 422
    assert soup(answer).select_one(f"#{field}")["aria-invalid"] == "true"
    assert len(soup(answer).select(".form-errors li")) == 1
    assert db.session.query(AuditEvent).filter_by(action="service.changed").count() == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\u200b\u2060 \u00ad"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"description": "x" * 1001}, "description"),
        ({"step": "7"}, "step"),
        ({"step": "0"}, "step"),
        ({"notice_unit": "weeks"}, "notice_unit"),
    ],
)
def test_words_and_choices_are_bounded(shop, owner, given, field):
    answer = owner.post(page_of(shop), data=typed(**given))
    assert answer.status_code == 422
    assert soup(answer).select_one(f"#{field}")["aria-invalid"] == "true"


def test_what_belongs_to_another_business_is_no_choice(shop, owner):
    other = a_shop()
    foreign = add_category(other.business.id, "Theirs", by=SYSTEM, now=clock.now())
    [room] = rooms_of(other, "Theirs")
    rooms_of(shop, "Ours")
    for given in (
        {"category": str(foreign.id)},
        {"category": "x"},
        {"people": [str(other.person.resource_id)]},
        {"people": ["1_0"]},
        {"need-2-rooms": [str(room)]},
        {"need-2-rooms": [str(shop.person.resource_id)]},
        {"kind": "series"},
    ):
        answer = owner.post(page_of(shop), data=typed(**given))
        assert answer.status_code == 422, given
    assert owner.get(f"{pages(shop)}/{other.service.id}").status_code == 404
    assert owner.post(f"{pages(shop)}/{other.service.id}", data=typed(name="Mine")).status_code == 404
    assert other.service.name == "Haircut"


def test_fields_nobody_asked_for_change_nothing(shop, owner):
    other = a_business()
    extra = {
        "business_id": other.id,
        "uid": "0",
        "id": "7",
        "capacity": "9",
        "unit": "hour",
        "active": "",
        "position": "-4",
    }
    extra |= {"tax_bp": "1", "own-999-price": "1", "need-9-rooms": "1"}
    before = {column: getattr(shop.service, column) for column in ("id", "business_id", "uid", "position")}
    assert owner.post(page_of(shop), data=typed(bookable="y") | extra).status_code == 303
    service = the_service()
    assert {column: getattr(service, column) for column in before} == before
    assert (service.capacity, service.unit, service.active, service.tax_bp) == (1, "visit", True, 0)


@pytest.mark.parametrize(
    ("pause", "sentence"),
    [
        (("10", "10", "20"), "These add up to 40 minutes, but the service takes 30."),
        (("10", "", "20"), "Please say how long they are free"),
        (("", "30", ""), "Please say how long they work"),
        (("-1", "10", "20"), "Please enter a whole number."),
    ],
)
def test_a_pause_is_a_part_of_the_length(shop, owner, pause, sentence):
    given = dict(zip(("pause-first", "pause-free", "pause-last"), pause, strict=True))
    answer = owner.post(page_of(shop), data=typed(**given))
    assert answer.status_code == 422
    assert any(sentence in it for it in errors(answer))
    assert soup(answer).select_one("details.more[open] #pause-first")["value"] == pause[0]


def test_a_pause_may_stand_at_the_end_and_go_again(shop, owner):
    owner.post(page_of(shop), data=typed(**{"pause-first": "10", "pause-free": "20", "pause-last": ""}))
    assert needs_of(shop.business.id, [shop.service.id])[shop.service.id][0].stretches == ((0, 10),)
    shown = sent_by(owner.get(page_of(shop)))
    assert [shown[f"pause-{it}"] for it in ("first", "free", "last")] == [["10"], ["20"], ["0"]]
    owner.post(page_of(shop), data=typed())
    assert needs_of(shop.business.id, [shop.service.id])[shop.service.id][0].stretches == ()


def test_an_own_price_that_is_none_opens_its_place(shop, owner):
    maya = shop.person.resource_id
    answer = owner.post(page_of(shop), data=typed(people=[str(maya)], **{f"own-{maya}-price": "lots"}))
    assert answer.status_code == 422
    assert soup(answer).select_one(f"details[open] #own-{maya}-price")["value"] == "lots"
    assert "Maya: Please enter an amount" in soup(answer).select_one(".form-errors").text


def test_notice_longer_than_the_window_is_said_beside_it(shop, owner):
    answer = owner.post(page_of(shop), data=typed(notice_amount="61", notice_unit="days"))
    assert answer.status_code == 422
    assert "With that much notice" in soup(answer).select_one("#notice_amount-error").text
    assert soup(answer).select_one("details[open] #notice_amount")


def test_a_class_has_places_and_goes_on_to_its_times(shop, owner):
    assert owner.post(pages(shop), data=typed(name="Yoga", kind="class")).status_code == 422
    for places in ("1", "0", "10001", "x"):
        assert (
            owner.post(pages(shop), data=typed(name="Yoga", kind="class", places=places)).status_code == 422
        )
    answer = owner.post(pages(shop), data=typed(name="Yoga", kind="class", places="8"))
    made = the_service("Yoga")
    assert answer.location == f"{pages(shop)}/{made.id}/timetable"
    assert made.capacity == 8
    assert owner.post(pages(shop), data=typed(name="Visit", places="x")).status_code == 303


def test_what_is_booked_as_a_visit_does_not_become_a_class(shop, owner):
    a_booking(shop, berlin("2027-03-02 10:00"))
    answer = owner.post(page_of(shop), data=typed(kind="class", places="8", name="Other"))
    assert answer.status_code == 422
    assert "cannot change between one place and several" in soup(answer).select_one("#kind-error").text
    assert soup(answer).select_one("h1").text == "Haircut"
    assert soup(answer).select_one("#name")["value"] == "Other"
    assert the_service().capacity == 1


def test_fewer_places_are_not_said_to_be_too_few_where_everybody_was_cancelled(app):
    shop = a_shop(capacity=3, minutes=60, advance_days=14)
    owner = signed_in(app, a_membership(shop.business, "owner").user)
    a_timetable(shop)
    emails = ("a@example.com", "b@example.com", "c@example.com")
    date, *_ = [a_booking(shop, berlin("2027-03-02 18:00"), it).appointment_id for it in emails]
    people = [str(shop.person.resource_id)]
    given = typed(kind="class", places="2", minutes="60", advance_days="14", people=people)
    assert decide(owner, owner.post(page_of(shop), data=given), {date: "cancel"}).status_code == 303
    page = owner.get(page_of(shop)).text
    assert "Haircut is saved." in page
    assert "more people in it" not in page


def test_fewer_places_than_people_are_said(app):
    shop = a_shop(capacity=3, minutes=60, advance_days=14)
    owner = signed_in(app, a_membership(shop.business, "owner").user)
    a_timetable(shop)
    for email in ("a@example.com", "b@example.com", "c@example.com"):
        a_booking(shop, berlin("2027-03-02 18:00"), email)
    people = [str(shop.person.resource_id)]
    given = typed(kind="class", places="2", minutes="60", advance_days="14", people=people)
    assert decide(owner, owner.post(page_of(shop), data=given)).status_code == 303
    assert "1 date ahead has more people in it" in owner.get(page_of(shop)).text
    answer = owner.post(page_of(shop), data=given | {"people": []})
    assert answer.status_code == 422
    assert (
        "Maya is on the timetable for this class: Tuesday, 18:00."
        in soup(answer).select_one("#people-error").text
    )


def test_who_is_put_away_stays_with_the_service_for_when_they_are_back(shop, owner):
    maya, tomas = (it.resource_id for it in shop.people)
    put_away(shop.business.id, tomas, by=SYSTEM, now=clock.now())
    page = owner.get(page_of(shop))
    assert "Tomás" not in page.text
    owner.post(page_of(shop), data=sent_by(page) | {"price": "50"})
    [need] = needs_of(shop.business.id, [shop.service.id])[shop.service.id]
    assert need.resources == {maya, tomas}


def test_nobody_to_do_it_is_a_warning_and_no_error(shop, owner):
    assert owner.post(page_of(shop), data=typed()).status_code == 303
    assert "Nobody does this yet" in owner.get(page_of(shop)).text
    assert "Nobody does it" in owner.get(pages(shop)).text


def test_needs_this_form_does_not_show_stay(shop, owner):
    from tests.factories import add_need

    second = hire(shop.business.id, "Assistant").resource_id
    add_need(shop.business.id, shop.service.id, [Server(second)])
    owner.post(page_of(shop), data=sent_by(owner.get(page_of(shop))) | {"price": "50"})
    assert [it.position for it in needs_of(shop.business.id, [shop.service.id])[shop.service.id]] == [1, 2]


def test_a_picture_is_shown_and_removed_and_what_is_none_is_refused(shop, owner):
    given = {"picture": (io.BytesIO(a_picture()), "a.png")}
    owner.post(page_of(shop), data=typed() | given)
    key = the_service().picture
    assert soup(owner.get(page_of(shop))).select_one(f"img[src*='{key}']")
    answer = owner.post(page_of(shop), data=typed() | {"picture": (io.BytesIO(HTML), "a.png")})
    assert answer.status_code == 422
    assert soup(answer).select_one("#picture-error")
    assert the_service().picture == key
    owner.post(page_of(shop), data=typed(remove_picture="y"))
    assert the_service().picture is None
    assert db.session.query(Upload).count() == 0


def test_a_business_with_many_people_keeps_their_own_prices(shop, owner):
    maya = shop.person.resource_id
    owner.post(page_of(shop), data=typed(people=[str(maya)], **{f"own-{maya}-price": "99"}))
    for n in range(60):
        hire(shop.business.id, f"Person {n}")
    page = owner.get(page_of(shop))
    shown = sent_by(page) | {"people": [it["value"] for it in soup(page).select("[name=people]")]}
    assert sum(map(len, shown.values())) < 200
    assert owner.post(page_of(shop), data=shown).status_code == 303
    [need] = needs_of(shop.business.id, [shop.service.id])[shop.service.id]
    assert Server(maya, None, 9900) in need.servers
    assert len(need.servers) == 62


def test_the_number_of_statements_does_not_grow_with_people_and_rooms(shop, owner, queries):
    owner.get(page_of(shop))
    counts = []
    for more in (1, 30):
        for n in range(more):
            hire(shop.business.id, f"Person {more} {n}")
            add_resource(shop.business.id, "space", f"Room {more} {n}")
        db.session.commit()
        with queries() as said:
            owner.get(page_of(shop))
        counts.append(len(said))
    assert counts[0] == counts[1] <= 13


def test_services_by_the_hour_are_not_edited_here(shop, owner):
    room = add_service(shop.business.id, "Hall", minutes=None, price_cents=1, unit="hour")
    assert owner.get(f"{pages(shop)}/{room.id}").status_code == 404
    assert "Hall" not in owner.get(pages(shop)).text


def test_a_service_that_a_room_performs_keeps_it_and_asks_for_nobody(shop, owner):
    [court, other] = rooms_of(shop, "Court", "Other court")
    performed = [NeedWish(1, "space", (Server(court, 45, 900), Server(other)))]
    set_needs(shop.business.id, shop.service.id, performed, by=SYSTEM, now=clock.now())
    page = owner.get(page_of(shop))
    assert not soup(page).select("[name=people]")
    assert "Nobody does this yet" not in page.text
    given = sent_by(page) | {"name": "Tennis", "people": str(shop.person.resource_id)}
    assert owner.post(page_of(shop), data=given).status_code == 422, "nobody can be ticked"
    assert owner.post(page_of(shop), data=sent_by(page) | {"name": "Tennis"}).status_code == 303
    assert needs_of(shop.business.id, [shop.service.id])[shop.service.id] == performed
    assert the_service("Tennis")
