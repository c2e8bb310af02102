"""A service as a whole: made, made anew and copied, while it is booked."""

import pytest
from sqlalchemy import select

from app.appointments import copying, designing
from app.appointments.class_dates import give_back
from app.appointments.designing import Design, StillOneOrMany
from app.appointments.models import Appointment
from app.appointments.upcoming import count_expected
from app.businesses.models import Upload
from app.businesses.window import NoticeBeyondWindow
from app.core import clock
from app.core.db import db
from app.schedule.grouping import NeedWish
from app.schedule.models import ClassTime
from app.schedule.needing import needs_of
from app.schedule.serving import Server
from app.services import keeping
from app.services.asking import QuestionWish, ask, questions_for
from app.services.categorizing import add_category
from app.services.keeping import TooManyServices
from app.services.models import Service
from tests.appointments.looking import events
from tests.factories import (
    ANNA,
    a_booking,
    a_business,
    a_hold,
    a_shop,
    a_timetable,
    berlin,
    by_the_system,
    rooms_of,
)
from tests.pictures import a_drawing

pytestmark = pytest.mark.usefixtures("app", "frozen", "folder")

create = by_the_system(designing.create_service)
redesign = by_the_system(designing.redesign)
copy = by_the_system(copying.copy_service)


def a_design(shop=None, places=1, picture=None, drops_picture=False, **columns):
    servers = tuple(Server(it.resource_id) for it in shop.people) if shop else ()
    given = {"name": "Haircut", "minutes": 30, "price_cents": 4500, "category_id": None} | columns
    return Design(given, places, [NeedWish(1, "staff", servers)], picture, drops_picture)


def test_a_new_service_is_the_last_one_with_all_it_takes():
    shop = a_shop()
    first = create(shop.business, a_design(shop, name="Colour"))
    second = create(shop.business, a_design(shop, name="Yoga", places=8, picture=a_drawing()))
    assert (first.position, second.position) == (1, 2)
    assert (second.capacity, second.picture is not None) == (8, True)
    assert needs_of(shop.business.id, [second.id])[second.id] == a_design(shop).needs


def test_what_is_booked_keeps_its_length_and_price():
    shop = a_shop()
    booked = [a_booking(shop, berlin(f"2027-03-02 {hour}:00")) for hour in range(10, 15)]
    assert count_expected(shop.business.id, shop.service.id, clock.now()) == 5
    assert redesign(shop.business, shop.service, a_design(shop, minutes=45, price_cents=6000)) == []
    later = a_booking(shop, berlin("2027-03-02 15:00"))
    assert {(it.minutes, it.total_cents) for it in booked} == {(30, 4500)}
    assert (later.minutes, later.total_cents) == (45, 6000)
    other = create(shop.business, a_design(shop, name="Colour"))
    assert count_expected(shop.business.id, other.id, clock.now()) == 0
    assert count_expected(a_business().id, shop.service.id, clock.now()) == 0


def test_two_members_save_at_once_and_the_last_one_wins():
    shop = a_shop()
    redesign(shop.business, shop.service, a_design(shop, price_cents=5000))
    redesign(shop.business, shop.service, a_design(shop, price_cents=6000))
    redesign(shop.business, shop.service, a_design(shop, price_cents=6000))
    assert [it.changes for it in events("service.changed")] == [
        {"price_cents": [4500, 5000]},
        {"price_cents": [5000, 6000]},
    ]


def test_a_drawing_is_kept_replaced_and_dropped():
    shop = a_shop()
    redesign(shop.business, shop.service, a_design(shop, picture=a_drawing()))
    first = shop.service.picture
    redesign(shop.business, shop.service, a_design(shop))
    assert shop.service.picture == first
    redesign(shop.business, shop.service, a_design(shop, picture=a_drawing()))
    assert shop.service.picture not in (None, first)
    redesign(shop.business, shop.service, a_design(shop, drops_picture=True))
    assert shop.service.picture is None
    assert db.session.query(Upload).count() == 0


def test_another_heading_puts_it_last_there():
    shop = a_shop()
    hair = add_category(shop.business.id, "Hair", by=ANNA, now=clock.now())
    create(shop.business, a_design(shop, category_id=hair.id))
    redesign(shop.business, shop.service, a_design(shop, category_id=hair.id))
    assert shop.service.position == 2


def test_notice_beyond_the_window_is_refused():
    shop = a_shop()
    wish = a_design(shop, notice_amount=61, notice_unit="days")
    with pytest.raises(NoticeBeyondWindow):
        redesign(shop.business, shop.service, wish)


def test_what_is_booked_as_one_or_as_many_stays_so():
    shop = a_shop()
    redesign(shop.business, shop.service, a_design(shop, places=8))
    assert shop.service.capacity == 8
    redesign(shop.business, shop.service, a_design(shop, places=1))
    assert shop.service.capacity == 1
    a_hold(shop, berlin("2027-03-02 10:00"))
    with pytest.raises(StillOneOrMany):
        redesign(shop.business, shop.service, a_design(shop, places=8))


def test_a_class_on_the_timetable_stays_one():
    shop = a_shop(capacity=8, minutes=60, advance_days=14)
    a_timetable(shop)
    give_back(shop.business, db.session.scalars(select(Appointment)).all())
    with pytest.raises(StillOneOrMany):
        redesign(shop.business, shop.service, a_design(shop, places=1))
    db.session.execute(ClassTime.__table__.update().values(valid_until=berlin("2027-02-28 12:00").date()))
    redesign(shop.business, shop.service, a_design(shop, places=1, minutes=60))
    assert [it.changes for it in events("service.changed")][-1] == {"capacity": [8, 1]}


def test_fewer_places_name_the_dates_that_are_too_full():
    shop = a_shop(capacity=3, minutes=60, advance_days=14)
    first = a_timetable(shop).dates[0]
    for email in ("a@example.com", "b@example.com", "c@example.com"):
        a_booking(shop, berlin("2027-03-02 18:00"), email)
    assert redesign(shop.business, shop.service, a_design(shop, places=2, minutes=60)) == [first]


def test_a_copy_has_all_but_the_bookings_and_cannot_be_booked_yet():
    shop = a_shop(people=2, description="Wash and cut")
    rooms_of(shop, "Chair")
    redesign_with_picture(shop)
    ask(shop.business.id, QuestionWish("Hair length?"), shop.service.id, by=ANNA, now=clock.now())
    ask(shop.business.id, QuestionWish("Any allergies?"), by=ANNA, now=clock.now())
    made = copy(shop.business, shop.service)
    assert (made.name, made.bookable, made.picture) == ("Haircut (copy)", False, None)
    assert (made.description, made.minutes, made.price_cents) == ("Wash and cut", 30, 4500)
    assert made.uid != shop.service.uid
    needs = needs_of(shop.business.id, [made.id, shop.service.id])
    assert needs[made.id] == needs[shop.service.id]
    assert [it.label for it in questions_for(shop.business.id, [made.id])] == [
        "Any allergies?",
        "Hair length?",
    ]


def redesign_with_picture(shop):
    design = a_design(shop, picture=a_drawing(), description="Wash and cut")
    needs = [*design.needs, *needs_of(shop.business.id, [shop.service.id])[shop.service.id][1:]]
    redesign(shop.business, shop.service, Design(design.columns, 1, needs, design.picture))


def test_a_list_has_an_end(monkeypatch):
    shop = a_shop()
    monkeypatch.setattr(keeping, "MOST", 2)
    create(shop.business, a_design(shop, name="Colour"))
    for act in (lambda: create(shop.business, a_design(shop)), lambda: copy(shop.business, shop.service)):
        with pytest.raises(TooManyServices):
            act()


def test_the_name_of_a_copy_is_never_too_long():
    shop = a_shop()
    shop.service.name = "x" * 120
    made = copy(shop.business, shop.service)
    assert (len(made.name), made.name[-7:]) == (120, " (copy)")
    assert db.session.query(Service).count() == 2
