import pytest

from app.appointments.flow.forms.wish import new_flow
from app.core.db import db
from tests.factories import a_booking, a_hold, a_shop, a_timetable, a_visitor, add_service, berlin, set_week
from tests.reading import soup

HTMX = {"HX-Request": "true"}


def times(response):
    return [it["value"][11:16] for it in soup(response).select("input[name=start]")]


def test_the_services_come_first(client, shop):
    colour = add_service(shop.business.id, "Colour", minutes=90, price_cents=9000)
    response = client.get(shop.page)
    assert response.status_code == 200
    offered = {it["value"] for it in soup(response).select("input[name=service]")}
    assert offered == {str(shop.service.id), str(colour.id)}
    assert not soup(response).select("#slots")


def test_the_only_service_and_the_only_person_need_not_be_chosen(client, app, frozen):
    shop = a_shop(people=1)
    response = client.get(f"{shop.page}?date=2027-03-02")
    assert soup(response).select_one("input[name=service]").has_attr("checked")
    assert not soup(response).select("input[name=staff]")
    first = soup(response).select_one("input[name=start]")
    assert first["aria-label"] == "Book 09:00 on Tuesday 2 March with Maya"


def test_a_time_that_another_choice_does_not_have_is_not_lost_in_silence(client, shop):
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.person)
    query = f"?service={shop.service.id}&staff={shop.person.resource_id}&date=2027-03-02"
    response = client.get(f"{shop.page}{query}&start=2027-03-02T10:00:00%2B01:00")
    assert "not free with this choice" in soup(response).select_one("#slots .alert").text
    assert "not free with this choice" in soup(response).select_one("#slots")["data-announce"]


def test_a_service_brings_people_days_and_times(client, shop):
    response = client.get(f"{shop.page}?service={shop.service.id}&date=2027-03-02")
    assert soup(response).select_one("input[name=staff]")["value"] == "any"
    assert times(response)[:2] == ["09:00", "09:15"]
    assert times(response)[-1] == "17:30"
    assert len(soup(response).select(".day")) == 7


def test_without_a_day_the_first_one_with_a_free_time_is_shown(client, shop, frozen):
    frozen.move_to(berlin("2027-03-05 18:00"))
    response = client.get(f"{shop.page}?service={shop.service.id}")
    assert soup(response).select_one('.day[aria-current="date"] .day-number').text.strip() == "8"


def test_each_time_has_a_full_name(client, shop):
    query = f"?service={shop.service.id}&staff={shop.person.resource_id}&date=2027-03-02"
    first = soup(client.get(shop.page + query)).select_one("input[name=start]")
    assert first["aria-label"] == "Book 09:00 on Tuesday 2 March with Maya"


def test_taken_times_are_not_offered_with_that_person_but_with_others(client, shop):
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.person)
    base = f"{shop.page}?service={shop.service.id}&date=2027-03-02&staff="
    assert "10:00" not in times(client.get(f"{base}{shop.person.resource_id}"))
    assert "10:00" in times(client.get(f"{base}any"))


def test_a_full_day_says_so_and_names_the_next_three(client, app, frozen):
    shop = a_shop(minutes=540)
    a_booking(shop, berlin("2027-03-02 09:00"))
    response = client.get(f"{shop.page}?service={shop.service.id}&date=2027-03-02")
    assert times(response) == []
    links = soup(response).select(".next-free-list a")
    assert [link.get_text(strip=True) for link in links] == [
        "Wed 3 Mar, 09:00",
        "Thu 4 Mar, 09:00",
        "Fri 5 Mar, 09:00",
    ]
    chosen = soup(client.get(links[0]["href"])).select_one("input[name=start][checked]")
    assert chosen["value"] == "2027-03-03T09:00:00+01:00"


def test_a_targeted_request_gets_the_partial_and_a_boosted_one_the_page(client, shop):
    url = f"{shop.page}?service={shop.service.id}"
    assert soup(client.get(url, headers=HTMX)).find("html") is None
    assert soup(client.get(url, headers=HTMX)).select_one("#flow")
    assert soup(client.get(url, headers=HTMX | {"HX-Boosted": "true"})).find("html")
    slots = client.get(f"{shop.page}/slots?service={shop.service.id}", headers=HTMX)
    assert next(iter(soup(slots).find_all(True, recursive=False)))["id"] == "slots"
    assert "HX-Request" in slots.headers["Vary"]


def test_ones_own_hold_does_not_hide_its_time(client, app, frozen):
    from app.appointments.flow.forms.wish import new_flow
    from app.core import signing

    shop = a_shop()
    flow = new_flow(shop.business.id)
    a_hold(shop, berlin("2027-03-02 10:00"), a_visitor(signing.read("flow", flow)[1]))
    url = f"{shop.page}?service={shop.service.id}&date=2027-03-02"
    assert "10:00" not in times(client.get(url))
    assert "10:00" in times(client.get(f"{url}&flow={flow}"))


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_link_from_elsewhere_brings_no_flow_that_its_sender_could_look_into(client, app, frozen, site):
    shop = a_shop()
    flow = new_flow(shop.business.id)
    url = f"{shop.page}?service={shop.service.id}&flow={flow}"
    ours = soup(client.get(url, headers={"Sec-Fetch-Site": "same-origin"})).select_one("input[name=flow]")
    theirs = soup(client.get(url, headers={"Sec-Fetch-Site": site})).select_one("input[name=flow]")
    assert ours["value"] == flow
    assert theirs["value"] != flow


@pytest.mark.parametrize(
    "query", ["", "?service=", "?service=0", "?service=nothing", "?staff=1&date=2027-03-02"]
)
def test_times_of_no_service_are_a_sentence(client, app, frozen, query):
    shop = a_shop(people=2)
    add_service(shop.business.id, "Colour", minutes=90, price_cents=9000)
    response = client.get(f"{shop.page}/slots{query}", headers=HTMX)
    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == "#alert"
    assert "not offered" in response.text


def test_choosing_sets_no_cookie(client, shop):
    headers = client.get(f"{shop.page}?service={shop.service.id}").headers
    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers["Vary"]


def test_a_page_asks_the_database_as_often_for_six_people_as_for_one(client, app, frozen, queries):
    one, six = a_shop(people=1), a_shop(people=6)
    for hour in range(9, 17):
        a_booking(six, berlin(f"2027-03-02 {hour:02}:00"))
    first, second = (f"{shop.page}?service={shop.service.id}" for shop in (one, six))
    with queries() as of_one:
        client.get(first)
    with queries() as of_six:
        client.get(second)
    assert len(of_six) == len(of_one) <= 7


def test_a_business_that_is_not_open_has_no_page(client, shop):
    for status in ("draft", "suspended"):
        shop.business.status = status
        db.session.flush()
        assert client.get(shop.page).status_code == 404


def test_a_shop_without_services_says_so(client, shop):
    shop.service.active = False
    db.session.flush()
    response = client.get(shop.page)
    assert response.status_code == 200
    assert "Nothing to book yet" in response.text


def test_a_shop_nobody_works_in_offers_no_time(client, app, frozen):
    shop = a_shop(people=0)
    response = client.get(f"{shop.page}?service={shop.service.id}")
    assert response.status_code == 200
    assert times(response) == []


def test_a_time_the_clock_shows_twice_is_told_apart(client, app, frozen):
    frozen.move_to(berlin("2027-10-20 12:00"))
    shop = a_shop()
    set_week(shop.business.id, {6: [(60, 240)]})
    db.session.commit()
    response = client.get(f"{shop.page}?service={shop.service.id}&date=2027-10-31")
    labels = [it["aria-label"] for it in soup(response).select("input[name=start]")]
    assert len(labels) == len(set(labels)) == 15
    assert "Book 02:00 CEST on Sunday 31 October with Maya" in labels
    assert "Book 02:00 CET on Sunday 31 October with Maya" in labels
    assert "Book 03:00 on Sunday 31 October with Maya" in labels


def test_a_class_shows_its_dates_and_how_many_places_are_left(client, app, frozen):
    shop = a_shop(capacity=3, minutes=60, advance_days=14)
    a_timetable(shop)
    a_booking(shop, berlin("2027-03-02 18:00"))
    shown = soup(client.get(f"{shop.page}?service={shop.service.id}"))
    [time] = shown.select("input[name=start]")
    assert time["value"] == "2027-03-02T18:00:00+01:00"
    assert time["aria-label"].endswith("2 places left")
    assert shown.select_one(".slot-detail").text == "2 places left"


def test_two_trainers_at_one_time_are_one_time_to_choose(client, app, frozen):
    shop = a_shop(2, capacity=3, minutes=60, advance_days=14)
    for person in shop.people:
        a_timetable(shop, person=person)
    a_booking(shop, berlin("2027-03-02 18:00"), person=shop.people[0])
    [time] = soup(client.get(f"{shop.page}?service={shop.service.id}")).select("input[name=start]")
    assert time["aria-label"].endswith("3 places left")
