"""The colour, the logo and the cover of a business."""

import io

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.businesses.branding import HueTooFaint, change_look
from app.businesses.models import Upload
from app.core.db import db
from app.core.pictures import MOST_BYTES
from tests.factories import a_business, a_membership, by_the_system, signed_in
from tests.pictures import HTML, SVG, a_bomb, a_picture
from tests.reading import soup

PAGE = "/manage/ann-salon/settings/look"

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def business(app):
    return a_business("ann-salon")


@pytest.fixture
def browser(app, business):
    return signed_in(app, a_membership(business).user)


def send(browser, hue=165, **fields):
    """The form as a browser sends it, a file for every field that is bytes."""
    files = {
        name: FileStorage(io.BytesIO(it), "logo.png") if isinstance(it, bytes) else it
        for name, it in fields.items()
    }
    boundary, body = encode_multipart({"brand_hue": str(hue), **files})
    return browser.post(PAGE, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def uploads():
    return db.session.scalar(select(func.count()).select_from(Upload))


def test_a_hue_is_kept_and_every_page_takes_it(client, browser, business):
    answer = send(browser, 300)
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert business.brand_hue == 300
    assert soup(client.get("/b/ann-salon/")).html["class"] == ["hue-300"]


def test_the_palette_names_its_colours_and_says_how_readable_they_are(browser):
    page = soup(browser.get(PAGE))
    radios = page.select(".tint-input")
    assert len(radios) == 24
    assert [radio["value"] for radio in radios if radio.has_attr("checked")] == ["165"]
    note = page.select_one(".tint:has([checked]) .tint-note").get_text(" ", strip=True)
    assert note.startswith("Emerald Text on your colour: ")
    assert note.endswith(" : 1, easy to read")


def test_a_hue_of_now_that_the_palette_lacks_is_offered_too(browser, business):
    business.brand_hue = 170
    page = soup(browser.get(PAGE))
    assert len(page.select(".tint-input")) == 25
    assert page.select_one(".tint-input[checked]")["value"] == "170"
    assert "Emerald, as it is now" in page.text


@pytest.mark.parametrize("hue", ["7", "-5", "1000000000", "360", "", "teal", "1.5"])
def test_a_hue_that_cannot_be_is_refused_beside_the_palette(browser, business, hue):
    answer = send(browser, hue)
    assert answer.status_code == 422
    assert "choose one" in soup(answer).find(id="brand_hue-error").text
    assert business.brand_hue == 165


def test_a_hue_in_which_words_cannot_be_read_is_refused(app, browser, business, monkeypatch):
    monkeypatch.setattr("app.businesses.branding.is_readable", lambda hue: hue != 60)
    with pytest.raises(HueTooFaint):
        by_the_system(change_look)(business, 60, {})
    answer = send(browser, 60)
    assert answer.status_code == 422
    assert "hard to read" in soup(answer).find(id="brand_hue-error").text
    assert business.brand_hue == 165


def test_pictures_are_kept_shown_replaced_and_taken_away(client, browser, business):
    assert send(browser, logo=a_picture(), cover=a_picture(80, 20)).status_code == 303
    first, cover = business.logo, business.cover
    assert first in browser.get(PAGE).text
    assert client.get(f"/media/{first}.webp").status_code == 200
    assert send(browser, logo=a_picture(50, 50)).status_code == 303
    assert business.logo != first
    assert business.cover == cover
    assert uploads() == 2
    assert send(browser, remove_logo="y").status_code == 303
    assert (business.logo, business.cover) == (None, cover)
    assert uploads() == 1


def test_a_good_picture_beside_a_bad_one_has_to_be_chosen_again_and_the_page_says_so(browser, business):
    page = soup(send(browser, logo=a_picture(), cover=b"no picture"))
    assert page.find(id="cover-error")
    assert not page.find(id="cover-again")
    assert not page.find(id="logo-error")
    assert "Please choose logo.png once more" in page.find(id="logo-again").text
    assert page.find(id="logo")["aria-describedby"] == "logo-hint logo-again"
    assert business.logo is None
    assert not soup(browser.get(PAGE)).find(id="logo-again")


def test_a_new_picture_outweighs_the_wish_to_remove_the_old_one(browser, business):
    send(browser, logo=a_picture())
    send(browser, logo=a_picture(), remove_logo="y")
    assert business.logo
    assert uploads() == 1


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SVG, "not a picture"),
        (HTML, "not a picture"),
        (a_bomb(), "more than 25 megapixels"),
        (b"x" * 6 * 1024 * 1024, "larger than 5 MB"),
        (b"", "not a picture"),
        (a_picture(kind="GIF"), "not a picture"),
    ],
    ids=["svg", "html", "bomb", "large", "empty", "gif"],
)
@pytest.mark.parametrize("kind", ["logo", "cover"])
def test_a_file_that_is_no_picture_is_refused_beside_its_field(browser, business, kind, file, words):
    send(browser, logo=a_picture())
    before = business.logo, business.cover
    answer = send(browser, 300, **{kind: file})
    assert answer.status_code in (413, 422)
    page = soup(answer)
    assert words in page.find(id=f"{kind}-error").text
    assert page.select_one(".tint-input[checked]")["value"] == "300", "what was chosen stays chosen"
    assert ((business.logo, business.cover), business.brand_hue) == (before, 165)
    assert uploads() == 1


def test_a_good_logo_beside_a_bad_cover_is_not_kept(browser, business):
    answer = send(browser, logo=a_picture(), cover=SVG)
    assert answer.status_code == 422
    assert business.logo is None
    assert uploads() == 0


def test_two_files_that_are_too_large_are_still_answered_beside_a_field(browser):
    large = b"x" * (MOST_BYTES + 1)
    answer = send(browser, logo=large, cover=large)
    assert answer.status_code == 413
    assert "larger than 5 MB" in soup(answer).find(id="logo-error").text


def test_a_look_that_met_a_busy_database_is_kept_the_second_time(browser, business, monkeypatch):
    tries = []

    def busy_once(*args, **more):
        tries.append(1)
        if len(tries) == 1:
            orig = type("Busy", (Exception,), {"pgcode": "40P01"})()
            raise DBAPIError("", None, orig)
        return change_look(*args, **more)

    monkeypatch.setattr("app.businesses.routes.look.change_look", busy_once)
    assert send(browser, logo=a_picture()).status_code == 303
    assert (len(tries), uploads()) == (2, 1)
    assert business.logo
