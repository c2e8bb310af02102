"""What customers think of a service and of people, where they are chosen."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core.db import db
from app.reviews.models import Rating
from app.schedule.serving import Server
from tests.factories import Shop, a_shop, add_need, add_service
from tests.reading import soup, words


@pytest.fixture
def shop(app, frozen) -> Shop:
    return a_shop(people=2)


def rated(shop: Shop, kind: str, subject: int, **stars: int) -> None:
    db.session.add(Rating(business_id=shop.business.id, subject_kind=kind, subject_id=subject, **stars))
    db.session.flush()


def page_of(client: FlaskClient, shop: Shop, path: str = "/b/{}/book?service={}") -> Any:
    return soup(client.get(path.format(shop.business.slug, shop.service.id)))


@pytest.mark.parametrize("path", ["/b/{}/book?service={}", "/w/{}/book?service={}"])
def test_services_and_people_show_their_average_and_who_has_none_shows_nothing(
    client: FlaskClient, shop: Shop, path: str
) -> None:
    assert page_of(client, shop, path).select(".rating") == []
    rated(shop, "service", shop.service.id, fives=3, fours=1)
    rated(shop, "person", shop.people[0].resource_id, fives=1)
    rated(shop, "person", shop.people[1].resource_id)
    page = page_of(client, shop, path)
    [service] = page.select(".service-card .rating")
    assert read(service) == ("4.8 of 5 stars from 4 reviews", "4.8 (4)")
    [chip] = page.select(".chip:has(.rating)")
    assert chip.select_one("input")["value"] == str(shop.people[0].resource_id)
    assert read(chip.select_one(".rating")) == ("5.0 of 5 stars from 1 review", "5.0 (1)")


def read(rating: Any) -> tuple[str, str]:
    """What is said of a rating to those who hear it, and to those who see it."""
    if rating.has_attr("aria-label"):
        return rating["aria-label"], words(rating).removeprefix("★ ")
    return words(rating.select_one(".visually-hidden")), words(rating.select_one("span[aria-hidden]"))


def test_what_is_added_to_a_visit_shows_it_too(client: FlaskClient, shop: Shop) -> None:
    beard = add_service(shop.business.id, "Beard", minutes=15, price_cents=1500)
    add_need(shop.business.id, beard.id, [Server(shop.person.resource_id)])
    rated(shop, "service", beard.id, ones=1)
    page = page_of(client, shop, "/b/{}/book?service={}&add=service")
    rating = page.select_one("[name=service2] ~ .service-text .rating")
    assert read(rating) == ("1.0 of 5 stars from 1 review", "1.0 (1)")


def test_the_stars_of_another_business_are_not_shown(client: FlaskClient, shop: Shop) -> None:
    other = a_shop()
    rated(other, "service", shop.service.id, fives=9)
    assert page_of(client, shop).select(".rating") == []


def test_stars_cost_one_statement_and_times_alone_none(client: FlaskClient, shop: Shop, queries) -> None:
    address = f"/b/{shop.business.slug}/book"
    query = {"service": shop.service.id, "date": "2027-03-02"}
    fragment = {"HX-Request": "true", "HX-Target": "slots"}
    with queries() as seen:
        client.get(address, query_string=query)
    assert sum("FROM ratings" in str(it) for it in seen) == 1
    with queries() as seen:
        client.get(f"{address}/slots", query_string=query, headers=fragment)
    assert not any("FROM ratings" in str(it) for it in seen)
