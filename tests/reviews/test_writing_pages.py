"""The page on which a customer says how it was."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app.businesses.models import Upload
from app.core import clock, files, pictures
from app.core.actor import SYSTEM
from app.core.db import db
from app.orders.changing import change_order, lock_order
from app.reviews.answering import show_or_hide
from app.reviews.finding import review_of, review_token
from app.reviews.models import Review, ReviewPicture
from app.reviews.ratings import all_stars
from tests.factories import Shop, a_booking, a_shop
from tests.orders.kitchen import a_kitchen, an_order
from tests.pictures import HTML, SVG, a_bomb, a_picture
from tests.reading import soup
from tests.reviews.visiting import START, been_there, say


@pytest.fixture
def shop(app: Flask, frozen: Any) -> Shop:
    frozen.move_to(START - timedelta(days=1))
    return a_shop()


@pytest.fixture
def link(shop: Shop, frozen: Any) -> str:
    return f"/reviews/{review_token(been_there(shop, frozen))}"


def the_review() -> Review:
    return db.session.scalars(db.select(Review)).one()


def kept() -> list[str]:
    return list(db.session.scalars(db.select(ReviewPicture.picture).order_by(ReviewPicture.position)))


def a_photo(name: str = "me.png", body: bytes | None = None) -> Any:
    return io.BytesIO(body or a_picture()), name


def test_a_customer_says_how_it_was(client: FlaskClient, shop: Shop, link: str) -> None:
    page = soup(client.get(link))
    assert page.select_one("h1").text.strip() == "How was your visit?"
    assert [it["value"] for it in page.select("[name=stars]")] == ["1", "2", "3", "4", "5"]
    sent = {"stars": "4", "person_stars": "5", "words": "Lovely.", "name": "O. P."}
    answer = client.post(link, data=sent)
    assert answer.status_code == 303
    said = the_review()
    assert (said.stars, said.person_stars, said.words, said.name) == (4, 5, "Lovely.", "O. P.")
    assert said.language == "en-GB"
    thanks = soup(client.get(answer.location))
    assert "Thank you for your review" in thanks.select_one("h1").text
    assert "Everybody can read it now." in thanks.text
    again = client.post(link, data=sent)
    assert again.status_code == 409
    assert db.session.scalar(db.select(db.func.count()).select_from(Review)) == 1


@pytest.mark.parametrize("stars", ["0", "6", "3.5", "-1", "five", "", None, "²", "1e0"])
def test_other_stars_are_refused_and_the_text_stays(
    client: FlaskClient, link: str, stars: str | None
) -> None:
    sent = {"words": "It was <b>fine</b>."} | ({} if stars is None else {"stars": stars})
    answer = client.post(link, data=sent)
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one("[name=words]").text.strip() == "It was <b>fine</b>."
    assert "stars" in page.select_one("#stars-error").text
    assert review_of_link() is None


def review_of_link() -> Review | None:
    return db.session.scalar(db.select(Review))


def test_stars_for_the_person_are_checked_too(client: FlaskClient, link: str) -> None:
    assert client.post(link, data={"stars": "5", "person_stars": "9"}).status_code == 422
    assert client.post(link, data={"stars": "5", "person_stars": ""}).status_code == 303
    assert the_review().person_stars is None


def test_markup_is_shown_as_text(client: FlaskClient, shop: Shop, link: str) -> None:
    words = "<script>alert(1)</script> {{ 7 * 7 }} <img src=x onerror=alert(2)>"
    client.post(link, data={"stars": "5", "words": words})
    for path in (link, f"/b/{shop.business.slug}/reviews", f"/b/{shop.business.slug}/"):
        page = soup(client.get(path))
        assert page.select_one(".review-words").text == words
        assert not page.select(".review-words *")


def test_a_long_text_is_refused(client: FlaskClient, link: str) -> None:
    answer = client.post(link, data={"stars": "5", "words": "x" * 4001})
    assert answer.status_code == 422
    assert "4,000" in answer.text


def test_a_name_that_is_not_theirs_is_not_taken(client: FlaskClient, link: str) -> None:
    client.post(link, data={"stars": "1", "name": "The Owner"})
    assert the_review().name == "Olivia P."


def test_photos_are_drawn_again(client: FlaskClient, shop: Shop, link: str, folder: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A telephone that tells"
    photo = a_picture(64, 48, "JPEG", exif=exif)
    sent = {"stars": "5", "pictures": [a_photo("a.jpg", photo), a_photo("b.png")]}
    assert client.post(link, data=sent).status_code == 303
    assert len(kept()) == 2
    body = files.find_file(f"{kept()[0]}.webp")
    assert body
    assert b"telephone" not in body
    assert Image.open(io.BytesIO(body)).format == "WEBP"
    assert {it.kind for it in db.session.scalars(db.select(Upload))} == {"review"}
    page = soup(client.get(f"/b/{shop.business.slug}/reviews"))
    assert [it["href"] for it in page.select(".review-pictures a")] == [f"/media/{it}.webp" for it in kept()]
    assert client.get(page.select_one(".review-pictures a")["href"]).status_code == 200


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("bomb.png", a_bomb(), "megapixels"),
        ("x.svg", SVG, "not a picture"),
        ("x.jpg", HTML, "not a picture"),
        ("x.png", a_picture()[:40], "not a picture"),
        ("large.png", a_picture(380, 380, "PNG", compress_level=0), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_photo_is_refused(
    client: FlaskClient, link: str, folder: Path, monkeypatch: Any, name: str, body: bytes, words: str
) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 400_000)
    sent = {"stars": "4", "words": "Nice.", "pictures": [a_photo(), a_photo(name, body)]}
    answer = client.post(link, data=sent)
    assert answer.status_code in (413, 422)
    page = soup(answer)
    assert name in page.select_one("#pictures-error").text
    assert words in page.select_one("#pictures-error").text
    assert page.select_one("[name=words]").text.strip() == "Nice."
    assert page.select_one("[name=stars][checked]")["value"] == "4"
    assert review_of_link() is None
    assert db.session.scalar(db.select(Upload)) is None


def test_five_photos_are_too_many(client: FlaskClient, link: str, folder: Path) -> None:
    answer = client.post(link, data={"stars": "4", "pictures": [a_photo() for _ in range(5)]})
    assert answer.status_code == 422
    assert "4 photos at most" in answer.text
    assert "choose your photos once more" not in answer.text


def test_photos_have_to_be_chosen_again_where_something_else_is_wrong(client: FlaskClient, link: str) -> None:
    answer = client.post(link, data={"stars": "9", "pictures": [a_photo()]})
    assert answer.status_code == 422
    assert "choose your photos once more" in answer.text


def test_a_review_is_changed_once_by_the_same_link(
    client: FlaskClient, link: str, folder: Path, frozen: Any
) -> None:
    client.post(link, data={"stars": "1", "words": "Bad.", "pictures": [a_photo(), a_photo()]})
    first, second = kept()
    page = soup(client.get(f"{link}/revision"))
    assert page.select_one("[name=words]").text.strip() == "Bad."
    assert page.select_one("[name=stars][checked]")["value"] == "1"
    frozen.shift(timedelta(days=13))
    sent = {"stars": "5", "words": "Good.", "remove": [first], "pictures": [a_photo()]}
    answer = client.post(f"{link}/revision", data=sent)
    assert (answer.status_code, the_review().words) == (303, "Good.")
    assert len(kept()) == 2
    assert kept()[0] == second
    assert db.session.scalar(db.select(Upload).filter_by(key=first)) is None
    assert client.post(f"{link}/revision", data={"stars": "2"}).status_code == 409
    assert client.get(f"{link}/revision").status_code == 303
    assert the_review().stars == 5
    assert "changed later" in client.get(link).text


def test_a_picture_of_another_review_is_not_taken(client: FlaskClient, link: str, folder: Path) -> None:
    client.post(link, data={"stars": "1", "pictures": [a_photo()]})
    client.post(f"{link}/revision", data={"stars": "1", "remove": ["../../etc/passwd", "x"]})
    assert len(kept()) == 1


def test_it_cannot_be_changed_after_two_weeks(client: FlaskClient, link: str, frozen: Any) -> None:
    client.post(link, data={"stars": "1"})
    frozen.shift(timedelta(days=14, seconds=1))
    assert "Change it" not in client.get(link).text
    answer = client.post(f"{link}/revision", data={"stars": "5"})
    assert answer.status_code == 409
    assert "cannot be changed any more" in answer.text


def test_nothing_was_said_that_could_be_changed(client: FlaskClient, link: str) -> None:
    assert client.get(f"{link}/revision").status_code == 303
    assert client.post(f"{link}/revision", data={"stars": "5"}).status_code == 404


def test_too_early_and_too_late_are_said_kindly(client: FlaskClient, shop: Shop, frozen: Any) -> None:
    frozen.move_to(START - timedelta(days=1))
    link = f"/reviews/{review_token(a_booking(shop, START))}"
    early = client.get(link)
    assert (early.status_code, "once you have been there" in early.text) == (200, True)
    assert client.post(link, data={"stars": "5"}).status_code == 409
    late = f"/reviews/{review_token(been_there(shop, frozen, 60))}"
    frozen.shift(timedelta(days=60, seconds=1))
    assert "sixty days" in client.get(late).text
    assert client.post(late, data={"stars": "5"}).status_code == 409
    assert review_of_link() is None


def test_other_links_lead_nowhere(client: FlaskClient, shop: Shop, link: str, frozen: Any) -> None:
    other = a_shop()
    booking = been_there(other, frozen)
    forged = review_token(booking)[:-2] + "xx"
    assert client.get(f"/reviews/{forged}").status_code == 404
    assert client.post(f"/reviews/{forged}", data={"stars": "5"}).status_code == 404
    token = review_token(booking)
    booking.link_version += 1
    db.session.flush()
    assert client.get(f"/reviews/{token}").status_code == 404
    assert client.get("/reviews/nonsense").status_code == 404


def test_what_is_held_is_said(client: FlaskClient, shop: Shop, link: str) -> None:
    client.post(link, data={"stars": "5", "words": "see https://spam.example"})
    page = client.get(link)
    assert "web or mail address" in page.text
    assert "Everybody can read it" not in page.text
    assert "spam.example" not in client.get(f"/b/{shop.business.slug}/reviews").text
    show_or_hide(the_review(), shown=False, by=SYSTEM, now=clock.now(), reason="spam")
    page = client.get(link)
    assert "decided that it is not shown" in page.text
    assert "Change it" not in page.text


def test_a_preview_keeps_nothing(client: FlaskClient, link: str) -> None:
    answer = client.post(f"{link}/preview", data={"stars": "4", "words": "Fine <b>!</b>"})
    page = soup(answer)
    assert answer.status_code == 200
    assert page.select_one("#preview .review-words").text == "Fine <b>!</b>"
    assert page.select_one("#preview .review-name").text == "Olivia P."
    assert page.select_one("textarea").text.strip() == "Fine <b>!</b>"
    part = client.post(f"{link}/preview", data={"stars": "9"}, headers={"HX-Request": "true"})
    assert part.text.strip().startswith("<section")
    assert review_of_link() is None


def test_an_order_is_reviewed(client: FlaskClient, app: Flask, frozen: Any) -> None:
    kitchen = a_kitchen()
    frozen.move_to(START)
    order = an_order(kitchen)
    link = f"/reviews/{review_token(order)}"
    assert client.post(link, data={"stars": "5"}).status_code == 409
    for status in ("accepted", "fulfilled"):
        change_order(lock_order(order), status, by=SYSTEM, now=clock.now())
    page = soup(client.get(link))
    assert "How was your order?" in page.text
    assert not page.select("[name=person_stars]")
    assert client.post(link, data={"stars": "5", "person_stars": "1"}).status_code == 303
    assert all_stars(kitchen.business.id)["business", 0].count == 1


def test_pages_of_the_visit_lead_there(client: FlaskClient, shop: Shop, frozen: Any) -> None:
    from app.appointments.finding import receipt_token

    booking = been_there(shop, frozen)
    visit = f"/bookings/{receipt_token(booking)}"
    page = soup(client.get(visit))
    there = page.find("a", string=lambda it: it and "Write a review" in it) or page.select_one(
        "#review ~ .buttons a"
    )
    assert there["href"] == f"/reviews/{review_token(booking)}"
    say(shop, booking)
    assert "Your review" in client.get(visit).text
    frozen.shift(timedelta(days=61))
    assert review_of(booking) is not None


def test_a_busy_link_asks_few_statements(client: FlaskClient, link: str, queries: Any) -> None:
    with queries() as seen:
        client.get(link)
    assert len(seen) <= 6, seen
