"""The real Procfile on an empty data folder: what a newcomer sees after bin/run."""

import re
import signal
import time

import httpx
from bs4 import BeautifulSoup

from app.cli.demo import MEMBERS, PASSWORD, SLUG
from tests.races.clients import next_open
from tests.waiting import wait_until

from .conftest import Build
from .house import CHECKOUT, House

DOOR = "127.0.0.2"


def page(response: httpx.Response) -> BeautifulSoup:
    assert response.status_code == 200, response.text
    return BeautifulSoup(response.text, "html.parser")


def fields(form: BeautifulSoup) -> dict[str, str]:
    """The hidden fields of a page's form."""
    return {str(it["name"]): str(it["value"]) for it in form.select("main form input[type=hidden]")}


def book(browser: httpx.Client) -> str:
    """Book the last time of a day next week as a customer does; the address of the receipt."""
    path = f"/b/{SLUG}/book"
    service = str(page(browser.get(path)).select("input[name=service]")[0]["value"])
    times = page(browser.get(path, params={"service": service, "date": str(next_open(12).date())}))
    start = str(times.select("input[name=start]")[-1]["value"])
    held = browser.post(f"{path}/holds", data=fields(times) | {"service": service, "start": start})
    assert held.status_code == 303, held.text
    details = held.headers["Location"]
    time.sleep(2.1)  # Nobody types faster (MINIMUM_FILL_SECONDS).
    booked = browser.post(details, data={"name": "Grace Hopper", "email": "grace@example.com"})
    assert booked.status_code == 303, booked.text
    return str(booked.headers["Location"])


def begin_in_production(house: House) -> None:
    """At an address that is no trusted name, as those of a network are not: the supervisor must get in nevertheless."""
    house.begin(
        "--greet",
        "flask demo ensure",
        HOST=DOOR,
        DAYBOOK_ENV="production",
        PUBLIC_BASE_URL="https://book.example.com",
        SECRET_KEY=(house.data / "secret.key").read_text(),
        LOG_LEVEL="INFO",
    )
    house.wait_for("Daybook is open at", seconds=60)
    assert re.search(r'"rule": "/readyz".*"status": 200', house.said), house.said


def test_a_newcomer_finds_a_shop_books_a_haircut_and_the_owner_sees_it(build: Build) -> None:
    house: House = build(new=True)
    house.procfile = CHECKOUT / "Procfile"
    house.begin("--greet", "flask demo ensure", RATELIMIT_ENABLED="1", SECRET_KEY="")
    house.wait_for("Daybook is open at", seconds=240)  # The demo takes its time.
    house.wait_for(PASSWORD)
    with httpx.Client(base_url=f"http://localhost:{house.port}", timeout=20) as browser:
        receipt = book(browser)
        assert "You are booked, Grace Hopper" in page(browser.get(receipt)).text
        form = fields(page(browser.get("/sign-in")))
        owner = {"email": MEMBERS[0][0], "password": PASSWORD}
        signed_in = browser.post("/sign-in", data=form | owner)
        assert signed_in.headers["Location"] == f"/manage/{SLUG}/", signed_in.text
        assert "Linden Studio" in page(browser.get(signed_in.headers["Location"])).text
    # The clock rings every half minute.
    wait_until(lambda: "expire_holds" in house.said, seconds=60)
    assert house.stop(signal.SIGTERM) == 0

    begin_in_production(house)
    address = f"http://{DOOR}:{house.port}{receipt}"
    asked = httpx.get(address, headers={"Host": "book.example.com"}, timeout=20)
    assert "Grace Hopper" in page(asked).text
    assert httpx.get(address, timeout=20).status_code == 400
    house.kill()
    wait_until(lambda: not house.processes())
