"""The team: its list, its forms, who leaves and comes back."""

from io import BytesIO

import pytest
from sqlalchemy import select, update

from app import fields
from app.appointments import upcoming
from app.businesses.models import Membership, Upload
from app.businesses.pictures import draw_picture, keep_picture
from app.core.db import db
from app.schedule import keeping
from app.schedule.models import Resource
from app.schedule.serving import put_away
from app.staff.models import StaffMember
from app.staff.profile import change_photo, change_profile
from app.staff.roster import find_person, services_of
from tests.factories import (
    a_booking,
    a_business,
    a_class_date,
    a_membership,
    a_shop,
    a_timetable,
    a_user,
    add_resource,
    add_service,
    berlin,
    by_the_system,
    hire,
    set_week,
    signed_in,
)
from tests.impact import decide
from tests.pictures import HTML, a_drawing, a_picture
from tests.reading import error, rows, soup, words

PATH = "/manage/ann-salon/staff"
FORM = {"name": "Ada Lovell", "colour": "3"}


@pytest.fixture
def business(app, frozen, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", tmp_path)
    business = a_business("ann-salon")
    set_week(business.id, {0: [(540, 1080)]})
    return business


@pytest.fixture
def manager(app, business):
    return signed_in(app, a_membership(business, "manager").user)


def only_person(business):
    (person,) = db.session.scalars(select(StaffMember).filter_by(business_id=business.id)).all()
    return find_person(business.id, person.resource_id)


def test_somebody_new_gets_a_colour_nobody_has(manager, business):
    def offered():
        return soup(manager.get(f"{PATH}/new")).select_one("input[name=colour][checked]")["value"]

    assert offered() == "1"
    for colour in (1, 2, 4):
        hire(business.id, "June", colour=colour)
    assert offered() == "3"
    gone = hire(business.id, "Ravi", colour=3)
    by_the_system(put_away)(business.id, gone.resource_id)
    assert offered() == "3"
    for colour in (1, *range(3, 13)):
        hire(business.id, "Kai", colour=colour)
    assert offered() == "2"


def test_the_list_says_who_is_here_when_and_who_may_sign_in(business, manager):
    june = a_membership(business, "staff").user_id
    hire(business.id, "Maya", title="Owner", colour=5)
    person = hire(business.id, "June", user_id=june)
    set_week(business.id, {0: [(600, 720), (780, 900)]}, person.resource_id)
    away = hire(business.id, "Tomás")
    set_week(business.id, {1: [(600, 720)]}, away.resource_id)
    page = manager.get(PATH)
    assert rows(page) == [
        "Maya Owner · 09:00–18:00",
        "June 10:00–12:00 and 13:00–15:00",
        "Tomás Not here today",
    ]
    assert [words(it) for it in soup(page).select(".row-tags")] == ["No sign-in", "Signs in", "No sign-in"]
    assert soup(page).select_one(".avatar.person-5")


def test_nobody_on_the_team_teaches_how_to_begin(business, manager):
    page = manager.get(PATH)
    assert "yourself first" in page.text
    assert soup(page).select_one(f"a[href='{PATH}/new']")


def test_somebody_is_added_with_all_the_form_says(business, manager):
    cut, colour = (add_service(business.id, name, minutes=30, price_cents=1) for name in ("Cut", "Colour"))
    form = FORM | {
        "title": " Senior  stylist ",
        "about": "Braids.\n\nAnd more.",
        "daily_limit": "8",
        "services": [cut.id],
    }
    answer = manager.post(PATH, data=form)
    person = only_person(business)
    assert answer.headers["Location"] == f"{PATH}/{person.id}"
    assert (person.name, person.title, person.about) == (
        "Ada Lovell",
        "Senior stylist",
        "Braids.\n\nAnd more.",
    )
    assert (person.colour, person.daily_limit, person.role) == (3, 8, None)
    assert {it.id: it.performed for it in services_of(business.id, person.id)} == {
        cut.id: True,
        colour.id: False,
    }


def test_the_form_shows_what_is_kept_and_changes_it(business, manager):
    cut, colour = (add_service(business.id, name, minutes=30, price_cents=1) for name in ("Cut", "Colour"))
    manager.post(PATH, data=FORM | {"services": [cut.id], "daily_limit": "8", "title": "Stylist"})
    person = only_person(business)
    page = soup(manager.get(f"{PATH}/{person.id}"))
    assert page.select_one("#name")["value"] == "Ada Lovell"
    assert page.select_one("[name=colour][checked]")["value"] == "3"
    assert [it["value"] for it in page.select("[name=services][checked]")] == [str(cut.id)]
    assert "30 min, €0.01" in words(page.select_one("#services"))
    form = {"name": "Ada", "colour": "12", "services": [colour.id], "title": "", "daily_limit": ""}
    assert manager.post(f"{PATH}/{person.id}", data=form).status_code == 303
    person = only_person(business)
    assert (person.name, person.colour, person.title, person.daily_limit) == ("Ada", 12, None, None)
    assert {it.id: it.performed for it in services_of(business.id, person.id)} == {
        cut.id: False,
        colour.id: True,
    }


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"title": "x" * 61}, "title"),
        ({"about": "x" * 601}, "about"),
        ({"colour": "0"}, "colour"),
        ({"colour": "13"}, "colour"),
        ({"colour": "red"}, "colour"),
        ({"colour": ""}, "colour"),
        ({"daily_limit": "0"}, "daily_limit"),
        ({"daily_limit": "1001"}, "daily_limit"),
        ({"daily_limit": "1.5"}, "daily_limit"),
        ({"daily_limit": "1_0"}, "daily_limit"),
        ({"daily_limit": "9" * 400}, "daily_limit"),
        ({"daily_limit": "-1"}, "daily_limit"),
        ({"daily_limit": "99999999999999999999"}, "daily_limit"),
        ({"daily_limit": "many"}, "daily_limit"),
        ({"services": ["999999"]}, "services"),
        ({"services": ["99999999999999999999"]}, "services"),
        ({"services": ["x"]}, "services"),
    ],
)
def test_what_makes_no_person_is_said_beside_the_field_and_kept(business, manager, wrong, field):
    hire(business.id, "Maya", title="Owner")
    was = only_person(business)
    for path in (PATH, f"{PATH}/{was.id}"):
        page = manager.post(path, data=FORM | {"about": "Kept"} | wrong)
        assert page.status_code == 422
        assert error(page, field)
        assert words(soup(page).select_one("#about")) == wrong.get("about", "Kept")
    assert only_person(business) == was


def test_a_service_of_another_business_is_no_choice(business, manager):
    strange = add_service(a_business().id, "Cut", minutes=30, price_cents=1)
    page = manager.post(PATH, data=FORM | {"services": [strange.id]})
    assert (page.status_code, bool(error(page, "services"))) == (422, True)


def test_a_photo_is_kept_replaced_and_removed(business, manager):
    person = hire(business.id, "Maya")
    path = f"{PATH}/{person.resource_id}"
    keys = []
    for _ in range(2):
        photo = (BytesIO(a_picture()), "me.png")
        answer = manager.post(path, data=FORM | {"photo": photo}, content_type="multipart/form-data")
        assert answer.status_code == 303
        keys.append(only_person(business).photo)
    assert keys[0] != keys[1]
    assert [it.key for it in db.session.scalars(select(Upload))] == keys[1:]
    assert f"/media/{keys[1]}-small.webp" in manager.get(PATH).text
    manager.post(path, data=FORM | {"remove_photo": "1"})
    assert only_person(business).photo is None
    assert list(db.session.scalars(select(Upload))) == []


def test_a_file_that_is_no_picture_is_refused_and_the_rest_is_kept(business, manager):
    photo = (BytesIO(HTML), "me.png")
    page = manager.post(PATH, data=FORM | {"photo": photo}, content_type="multipart/form-data")
    assert page.status_code == 422
    assert error(page, "photo")
    assert soup(page).select_one("#name")["value"] == "Ada Lovell"
    assert list(db.session.scalars(select(Resource).filter_by(business_id=business.id))) == []


def test_whoever_gives_a_class_is_not_taken_off_it_by_the_way(app, frozen):
    shop = a_shop(capacity=8)
    a_timetable(shop)
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    page = manager.post(f"/manage/{shop.business.slug}/staff/{shop.person.resource_id}", data=FORM)
    assert page.status_code == 422
    assert "is on the timetable for this class" in error(page, "services")
    assert find_person(shop.business.id, shop.person.resource_id).name == "Maya"


def test_there_are_only_so_many(business, manager, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 0)
    assert manager.post(PATH, data=FORM).status_code == 422


def test_people_are_moved_up_and_down_the_list(business, manager):
    team = [hire(business.id, name) for name in ("Maya", "Tomás", "June")]

    def names():
        return [it.split()[0] for it in rows(manager.get(PATH))]

    manager.post(f"{PATH}/{team[2].resource_id}/position", data={"move": "up"})
    assert names() == ["Maya", "June", "Tomás"]
    manager.post(f"{PATH}/{team[0].resource_id}/position", data={"move": "down"})
    assert names() == ["June", "Maya", "Tomás"]
    for person, move in ((team[2], "up"), (team[1], "down")):
        answer = manager.post(f"{PATH}/{person.resource_id}/position", data={"move": move})
        assert answer.headers["Location"] == PATH
    for odd in ({}, {"move": "sideways"}, {"move": "1"}):
        assert manager.post(f"{PATH}/{team[0].resource_id}/position", data=odd).status_code == 422
    assert names() == ["June", "Maya", "Tomás"]
    hire(business.id, "Ravi")
    assert names() == ["June", "Maya", "Tomás", "Ravi"]


def test_customers_see_them_in_the_same_order(app, frozen, client):
    shop = a_shop(2)
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    path = f"/manage/{shop.business.slug}/staff/{shop.people[1].resource_id}/position"
    manager.post(path, data={"move": "up"})
    page = client.get(f"{shop.page}?service={shop.service.id}").text
    assert page.index("Tomás") < page.index("Maya")


def test_of_much_that_is_booked_the_first_is_listed_and_the_rest_counted(app, frozen, monkeypatch):
    monkeypatch.setattr(upcoming, "MOST_SHOWN", 7)
    shop = a_shop()
    for n in range(9):
        a_booking(shop, berlin(f"2027-03-03 {9 + n:02}:00"), f"g{n}@example.com")
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    page = manager.get(f"/manage/{shop.business.slug}/staff/{shop.person.resource_id}/departure")
    assert "9 appointments ahead are with them" in page.text
    assert len(soup(page).select(".staying li")) == 7
    assert words(soup(page).select_one(".staying-left")) == "and 2 more"
    more = soup(page).select_one(".staying-left a")["href"]
    assert "view=agenda" in more
    assert manager.get(more).status_code == 200


def test_what_is_booked_is_listed_before_somebody_goes(app, frozen):
    shop = a_shop()
    a_booking(shop, berlin("2027-03-03 10:00"))
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    path = f"/manage/{shop.business.slug}/staff"
    departure = f"{path}/{shop.person.resource_id}/departure"
    page = manager.get(departure)
    assert "1 appointment ahead is with them" in page.text
    assert "the next page asks what becomes of it" in page.text
    assert "Wed 3 Mar, 10:00" in words(soup(page).select_one(".staying"))
    assert decide(manager, manager.post(departure)).headers["Location"] == f"{path}/former"
    assert rows(manager.get(path)) == []
    assert rows(manager.get(f"{path}/former")) == ["Maya"]
    page = manager.get(f"{path}/{shop.person.resource_id}")
    assert "Not on the team any more" in page.text
    assert "1 appointment ahead is still theirs" in page.text
    answer = manager.post(f"{path}/{shop.person.resource_id}/return")
    assert answer.headers["Location"] == f"{path}/{shop.person.resource_id}"
    assert len(rows(manager.get(path))) == 1


def test_a_class_nobody_is_in_yet_is_listed_too(app, frozen):
    shop = a_shop(capacity=8)
    a_class_date(shop, berlin("2027-03-03 18:00"))
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    page = manager.get(f"/manage/{shop.business.slug}/staff/{shop.person.resource_id}/departure")
    assert "nobody yet · Haircut" in words(soup(page).select_one(".staying"))


def test_the_last_owner_stays_and_is_told_why(app, business):
    owner = a_membership(business, "owner").user
    maya = hire(business.id, "Maya", user_id=owner.id)
    browser = signed_in(app, owner)
    page = browser.post(f"{PATH}/{maya.resource_id}/departure")
    assert page.status_code == 422
    assert "A business needs an owner" in words(soup(page).select_one("[role=alert].alert"))
    assert db.session.get_one(Resource, (business.id, maya.resource_id)).active


def test_a_manager_does_not_let_an_owner_go(app, business, manager):
    a_membership(business, "owner")
    maya = hire(business.id, "Maya", user_id=a_membership(business, "owner").user_id)
    path = f"{PATH}/{maya.resource_id}"
    assert not soup(manager.get(path)).select(".danger-zone")
    assert manager.get(f"{path}/departure").status_code == 403
    assert manager.post(f"{path}/departure").status_code == 403
    owners = select(Membership).filter_by(business_id=business.id, role="owner", active=True)
    assert len(db.session.scalars(owners).all()) == 2


def test_a_manager_does_not_let_a_manager_go_by_their_place_on_the_calendar(app, business, manager):
    other = a_membership(business, "manager")
    june = hire(business.id, "June", user_id=other.user_id)
    path = f"{PATH}/{june.resource_id}"
    assert not soup(manager.get(path)).select(".danger-zone")
    assert manager.get(f"{path}/departure").status_code == 403
    assert manager.post(f"{path}/departure").status_code == 403
    db.session.refresh(other)
    assert other.active


def test_who_comes_back_does_not_sign_in_by_that(app, business, manager):
    user = a_user()
    a_membership(business, "staff", user)
    june = hire(business.id, "June", user_id=user.id)
    manager.post(f"{PATH}/{june.resource_id}/departure")
    manager.post(f"{PATH}/{june.resource_id}/return")
    assert find_person(business.id, june.resource_id).role is None
    assert signed_in(app, user).get(PATH).status_code == 404


def test_staff_see_the_team_and_change_their_own_words_and_photo_only(app, business):
    user = a_user()
    june = hire(business.id, "June", user_id=user.id, title="Stylist", about="Before")
    maya = hire(business.id, "Maya")
    browser = signed_in(app, a_membership(business, "staff", user).user)
    page = browser.get(PATH)
    own = f"{PATH}/{june.resource_id}/profile"
    assert [it["href"] for it in soup(page).select(".row a")] == [own]
    assert not soup(page).select(".row form")
    assert "Mon 09:00–18:00" in browser.get(own).text
    form = {"about": "After", "name": "Boss", "title": "Boss", "colour": "9", "daily_limit": "1"}
    photo = (BytesIO(a_picture()), "me.png")
    answer = browser.post(own, data=form | {"photo": photo}, content_type="multipart/form-data")
    assert answer.headers["Location"] == own
    kept = find_person(business.id, june.resource_id)
    assert (kept.about, kept.name, kept.title, kept.colour) == ("After", "June", "Stylist", 1)
    assert kept.daily_limit is None
    assert kept.photo
    for path in (f"{PATH}/{maya.resource_id}/profile", f"{PATH}/{june.resource_id}", f"{PATH}/former"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"{PATH}/{maya.resource_id}/profile", data={"about": "Ha"}).status_code == 403
    assert browser.post(own, data={"about": "x" * 601}).status_code == 422


def test_nobody_elses_people_are_found_and_no_room_is_one(business, manager):
    strange, room = hire(a_business().id, "June"), add_resource(business.id, "space", "Chair")
    for number in (strange.resource_id, room.id):
        for page in ("", "/profile", "/departure"):
            assert manager.get(f"{PATH}/{number}{page}").status_code == 404
        for post in ("", "/profile", "/departure", "/return", "/position"):
            assert manager.post(f"{PATH}/{number}{post}", data=FORM).status_code == 404


def test_what_somebody_wrote_is_text_and_nothing_else(business, manager):
    manager.post(PATH, data=FORM | {"name": "<script>alert(1)</script>", "title": "<b>"})
    for path in (PATH, f"{PATH}/{only_person(business).id}"):
        page = manager.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_the_list_takes_as_many_statements_for_thirty_as_for_three(business, manager, queries):
    counts = []
    for number in (3, 27):
        for n in range(number):
            person = hire(business.id, f"Person {number} {n}")
            set_week(business.id, {0: [(540 + n, 1080)]}, person.resource_id)
        db.session.commit()
        with queries() as seen:
            assert manager.get(PATH).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_somebody_may_perform_as_many_services_as_there_are(business, manager):
    services = [str(add_service(business.id, f"Cut {n}", minutes=30, price_cents=1).id) for n in range(201)]
    # Without a name: all that counts is that so many fields are read.
    for body in ("multipart/form-data", "application/x-www-form-urlencoded"):
        answer = manager.post(PATH, data={"colour": "3", "services": services}, content_type=body)
        assert answer.status_code == 422
        assert len(soup(answer).select("[name=services][checked]")) == 201


def test_nothing_is_locked_while_a_photo_is_drawn(business, manager, monkeypatch):
    seen = []

    def slowly(kind, body):
        seen.append((kind, db.session().in_transaction()))
        return draw_picture(kind, body)

    monkeypatch.setattr(fields, "draw_picture", slowly)
    for path in (PATH, f"{PATH}/{{}}"):
        photo = (BytesIO(a_picture()), "me.png")
        person = db.session.scalar(select(StaffMember.resource_id).filter_by(business_id=business.id))
        manager.post(path.format(person), data=FORM | {"photo": photo}, content_type="multipart/form-data")
    assert seen == [("person", False)] * 2
    assert db.session.query(Upload).count() == 1


def test_a_photo_somebody_else_just_changed_is_not_left_behind(business):
    person = hire(business.id, "Maya")
    photo, keep = by_the_system(change_photo), by_the_system(keep_picture)
    photo(person, a_drawing(), remove=False)
    theirs = keep(business.id, "person", a_drawing())
    meanwhile = update(StaffMember).values(photo=theirs, about="Braids")
    drop_stale = {"synchronize_session": False}
    db.session.execute(meanwhile, execution_options=drop_stale)
    first = person.photo
    photo(person, a_drawing(), remove=False)
    assert {it.key for it in db.session.scalars(select(Upload))} == {first, person.photo}
    db.session.execute(update(StaffMember).values(about="Curls"), execution_options=drop_stale)
    by_the_system(change_profile)(person, about="Braids")
    assert db.session.scalar(select(StaffMember.about).filter_by(business_id=business.id)) == "Braids"
