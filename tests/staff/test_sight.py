"""What staff see of the appointments of their colleagues: nothing, that time is taken, or everything."""

import pytest

from app.appointments.acquaintance import customers_open_to
from app.appointments.belonging import people_open_to
from app.core.db import db
from tests.factories import a_booking, a_membership, a_shop, a_user, berlin, signed_in
from tests.reading import soup

DAY = "2027-03-02"
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def shop(app):
    return a_shop(people=2)


@pytest.fixture
def visits(shop):
    """A visit with Maya, who looks, and one with Tomás."""
    mine = a_booking(shop, berlin(f"{DAY} 10:00"), "mine@example.com", person=shop.people[0])
    theirs = a_booking(shop, berlin(f"{DAY} 12:00"), "theirs@example.com", person=shop.people[1])
    mine.contact_name, theirs.contact_name = "Grace Mine", "Sam Theirs"
    theirs.member_note = "Likes it quiet"
    return mine, theirs


@pytest.fixture
def membership(shop, visits):
    made = a_membership(shop.business, "staff", a_user())
    shop.people[0].user_id = made.user_id
    return made


@pytest.fixture
def browser(app, membership):
    return signed_in(app, membership.user)


@pytest.fixture
def see(shop):
    def see(sight):
        shop.business.staff_see = sight
        db.session.commit()

    return see


CALENDARS = [f"calendar/?view={view}&date={DAY}" for view in ("day", "week", "agenda")] + [
    f"calendar/changes?view={view}&date={DAY}" for view in ("day", "week", "agenda")
]


@pytest.mark.parametrize("address", CALENDARS)
@pytest.mark.parametrize(
    ("sight", "column", "busy", "name"),
    [("own", False, False, False), ("busy", True, True, False), ("all", True, False, True)],
)
def test_the_calendar_shows_as_much_as_the_business_says(
    browser, shop, see, address, sight, column, busy, name
):
    see(sight)
    page = browser.get(f"/manage/{shop.business.slug}/{address}")
    assert page.status_code == 200
    shown = soup(page).select_one("#calendar") or soup(page)
    assert "Grace Mine" in shown.text
    assert ("Sam Theirs" in page.text) is name
    assert ("Busy" in shown.text) is busy
    assert ("Tomás" in page.text) is column


@pytest.mark.parametrize(("sight", "counted"), [("own", 1), ("busy", 2), ("all", 2)])
def test_a_month_counts_what_may_be_seen(shop, membership, see, sight, counted):
    from datetime import date

    from app.appointments.calendar.months import month_counts
    from app.appointments.calendar.people import team_of
    from app.core import clock

    see(sight)
    [day] = month_counts(shop.business, team_of(membership, together=True), [date(2027, 3, 2)], clock.now())
    assert day.appointments == counted


@pytest.mark.parametrize("sight", ["own", "busy", "all"])
def test_nobody_is_chosen_who_may_not_be_seen(browser, shop, see, sight):
    see(sight)
    who = shop.people[1].resource_id
    page = browser.get(f"/manage/{shop.business.slug}/calendar/?view=day&date={DAY}&who={who}")
    assert page.status_code in (200, 422)
    assert ("Sam Theirs" in page.text) is (sight == "all")
    assert ("Tomás" in page.text) is (sight != "own")


@pytest.mark.parametrize(("sight", "status"), [("own", 403), ("busy", 403), ("all", 200)])
def test_a_colleagues_appointment_is_read_only_where_that_is_allowed(
    browser, shop, visits, see, sight, status
):
    see(sight)
    page = browser.get(f"/manage/{shop.business.slug}/appointments/{visits[1].appointment_id}")
    assert page.status_code == status
    assert ("Sam Theirs" in page.text) is (status == 200)


def test_what_is_only_read_has_nothing_that_changes_it(browser, shop, visits, see):
    see("all")
    page = browser.get(f"/manage/{shop.business.slug}/appointments/{visits[1].appointment_id}")
    panel = soup(page).select_one("#reading")
    assert not panel.select("form, button, a[href]")
    assert "Likes it quiet" in panel.text
    assert "theirs@example.com" not in panel.text
    own = browser.get(f"/manage/{shop.business.slug}/appointments/{visits[0].appointment_id}")
    assert soup(own).select("#appointment form")


@pytest.mark.parametrize("sight", ["own", "busy", "all"])
def test_a_colleagues_appointment_is_never_changed(browser, shop, visits, see, sight):
    see(sight)
    theirs, at = visits[1], f"/manage/{shop.business.slug}"
    for path in (
        f"appointments/{theirs.appointment_id}/moves",
        f"appointments/{theirs.appointment_id}/swaps",
        f"bookings/{theirs.id}/cancellations",
    ):
        page = path if path.endswith("swaps") else f"{path}/new"
        assert browser.get(f"{at}/{page}").status_code == 403, path
        assert browser.post(f"{at}/{path}", data={"version": "1"}).status_code == 403, path
    assert browser.post(f"{at}/bookings/{theirs.id}/note", data={"note": "x"}).status_code == 403
    assert browser.post(f"{at}/bookings/{theirs.id}/arrival").status_code == 403
    assert theirs.status == "confirmed"
    assert theirs.member_note == "Likes it quiet"


def test_a_colleagues_appointment_is_read_and_not_dragged(shop, membership, see):
    from datetime import date

    from app.appointments.calendar.columns import day_grid
    from app.appointments.calendar.people import team_of
    from app.core import clock

    see("all")
    grid = day_grid(shop.business, team_of(membership), date(2027, 3, 2), clock.now())
    blocks = {it.somebody.name: it.blocks[0] for it in grid.columns}
    assert (blocks["Maya"].opens, blocks["Maya"].moves) == (True, True)
    assert (blocks["Tomás"].opens, blocks["Tomás"].moves) == (True, False)


@pytest.mark.parametrize(("sight", "status"), [("own", 403), ("busy", 403), ("all", 200)])
def test_customers_of_colleagues_are_known_where_their_appointments_are(
    browser, shop, visits, membership, see, sight, status
):
    see(sight)
    at = f"/manage/{shop.business.slug}/customers"
    assert browser.get(f"{at}/{visits[1].customer_id}").status_code == status
    listed = soup(browser.get(at)).select_one("#customers").text
    assert ("theirs@example.com" in listed) is (status == 200)
    assert (customers_open_to(membership) is None) is (status == 200)
    found = browser.get(f"{at}/matches?q=theirs", headers={"HX-Request": "true"})
    assert ("theirs@example.com" in found.text) is (status == 200)


@pytest.mark.parametrize("sight", ["own", "busy", "all"])
@pytest.mark.parametrize("page", ["", "requests"])
def test_the_page_of_today_is_ones_own(browser, shop, see, sight, page):
    see(sight)
    answer = browser.get(f"/manage/{shop.business.slug}/{page}?date={DAY}")
    assert answer.status_code == 200
    assert "Sam Theirs" not in answer.text


@pytest.mark.parametrize("sight", ["own", "busy", "all"])
def test_nobody_books_the_time_of_a_colleague(browser, shop, membership, see, sight):
    see(sight)
    assert people_open_to(membership) == {shop.people[0].resource_id}
    page = browser.get(f"/manage/{shop.business.slug}/bookings/new?date={DAY}")
    assert page.status_code in (200, 404)
    assert "Sam Theirs" not in page.text


@pytest.mark.parametrize("sight", ["own", "busy", "all"])
@pytest.mark.parametrize("role", ["manager", "owner"])
def test_managers_see_everything_always(app, shop, visits, see, sight, role):
    see(sight)
    browser = signed_in(app, a_membership(shop.business, role).user)
    page = browser.get(f"/manage/{shop.business.slug}/calendar/?view=day&date={DAY}")
    assert "Sam Theirs" in page.text
    panel = browser.get(f"/manage/{shop.business.slug}/appointments/{visits[1].appointment_id}")
    assert soup(panel).select("#appointment form")


def test_somebody_who_serves_nobody_sees_an_empty_calendar(app, shop, visits, see):
    see("own")
    browser = signed_in(app, a_membership(shop.business, "staff").user)
    for view in ("day", "week", "month", "agenda"):
        page = browser.get(f"/manage/{shop.business.slug}/calendar/?view={view}&date={DAY}")
        assert page.status_code == 200, view
        assert "Tomás" not in page.text


def test_the_setting_is_kept_on_the_page_of_sign_ins(app, shop, visits):
    browser = signed_in(app, a_membership(shop.business, "manager").user)
    at = f"/manage/{shop.business.slug}/staff/members"
    assert soup(browser.get(at)).select_one("#sight input[checked]")["value"] == "busy"
    assert browser.post(f"{at}/sight", data={"staff_see": "own"}).location == at
    assert shop.business.staff_see == "own"
    for wrong in ("everything", ""):
        assert browser.post(f"{at}/sight", data={"staff_see": wrong}).status_code == 422
    assert shop.business.staff_see == "own"
