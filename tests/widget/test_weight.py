"""How heavy the widget is: what its frame loads before the first times are seen."""

import re

import pytest

from app.core.db import db
from app.reviews.models import Rating
from app.schedule.serving import Server
from tests.factories import Shop, a_shop, add_need, add_service, set_week
from tests.reading import soup

GZIP = {"Accept-Encoding": "gzip"}
PROMISED = 40_000  # bytes
MOST = PROMISED - 2_000


@pytest.fixture
def salon(app, frozen) -> Shop:
    """Twelve services, six people, all of them reviewed, and a day that is free from eight to eight."""
    shop = a_shop(people=6, step_min=15)
    set_week(shop.business.id, dict.fromkeys(range(5), [(8 * 60, 20 * 60)]))
    for n in range(2, 13):
        told = "Wash, advice, cut and styling; please come with dry hair."
        service = add_service(
            shop.business.id, f"Cut and care no. {n}", minutes=15 * n, price_cents=900 * n, description=told
        )
        add_need(shop.business.id, service.id, [Server(it.resource_id) for it in shop.people])
        db.session.add(_rating(shop, "service", service.id, n))
    for it in shop.people:
        db.session.add(_rating(shop, "person", it.resource_id, it.resource_id % 7))
    db.session.commit()
    return shop


def _rating(shop: Shop, kind: str, subject: int, many: int) -> Rating:
    return Rating(
        business_id=shop.business.id, subject_kind=kind, subject_id=subject, fives=17 * many + 3, threes=many
    )


@pytest.fixture
def first_times(salon: Shop) -> str:
    """The address of a frame that shows times at once, on a day that has all of them."""
    frame = f"/w/{salon.business.slug}/book?service={salon.service.id}&date=2027-03-02"
    return f"{frame}&mode=inline&hue=210&theme=light&host=https://www.ann.example"


def test_first_times_take_one_document_one_style_and_one_script(client, first_times):
    page = soup(client.get(first_times))
    assert len(page.select("input[name=start]")) > 40
    assert len(page.select("input[name=service]")) == 12
    assert len(page.select(".service-card .rating")) == 11
    assert len(page.select(".chip .rating")) == 6
    assert [it["rel"] for it in page.select("link:not([rel=canonical])")] == [["stylesheet"]]
    assert len(page.select("script")) == 1
    assert page.select("img, iframe, object, embed, video, audio, use, style, [style]") == []


def test_the_style_of_the_widget_asks_for_nothing_more(client, first_times):
    style = soup(client.get(first_times)).select_one("link[rel=stylesheet]")["href"]
    assert re.findall(r"url\(|@import", client.get(style).text) == []


def test_first_times_weigh_less_than_forty_kilobytes(client, first_times):
    page = soup(client.get(first_times))
    needed = [page.select_one("link[rel=stylesheet]")["href"], page.select_one("script")["src"]]
    answers = [client.get(it, headers=GZIP) for it in (first_times, *needed)]
    assert {it.headers["Content-Encoding"] for it in answers} == {"gzip"}
    sizes = [len(it.data) for it in answers]
    assert sum(sizes) < MOST, sizes


@pytest.mark.parametrize(
    "kind",
    ["facts", "contact-links", "prose", "price-lines", "visit", "field", "day-strip", "month"],
)
def test_what_pages_of_the_frame_are_made_of_has_its_style_there(client, first_times, kind):
    style = soup(client.get(first_times)).select_one("link[rel=stylesheet]")["href"]
    assert re.search(rf"\.{kind}[{{ ,:]", client.get(style).text)
