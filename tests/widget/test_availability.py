"""Free times as JSON: the same as on the pages of the flow, kept by caches, and nothing about anybody."""

import contextlib
import gzip
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from app.core.db import db
from app.core.errors import DomainError
from app.schedule.serving import Server
from tests.factories import (
    a_booking,
    a_business,
    a_hold,
    a_membership,
    a_shop,
    a_timetable,
    add_need,
    add_service,
    berlin,
    hire,
    set_week,
    signed_in,
)
from tests.reading import soup


@pytest.fixture
def shop(app, frozen):
    """A shop with two people, on a Monday morning."""
    return a_shop(people=2)


@pytest.fixture
def ask(client, shop):
    """The answer to a question about the shop's service."""

    address, service = f"/w/{shop.business.slug}/availability.json", shop.service.id

    def asked(headers=None, **query):
        query = {"service": service} | {name.rstrip("_"): it for name, it in query.items()}
        return client.get(address, query_string=query, headers=headers)

    return asked


def starts(answer):
    return {it["date"]: [time["start"] for time in it["times"]] for it in answer.json["days"]}


def on_the_page(client, shop, day, **query):
    query = {"service": shop.service.id, "staff": "any", "date": day, **query}
    return [it["value"] for it in soup(client.get(shop.page, query_string=query)).select("input[name=start]")]


def test_it_says_what_is_free_and_where_to_book_it(client, app, ask, shop):
    answer = ask(from_="2027-03-02", days=1)
    assert answer.status_code == 200
    assert answer.json["business"] == {"name": "Ann's Salon", "zone": "Europe/Berlin", "currency": "EUR"}
    assert answer.json["service"] == {
        "id": shop.service.id,
        "name": "Haircut",
        "minutes": 30,
        "price_cents": 4500,
    }
    (day,) = answer.json["days"]
    assert day["date"] == "2027-03-02"
    first = day["times"][0]
    address = first.pop("address")
    assert first == {"start": "2027-03-02T09:00:00+01:00", "minutes": 30}
    assert address.startswith(f"{app.config['PUBLIC_BASE_URL']}{shop.page}?")
    booking = soup(client.get(address.removeprefix(app.config["PUBLIC_BASE_URL"])))
    assert booking.select_one("input[name=start][checked]")["value"] == first["start"]


def test_without_a_service_it_says_what_there_is_and_who_does_it(client, shop):
    answer = client.get(f"/w/{shop.business.slug}/availability.json")
    assert answer.json["services"] == [
        {
            "id": shop.service.id,
            "name": "Haircut",
            "minutes": 30,
            "price_cents": 4500,
            "places": 1,
            "online": False,
            "staff": [
                {"id": it.resource_id, "name": name}
                for it, name in zip(shop.people, ("Maya", "Tomás"), strict=True)
            ],
        }
    ]
    assert "days" not in answer.json


def test_it_begins_today_at_the_business_and_goes_on_for_a_week(ask, frozen):
    frozen.move_to(berlin("2027-03-01 23:59"))
    assert next(iter(starts(ask()))) == "2027-03-01"
    frozen.move_to(berlin("2027-03-02 00:01"))
    days = list(starts(ask()))
    assert (days[0], days[-1], len(days)) == ("2027-03-02", "2027-03-08", 7)


def test_days_that_cannot_be_booked_have_no_times(ask, shop):
    shop.business.advance_days = 3
    db.session.flush()
    assert [len(it) > 0 for it in starts(ask(from_="2027-02-26", days=14)).values()] == [
        *(False, False, False),
        *(True, True, True, True),
        *(False, False, False, False, False, False, False),
    ]
    assert starts(ask(from_="2100-12-30", days=31)) == {"2100-12-30": [], "2100-12-31": []}
    assert starts(ask(from_="2000-01-01", days=1)) == {"2000-01-01": []}


def test_what_is_booked_or_held_is_missing_and_nothing_says_by_whom(ask, shop):
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.people[0])
    a_hold(shop, berlin("2027-03-02 10:00"), person=shop.people[1])
    answer = ask(from_="2027-03-02", days=1)
    assert "2027-03-02T10:00:00+01:00" not in starts(answer)["2027-03-02"]
    assert "2027-03-02T10:30:00+01:00" in starts(answer)["2027-03-02"]
    assert "Olivia" not in answer.text
    assert "olivia" not in answer.text


def test_somebody_can_be_asked_for_with_their_own_length_and_price(client, ask, shop):
    quick = hire(shop.business.id, "Ada")
    service = add_service(shop.business.id, "Colour", minutes=60, price_cents=8000)
    add_need(
        shop.business.id,
        service.id,
        [Server(shop.person.resource_id), Server(quick.resource_id, minutes=45, price_cents=9500)],
    )
    asked = {"service": service.id, "from_": "2027-03-02", "days": 1}
    theirs, anybodys = ask(staff=quick.resource_id, **asked), ask(staff="any", **asked)
    assert (theirs.json["service"]["minutes"], theirs.json["service"]["price_cents"]) == (45, 9500)
    assert theirs.json["days"][0]["times"][0]["minutes"] == 45
    assert f"staff={quick.resource_id}" in theirs.json["days"][0]["times"][0]["address"]
    assert anybodys.json["service"]["price_cents"] == 8000
    assert anybodys.json["days"][0]["times"][0]["minutes"] == 45


def test_a_class_says_how_many_places_are_left(client, app, frozen):
    yoga = a_shop(minutes=60, capacity=5)
    a_timetable(yoga)
    a_booking(yoga, berlin("2027-03-02 18:00"))
    address = f"/w/{yoga.business.slug}/availability.json?service={yoga.service.id}&from=2027-03-02&days=1"
    (time,) = client.get(address).json["days"][0]["times"]
    assert (time["start"], time["places_left"]) == ("2027-03-02T18:00:00+01:00", 4)
    assert client.get(f"{address}&places=4").json["days"][0]["times"][0]["address"].count("places=4") == 1
    assert client.get(f"{address}&places=5").json["days"][0]["times"] == []
    assert client.get(f"{address}&places=6").status_code == 422


def test_what_happens_online_is_on_the_clock_of_the_reader(ask, shop):
    shop.service.online = True
    db.session.flush()
    answer = ask(from_="2027-03-02", days=1, zone="America/New_York")
    assert answer.json["zone"] == "America/New_York"
    assert starts(answer)["2027-03-02"][0] == "2027-03-02T03:00:00-05:00"
    assert "zone=America" in answer.json["days"][0]["times"][0]["address"]


def test_what_happens_in_the_shop_is_on_the_clock_of_the_shop(ask):
    answer = ask(from_="2027-03-02", days=1, zone="America/New_York")
    assert answer.json["zone"] == "Europe/Berlin"
    assert starts(answer)["2027-03-02"][0] == "2027-03-02T09:00:00+01:00"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"service": "-1"}, "service must be a whole number"),
        ({"service": "1.5"}, "service must be a whole number"),
        ({"service": "haircut"}, "service must be a whole number"),
        ({"service": "9" * 40}, "service must be a whole number"),
        ({"service": str(2**63)}, "service must be a whole number"),
        ({"service": "١"}, "service must be a whole number"),
        ({"staff": "'; --"}, "staff must be a whole number"),
        ({"from_": "tomorrow"}, "from must be a date such as 2027-03-01."),
        ({"from_": "2027-02-30"}, "from must be a date"),
        ({"from_": "9999-12-31"}, "from must be a date"),
        ({"days": "0"}, "days must be a whole number from 1 to 31."),
        ({"days": "32"}, "days must be a whole number from 1 to 31."),
        ({"days": "1000000000"}, "days must be a whole number from 1 to 31."),
        ({"places": "9"}, "places must be a whole number from 1 to 8."),
        ({"places": "2"}, "This service has no more than 1 places."),
        ({"zone": "Mars/Olympus"}, "zone must be the name of a time zone"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(ask, query, said):
    answer = ask(**query)
    assert answer.status_code == 422
    assert said in answer.json["error"]
    assert "public" not in answer.headers["Cache-Control"]


def test_what_is_not_offered_here_is_not_found(ask, shop):
    other = a_shop()
    for query in (
        {"service": other.service.id},
        {"service": 2**63 - 1},
        {"staff": other.person.resource_id},
    ):
        answer = ask(**query)
        assert answer.status_code == 404
        assert answer.json["error"].endswith(("Please choose another one.", "Please choose somebody else."))
    shop.service.bookable = False
    db.session.flush()
    assert ask().status_code == 404


@pytest.mark.parametrize("status", ["draft", "suspended"])
def test_who_is_not_open_is_not_told_from_nobody(app, client, frozen, status):
    business = a_business(status=status)
    member = signed_in(app, a_membership(business).user)
    answers = [
        client.get("/w/nobody-at-all/availability.json"),
        client.get(f"/w/{business.slug}/availability.json"),
        member.get(f"/w/{business.slug}/availability.json"),
    ]
    assert [it.status_code for it in answers] == [404, 404, 404]
    assert {it.json["error"] for it in answers} == {"We cannot find what you ask for."}


def test_caches_keep_it_for_a_moment_and_ask_whether_it_still_holds(ask, shop, queries):
    first = ask()
    assert first.headers["Cache-Control"] == "public, max-age=30"
    assert first.headers["Vary"] == "Accept-Encoding"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in first.headers
    assert "Set-Cookie" not in first.headers
    tag = {"If-None-Match": first.headers["ETag"]}
    with queries() as seen:
        again = ask(tag)
    assert (again.status_code, again.data) == (304, b"")
    assert {name: again.headers[name] for name in ("ETag", "Cache-Control", "Vary")} == {
        name: first.headers[name] for name in ("ETag", "Cache-Control", "Vary")
    }
    assert len(seen) == 2, seen
    assert ask(tag, days=8).status_code == 200
    assert ask({"If-None-Match": "*"}).status_code == 200


def test_what_changes_the_answer_changes_its_tag(ask, shop, frozen):
    def tag():
        return ask().headers["ETag"]

    tags = [tag()]
    a_hold(shop, berlin("2027-03-02 10:00"))
    tags.append(tag())
    set_week(shop.business.id, {0: [(540, 600)]})
    tags.append(tag())
    frozen.shift(timedelta(minutes=1))
    tags.append(tag())
    assert len(set(tags)) == 4


def test_what_travels_compressed_has_a_tag_of_its_own(ask):
    packed, plain = ask({"Accept-Encoding": "gzip"}), ask()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert ask({"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}).status_code == 304
    assert ask({"If-None-Match": packed.headers["ETag"]}).status_code == 200


def test_it_takes_as_many_statements_for_a_month_as_for_a_day(ask, shop, queries):
    def asked(**query):
        with queries() as seen:
            assert ask(**query).status_code == 200
        return len(seen)

    for hour in ("09", "10", "11"):
        a_booking(shop, berlin(f"2027-03-02 {hour}:00"))
    assert asked(days=1) == asked(days=31) <= 10


def test_who_asks_too_often_waits(limited):
    answers = [limited.test_client().get("/w/nobody/availability.json") for _ in range(121)]
    assert {it.status_code for it in answers[:-1]} == {404}
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
    assert "Please wait a minute" in answers[-1].json["error"]
    assert answers[-1].headers["Access-Control-Allow-Origin"] == "*"


@effort(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    booked=st.lists(st.tuples(st.integers(0, 2), st.integers(36, 70), st.integers(0, 2)), max_size=4),
    who=st.integers(-1, 2),
    at=st.integers(0, 24 * 60 - 1),
    notice=st.sampled_from([0, 60, 2880]),
)
def test_the_times_are_those_of_the_page(app, client, frozen, booked, who, at, notice):
    frozen.move_to(berlin("2027-03-01 00:00") + timedelta(minutes=at, seconds=at % 3 * 20))
    shop = a_shop(people=3)
    shop.business.notice_amount = notice
    for day, quarter, person in booked:
        when = berlin("2027-03-02 00:00") + timedelta(days=day, minutes=15 * quarter)
        with contextlib.suppress(DomainError), db.session.begin_nested():
            a_booking(shop, when, person=shop.people[person])
    staff = "any" if who < 0 else shop.people[who].resource_id
    query = {"service": shop.service.id, "staff": staff, "from": "2027-03-01", "days": 4}
    found = starts(client.get(f"/w/{shop.business.slug}/availability.json", query_string=query))
    assert list(found) == ["2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04"]
    for day, times in found.items():
        assert times == on_the_page(client, shop, day, staff=staff)
