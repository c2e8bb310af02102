"""Two appointments of a day change places, and back."""

from app.appointments.models import Booking
from app.core.db import db
from app.schedule.serving import Server
from tests.appointments.desk.looking import FRAGMENT, TUESDAY, local, panel, version
from tests.appointments.looking import appointment_of, events, state
from tests.factories import a_booking, a_class_date, a_shop, a_visit, add_need, add_service, berlin, hire
from tests.reading import rows as texts
from tests.reading import soup

TEN, NOON = berlin(TUESDAY + "10:00"), berlin(TUESDAY + "12:00")


def pair(shop):
    """Olivia at ten with Maya, Sam at noon with Tomás."""
    one = a_booking(shop, TEN, person=shop.people[0])
    other = a_booking(shop, NOON, "sam@example.com", person=shop.people[1])
    other.contact_name = "Sam Whitfield"
    return one, other


def form(one, other, **more):
    fields = {"version": version(one), "other": f"{other.appointment_id}:{version(other)}", "tell": "y"}
    return {name: value for name, value in (fields | more).items() if value is not None}


def swaps(shop, booking):
    return panel(shop, booking, "/swaps")


def test_the_others_of_the_day_are_offered(shop, owner):
    one, _other = pair(shop)
    a_booking(shop, berlin("2027-03-03 10:00"), "next@example.com")
    page = owner.get(swaps(shop, one))
    assert texts(page, "h1") == ["Swap Olivia Park’s Haircut"]
    assert texts(page, ".choice-row") == ["12:00–12:30 · Sam Whitfield Haircut · Tomás"]


def test_a_day_with_nothing_else_says_what_to_do(shop, owner):
    booking = a_booking(shop, TEN)
    page = owner.get(swaps(shop, booking))
    assert "Nothing to swap with" in page.text
    assert soup(page).select_one(f"a[href='{panel(shop, booking, '/moves/new')}']")


def test_both_change_places_and_both_are_told(shop, owner):
    one, other = pair(shop)
    answer = owner.post(swaps(shop, one), data=form(one, other))
    assert (answer.status_code, answer.location) == (303, panel(shop, one))
    assert [local(appointment_of(it)) for it in (one, other)] == ["Tue 12:00–12:30", "Tue 10:00–10:30"]
    people = [db.session.get(Booking, (shop.business.id, it.id)).performer_name for it in (one, other)]
    assert people == ["Tomás", "Maya"]
    assert [it.changes["told"] for it in events("appointment.moved")] == [[None, True]] * 2
    assert texts(owner.get(panel(shop, other)), ".history-title")[0] == "Swapped"


def test_undoing_a_swap_swaps_back_both_once(shop, owner):
    one, other = pair(shop)
    owner.post(swaps(shop, one), data=form(one, other))
    undo = soup(owner.get(panel(shop, one), headers=FRAGMENT)).select_one(".desk-recent form")
    sent = {it["name"]: it["value"] for it in undo.select("input")}
    assert owner.post(undo["action"], data=sent).status_code == 303
    assert [local(appointment_of(it)) for it in (one, other)] == ["Tue 10:00–10:30", "Tue 12:00–12:30"]
    before = state()
    assert owner.post(undo["action"], data=sent).status_code == 409
    assert state() == before


def test_a_swap_is_not_undone_once_the_other_one_moved_on(shop, owner):
    one, other = pair(shop)
    owner.post(swaps(shop, one), data=form(one, other))
    third = {"date": "2027-03-02", "time": "15:00", "person": shop.people[0].resource_id, "minutes": 30}
    owner.post(panel(shop, other, "/moves"), data=third | {"version": version(other)})
    before = state()
    answer = owner.post(panel(shop, one, "/return"), data={"version": version(one)})
    assert answer.status_code == 409
    assert state() == before


def test_doing_it_twice_does_not_undo_it(shop, owner):
    one, other = pair(shop)
    sent = form(one, other)
    assert owner.post(swaps(shop, one), data=sent).status_code == 303
    before = state()
    answer = owner.post(swaps(shop, one), data=sent)
    assert (answer.status_code, state()) == (409, before)
    assert "changed meanwhile" in answer.text


def test_nothing_and_nonsense_are_no_choice(shop, owner):
    one, other = pair(shop)
    elsewhere = a_booking(a_shop(), TEN)
    before = state()
    for sent in ("", "x", "999999:0", f"{one.appointment_id}:0", f"{elsewhere.appointment_id}:0"):
        answer = owner.post(swaps(shop, one), data=form(one, other) | {"other": sent})
        assert answer.status_code == 422, sent
        assert texts(answer, ".field-error")
    assert state() == before


def test_a_wrong_version_of_the_other_is_out_of_date(shop, owner):
    one, other = pair(shop)
    for sent in (f"{other.appointment_id}", f"{other.appointment_id}:x", f"{other.appointment_id}:99"):
        assert owner.post(swaps(shop, one), data=form(one, other) | {"other": sent}).status_code == 409


def test_what_stands_in_the_way_is_named_and_can_be_set_aside(shop, owner):
    """Sam's is longer than the time between Olivia and Noor."""
    long = add_service(shop.business.id, "Colour", minutes=90, price_cents=100)
    add_need(shop.business.id, long.id, [Server(it.resource_id) for it in shop.people])
    one, _sam = pair(shop)
    noor = a_booking(shop, berlin(TUESDAY + "11:00"), "noor@example.com", person=shop.people[0])
    noor.contact_name = "Noor Aziz"
    colour = type(shop)(shop.business, long, shop.people)
    other = a_booking(colour, berlin(TUESDAY + "14:00"), "leo@example.com", person=shop.people[1])
    before = state()
    answer = owner.post(swaps(shop, one), data=form(one, other))
    assert (answer.status_code, state()) == (409, before)
    assert "Maya has Noor Aziz’s Haircut 11:00–11:30 at that time." in answer.text
    assert owner.post(swaps(shop, one), data=form(one, other, anyway="busy")).status_code == 303
    assert local(appointment_of(other)) == "Tue 10:00–11:30"


def test_nobody_gets_what_they_do_not_do(shop, owner):
    """Colour is Tomás's alone."""
    colour = add_service(shop.business.id, "Colour", minutes=30, price_cents=100)
    add_need(shop.business.id, colour.id, [Server(shop.people[1].resource_id)])
    one = a_booking(shop, TEN, person=shop.people[0])
    colours = type(shop)(shop.business, colour, shop.people)
    other = a_booking(colours, NOON, "sam@example.com")
    before = state()
    answer = owner.post(swaps(shop, one), data=form(one, other))
    assert (answer.status_code, state()) == (422, before)
    assert "does not do this service" in texts(answer, ".alert.bad")[0]
    assert not soup(answer).select("button[name=anyway]")


def test_staff_swap_among_their_own(shop, staff):
    one, other = pair(shop)
    own = a_booking(shop, berlin(TUESDAY + "14:00"), "own@example.com", person=shop.people[0])
    assert len(texts(staff.get(swaps(shop, one)), ".choice-row")) == 1
    assert staff.post(swaps(shop, one), data=form(one, other)).status_code == 422
    assert staff.get(swaps(shop, other)).status_code == 403
    assert staff.post(swaps(shop, other), data=form(other, one)).status_code == 403
    assert staff.post(swaps(shop, one), data=form(one, own)).status_code == 303
    assert local(appointment_of(own)) == "Tue 10:00–10:30"


def test_what_is_over_or_cancelled_or_a_class_is_not_offered(shop, owner):
    one, _other = pair(shop)
    a_visit(shop.business, berlin(TUESDAY + "15:00"), status="cancelled")
    a_visit(shop.business, berlin(TUESDAY + "16:00"), status="completed")
    yoga = add_service(shop.business.id, "Yoga", minutes=60, price_cents=0, capacity=5)
    ada = hire(shop.business.id, "Ada")
    add_need(shop.business.id, yoga.id, [Server(ada.resource_id)])
    classes = type(shop)(shop.business, yoga, (ada,))
    a_class_date(classes, berlin(TUESDAY + "17:00"))
    a_booking(classes, berlin(TUESDAY + "17:00"), "leo@example.com")
    assert len(texts(owner.get(swaps(shop, one)), ".choice-row")) == 1


def test_the_list_asks_as_much_for_many_as_for_one(shop, owner, queries):
    one, _other = pair(shop)
    address = swaps(shop, one)

    def asked():
        with queries() as seen:
            assert owner.get(address).status_code == 200
        return len(seen)

    few = asked()
    for hour in (13, 14, 15):
        a_booking(shop, berlin(f"2027-03-02 {hour}:00"), f"guest{hour}@example.com")
    assert asked() == few <= 15
