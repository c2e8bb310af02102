"""The list of services, their headings and their questions, as managers use them."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.core.db import db
from app.services import keeping
from app.services.arranging import services_by_category
from app.services.asking import QuestionWish, ask, questions_for
from app.services.categorizing import add_category, categories_of
from app.services.models import Service
from tests.factories import (
    a_business,
    a_membership,
    a_shop,
    a_timetable,
    add_need,
    add_service,
    berlin,
    by_the_system,
    hire,
    signed_in,
)
from tests.reading import rows, soup

pytestmark = pytest.mark.usefixtures("frozen")

category = by_the_system(add_category)
asked = by_the_system(ask)


@pytest.fixture
def shop(app, frozen):
    return a_shop(people=2)


@pytest.fixture
def owner(app, shop):
    return signed_in(app, a_membership(shop.business, "owner").user)


def pages(shop):
    return f"/manage/{shop.business.slug}/services"


def a_service(shop, name, **more):
    return add_service(shop.business.id, name, minutes=30, price_cents=None, **more)


def names(shop):
    return [it.name for section in services_by_category(shop.business.id) for it in section.services]


def flashes(browser, shop):
    return soup(browser.get(pages(shop))).select_one(".flashes").text


def test_services_stand_under_their_headings_with_what_matters(shop, owner):
    hair = category(shop.business.id, "Hair")
    a_service(shop, "Yoga", capacity=8, category_id=hair.id, approval=True)
    hidden = a_service(shop, "Model cut", category_id=hair.id, bookable=False)
    add_need(shop.business.id, hidden.id, [])
    page = owner.get(pages(shop))
    assert rows(page) == [
        "Yoga 30 min · Price on request",
        "Model cut 30 min · Price on request",
        "Haircut 30 min · €45.00 · Maya, Tomás",
    ]
    assert [it.text for it in soup(page).select(".row-heading-title")] == ["Hair", "Without a category"]
    tags = [[tag.text.strip() for tag in row.select(".tag")] for row in soup(page).select(".row")]
    assert tags == [["Class of 8", "Needs approval", "Nobody does it"], ["Nobody does it", "Online off"], []]


def test_the_first_service_is_what_an_empty_list_asks_for(app, frozen):
    business = a_business()
    owner = signed_in(app, a_membership(business, "owner").user)
    page = owner.get(f"/manage/{business.slug}/services")
    assert "No services yet" in page.text
    assert owner.get(soup(page).select_one(".empty-actions a.primary")["href"]).status_code == 200


def test_a_sample_of_the_trade_is_one_click_and_everybody_does_it(app, frozen):
    business = a_business(trade="hair")
    maya = hire(business.id, "Maya")
    owner = signed_in(app, a_membership(business, "owner").user)
    place = f"/manage/{business.slug}/services"
    buttons = [it.text.strip() for it in soup(owner.get(place)).select(".empty form button")]
    assert buttons == ["Haircut", "Colour", "Blow-dry"]
    assert owner.post(f"{place}/samples", data={"sample": "1"}).location == place
    page = owner.get(place)
    assert rows(page) == ["Colour 2 h · €95.00 · Maya"]
    assert maya
    for odd in ({}, {"sample": "3"}, {"sample": "-1"}, {"sample": "1_0"}, {"sample": "x"}):
        assert owner.post(f"{place}/samples", data=odd).status_code == 422


def test_a_class_without_a_class_time_is_marked_with_the_way_to_its_timetable(frozen, app):
    shop = a_shop(capacity=8, minutes=60, advance_days=14)
    user = a_membership(shop.business, "owner").user
    owner = signed_in(app, user)
    a_service(shop, "Massage")

    def marked():
        page = soup(signed_in(app, user).get(pages(shop)))
        tags = [it.text.strip() for it in page.select(".row .tag.warning")]
        return tags.count("No times yet"), [it["href"] for it in page.select("[href$='/timetable']")]

    timetable = f"{pages(shop)}/{shop.service.id}/timetable"
    assert marked() == (1, [timetable])
    class_time = a_timetable(shop).dates[0].class_time_id
    assert marked() == (0, [])
    owner.post(f"{timetable}/{class_time}/ending", data={"last_on": "2027-03-02"})
    assert marked() == (0, []), "it goes on until tomorrow"
    frozen.move_to(berlin("2027-03-03 10:00"))
    assert marked() == (1, [timetable])
    owner = signed_in(app, user)
    owner.post(f"{pages(shop)}/{shop.service.id}/retirement")
    assert "No times yet" not in owner.get(f"{pages(shop)}?shown=away").text


def test_a_service_is_put_away_and_comes_back(shop, owner):
    one = f"{pages(shop)}/{shop.service.id}"
    answer = owner.post(f"{one}/retirement")
    assert (answer.status_code, answer.location) == (303, pages(shop))
    assert "Haircut is put away" in flashes(owner, shop)
    assert rows(owner.get(pages(shop))) == []
    away = owner.get(f"{pages(shop)}?shown=away")
    assert len(rows(away)) == 1
    assert "Put away" in soup(away).select_one(".row .tag").text
    assert "This is put away" in owner.get(one).text
    assert owner.post(f"{one}/return").location == one
    assert len(rows(owner.get(pages(shop)))) == 1


def test_a_service_comes_back_only_where_there_is_room_for_one_more(shop, owner, monkeypatch):
    one = f"{pages(shop)}/{shop.service.id}"
    owner.post(f"{one}/retirement")
    monkeypatch.setattr(keeping, "MOST", 1)
    other = a_service(shop, "Colour")
    answer = owner.post(f"{one}/return")
    assert (answer.status_code, answer.location) == (303, f"{pages(shop)}?shown=away")
    assert "There are 300 services already" in flashes(owner, shop)
    assert names(shop) == ["Colour"]
    assert owner.post(f"{pages(shop)}/{other.id}/return").location == f"{pages(shop)}/{other.id}"
    owner.post(f"{pages(shop)}/{other.id}/retirement")
    owner.post(f"{one}/return")
    assert names(shop) == ["Haircut"]


def test_a_copy_is_opened_and_hidden(shop, owner):
    answer = owner.post(f"{pages(shop)}/{shop.service.id}/copies")
    copy = db.session.scalars(select(Service).filter_by(name="Haircut (copy)")).one()
    assert answer.location == f"{pages(shop)}/{copy.id}"
    assert copy.bookable is False
    assert "This is the copy" in owner.get(answer.location).text


def test_a_service_goes_up_and_down(shop, owner):
    second = a_service(shop, "Second")
    owner.post(f"{pages(shop)}/{second.id}/position", data={"move": "up"})
    assert names(shop) == ["Second", "Haircut"]
    owner.post(f"{pages(shop)}/{second.id}/position", data={"move": "down"})
    assert names(shop) == ["Haircut", "Second"]
    for odd in ({}, {"move": "sideways"}, {"move": "1"}):
        assert owner.post(f"{pages(shop)}/{second.id}/position", data=odd).status_code == 422


def test_categories_are_added_renamed_moved_and_removed(shop, owner):
    place = f"{pages(shop)}/categories"
    for name in ("Hair", "  Care  "):
        assert owner.post(place, data={"name": name}).status_code == 303
        assert f"{name.strip()} is on the list." in soup(owner.get(place)).select_one(".flashes").text
    hair, care = categories_of(shop.business.id)
    shop.service.category_id = hair.id
    assert owner.post(f"{place}/{care.id}", data={"name": "Skin care"}).status_code == 303
    assert soup(owner.get(place)).select_one(".flashes p").text == "Skin care is saved."
    assert owner.post(f"{place}/{care.id}/position", data={"move": "up"}).status_code == 303
    assert [it.name for it in categories_of(shop.business.id)] == ["Skin care", "Hair"]
    page = owner.get(place)
    assert "1 service" in soup(page).select(".fold-item")[1].text
    assert owner.post(f"{place}/{hair.id}/removal").status_code == 303
    assert names(shop) == ["Haircut"]
    assert "Its services are still on your list" in soup(owner.get(place)).select_one(".flashes").text


@pytest.mark.parametrize("name", ["", "\u200b", "x" * 81, "hair"])
def test_a_category_that_cannot_be_is_said_and_stays_typed(shop, owner, name):
    place = f"{pages(shop)}/categories"
    category(shop.business.id, "Hair")
    nails = category(shop.business.id, "Nails")
    answer = owner.post(place, data={"name": name})
    assert answer.status_code == 422
    assert soup(answer).select_one("#name")["value"] == (name if name != "\u200b" else "")
    answer = owner.post(f"{place}/{nails.id}", data={"name": name})
    assert answer.status_code == 422
    assert soup(answer).select_one(f"details[open] #name-{nails.id}-error")
    assert not soup(answer).select_one("#name").get("value")
    assert [it.name for it in categories_of(shop.business.id)] == ["Hair", "Nails"]


def test_questions_are_asked_changed_moved_and_stopped(shop, owner):
    own = f"{pages(shop)}/{shop.service.id}/questions"
    given = {
        "label": "Hair length?",
        "kind": "choice",
        "options": "Short\r\n\r\n Long \nShort",
        "required": "y",
    }
    assert owner.post(own, data=given).status_code == 303
    assert owner.post(own, data={"label": "Coloured?", "kind": "yes_no"}).status_code == 303
    answer = owner.post(
        f"{pages(shop)}/questions", data={"label": "Allergies?", "kind": "text", "options": "x"}
    )
    assert answer.location == f"{pages(shop)}/questions"
    everybody, length, coloured = questions_for(shop.business.id, [shop.service.id])
    assert (length.options, length.required, coloured.kind) == (["Short", "Long"], True, "yes_no")
    assert (everybody.service_id, everybody.options) == (None, [])
    page = owner.get(own)
    assert [it.text for it in soup(page).select(".fold-item .row-title")] == ["Hair length?", "Coloured?"]
    assert "asked 1 question before these" in page.text
    one = f"{pages(shop)}/questions/{coloured.id}"
    assert owner.post(f"{one}/position", data={"move": "up"}).location == own
    assert owner.post(one, data={"label": "Ever coloured?", "kind": "text"}).location == own
    assert owner.post(f"{pages(shop)}/questions/{length.id}/removal").location == own
    found = questions_for(shop.business.id, [shop.service.id])
    assert [it.label for it in found] == ["Allergies?", "Ever coloured?"]
    assert owner.post(f"{pages(shop)}/questions/{length.id}", data=given).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"label": "", "kind": "text"},
        {"label": "\u200b", "kind": "text"},
        {"label": "x" * 201, "kind": "text"},
        {"label": "Which?", "kind": "choice", "options": "One"},
        {"label": "Which?", "kind": "choice", "options": "\n".join(map(str, range(21)))},
        {"label": "Which?", "kind": "choice", "options": "A\n" + "x" * 81},
        {"label": "Which?", "kind": "essay"},
        {"label": "Which?"},
    ],
)
def test_a_question_that_cannot_be_is_refused_where_it_was_typed(shop, owner, given):
    known = asked(shop.business.id, QuestionWish("Any allergies?"))
    given = given if "kind" in given else given | {"kind": ""}
    before = db.session.query(AuditEvent).count()
    for place in (f"{pages(shop)}/questions", f"{pages(shop)}/questions/{known.id}"):
        answer = owner.post(place, data=given)
        assert answer.status_code == 422
        if "choice" in given["kind"]:
            assert soup(answer).select_one("textarea[aria-invalid]").text.strip() == given["options"]
    assert soup(answer).select_one(f"#question-{known.id} details[open]")
    assert db.session.query(AuditEvent).count() == before


def test_nothing_of_another_business_is_found(shop, owner):
    other = a_shop()
    theirs = category(other.business.id, "Theirs")
    question = asked(other.business.id, QuestionWish("Theirs?"), other.service.id)
    service = f"{pages(shop)}/{other.service.id}"
    for place in (
        f"{service}/retirement",
        f"{service}/return",
        f"{service}/copies",
        f"{service}/position",
        f"{service}/questions",
        f"{pages(shop)}/categories/{theirs.id}",
        f"{pages(shop)}/categories/{theirs.id}/position",
        f"{pages(shop)}/categories/{theirs.id}/removal",
        f"{pages(shop)}/questions/{question.id}",
        f"{pages(shop)}/questions/{question.id}/position",
        f"{pages(shop)}/questions/{question.id}/removal",
    ):
        given = {"name": "Mine", "label": "Mine?", "kind": "text", "move": "up"}
        assert owner.post(place, data=given).status_code == 404, place
    assert (theirs.name, question.label, other.service.active) == ("Theirs", "Theirs?", True)


def test_staff_find_no_way_there(app, shop):
    staff = signed_in(app, a_membership(shop.business, "staff").user)
    assert staff.get(pages(shop)).status_code == 403
    day = f"/manage/{shop.business.slug}/"
    assert "Services" not in soup(staff.get(day)).select_one(".sidebar-nav").text
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    assert "Services" in soup(manager.get(day)).select_one(".sidebar-nav").text


def test_a_long_list_can_be_searched(shop, owner):
    assert not soup(owner.get(pages(shop))).select("[type=search]")
    for n in range(12):
        a_service(shop, f"Färben und Föhnen {n}")
    assert soup(owner.get(pages(shop))).select("[type=search]")
    page = owner.get(f"{pages(shop)}?q=FARB 11")
    assert rows(page) == ["Färben und Föhnen 11 30 min · Price on request"]
    assert not soup(page).select(".move-buttons")
    assert "Nothing has that name" in owner.get(f"{pages(shop)}?q=beard").text
    assert owner.get(pages(shop), query_string={"q": "x" * 10_000}).status_code == 200


def test_the_number_of_statements_does_not_grow_with_the_list(shop, owner, queries):
    owner.get(pages(shop))
    counts = []
    for more in (2, 57):
        heading = category(shop.business.id, f"Heading {more}")
        for _ in range(more):
            add_need(shop.business.id, a_service(shop, "Service", category_id=heading.id).id, [])
        hire(shop.business.id, "Somebody")
        db.session.commit()
        with queries() as said:
            owner.get(pages(shop))
        counts.append(len(said))
    assert counts[0] == counts[1] <= 8
