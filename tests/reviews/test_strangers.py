"""What strangers send where reviews are written and read: no file, no mass of them and no markup gets through."""

import io
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import stream_encode_multipart

from app.audit.models import AuditEvent
from app.businesses.models import Upload
from app.businesses.suspending import suspend
from app.core import clock, files
from app.core.actor import SYSTEM
from app.core.db import db
from app.moderation.models import Report
from app.moderation.reporting import MOST_ADDED, added_to
from app.reviews.finding import review_token
from app.reviews.models import Review, ReviewPicture
from tests.factories import Shop, a_membership, a_shop, signed_in
from tests.pictures import HTML, SVG, a_bomb, a_picture
from tests.reading import soup
from tests.reviews.visiting import START, been_there, say


@pytest.fixture
def shop(app: Flask, frozen: Any) -> Shop:
    frozen.move_to(START - timedelta(days=1))
    shop = a_shop()
    shop.business.status = "open"
    return shop


@pytest.fixture
def link(shop: Shop, frozen: Any) -> str:
    return f"/reviews/{review_token(been_there(shop, frozen))}"


def a_large_photo() -> bytes:
    """More than half a megabyte, which lies on disk while it is read."""
    file, noise = io.BytesIO(), random.Random(5).randbytes(1000 * 1000 * 3)
    Image.frombytes("RGB", (1000, 1000), noise).save(file, "JPEG", quality=95)
    assert len(file.getvalue()) > 1_100_000
    return file.getvalue()


LARGE = a_large_photo()


def a_file(body: bytes, name: str = "me.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(body), name


def _sent(client: FlaskClient, link: str, form: dict[str, Any]) -> Any:
    """The answer. Werkzeug's client would leave a file of its own open for a body as large as these."""
    files = [FileStorage(body, name) for body, name in form.pop("pictures")]
    fields = MultiDict([*form.items(), *(("pictures", it) for it in files)])
    body, _length, boundary = stream_encode_multipart(fields, use_tempfile=False)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(link, data=body.read(), content_type=kind)


def _nothing_is_kept() -> bool:
    return not any(db.session.scalar(select(func.count()).select_from(it)) for it in (Review, Upload))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (LARGE[: len(LARGE) // 2 + 100_000], "not a picture"),
        (b"\xff\xd8\xff" + LARGE[100:], "not a picture"),
        (SVG + b" " * 600_000, "not a picture"),
        (HTML + LARGE, "not a picture"),
        (b"GIF89a" + b"\0" * 600_000, "not a picture"),
        (a_bomb(40_000, 1_000), "megapixels"),
        (a_bomb(40_000, 40_000), "picture"),
        (a_bomb(2**31 - 1, 2**31 - 1), "picture"),
        (LARGE + b"\0" * 5_000_000, "larger than 5 MB"),
    ],
    ids=["cut", "no header", "svg", "html first", "gif", "40,000 px", "40,000 px square", "2^31 px", "6 MB"],
)
def test_what_is_no_photo_is_refused_and_leaves_no_file_open(
    client: FlaskClient, link: str, folder: Path, body: bytes, words: str
) -> None:
    """A file that is left open would be warned of, which fails the test."""
    sent = {"stars": "4", "words": "Nice.", "pictures": [a_file(LARGE), a_file(body, "odd.jpg")]}
    answer = _sent(client, link, sent)
    assert answer.status_code in (413, 422)
    assert words in soup(answer).select_one("#pictures-error").text  # type: ignore[union-attr]
    assert soup(answer).select_one("[name=words]").text.strip() == "Nice."  # type: ignore[union-attr]
    assert _nothing_is_kept()


@pytest.mark.parametrize("wrong", ["stars", "trap", "many", "token", "late", "preview"])
def test_whatever_else_is_wrong_large_photos_are_let_go(
    client: FlaskClient, link: str, folder: Path, frozen: Any, wrong: str
) -> None:
    sent: dict[str, Any] = {"stars": "4", "pictures": [a_file(LARGE, f"{at}.jpg") for at in range(4)]}
    if wrong == "stars":
        sent["stars"] = "9"
    elif wrong == "trap":
        sent["website"] = "https://spam.example"
    elif wrong == "many":
        sent["pictures"].append(a_file(LARGE))
    elif wrong == "token":
        link += "x"
    elif wrong == "late":
        frozen.shift(timedelta(days=61))
    elif wrong == "preview":
        link += "/preview"
    answer = _sent(client, link, sent)
    expected = {"token": (404,), "late": (409,), "preview": (200,)}
    assert answer.status_code in expected.get(wrong, (422,))
    assert _nothing_is_kept()


def test_a_photo_that_is_something_else_too_is_only_a_photo(
    client: FlaskClient, shop: Shop, link: str, folder: Path
) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "Telephone of Olivia Park", {1: "N", 2: (52.0, 31.0, 12.0)}
    photo = a_picture(400, 300, "JPEG", exif=exif, comment=b"<script>alert(2)</script>")
    files_ = [a_file(photo + b"PK\x03\x04" + HTML), a_file(a_picture(4_000, 100), "../../x.php.png")]
    assert _sent(client, link, {"stars": "5", "pictures": files_}).status_code == 303
    for key in db.session.scalars(select(ReviewPicture.picture)):
        for name in files.names_of(key):
            body = files.find_file(name)
            assert body
            assert not [it for it in (b"script", b"Olivia", b"PK\x03\x04", b"EXIF", b"GPS") if it in body]
            answer = client.get(f"/media/{name}")
            assert answer.content_type == "image/webp"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert max(db.session.scalars(select(Upload.width))) <= 1280


def test_a_mass_of_reports_is_slowed_down(
    client: FlaskClient, shop: Shop, limited: Flask, frozen: Any
) -> None:
    said = say(shop, been_there(shop, frozen), 1, "Bad.")
    db.session.commit()
    page = f"/b/{shop.business.slug}/reviews/{said.uid}/report"
    codes = [client.post(page, data={"reason": "insult"}).status_code for _ in range(8)]
    assert codes == [422] * 5 + [429] * 3


def test_many_reports_of_one_review_are_one_case(client: FlaskClient, shop: Shop, frozen: Any) -> None:
    said = say(shop, been_there(shop, frozen), 1, "Bad.")
    db.session.commit()
    page = f"/b/{shop.business.slug}/reviews/{said.uid}/report"
    token = str(soup(client.get(page)).select_one("[name=form]")["value"])  # type: ignore[index]
    for number in range(30):
        note = f"{number} <script>alert(1)</script>"
        answer = client.post(page, data={"form": token, "reason": "insult", "note": note})
        assert answer.status_code == 303
    [report] = db.session.scalars(select(Report))
    assert report.note == "0 <script>alert(1)</script>"
    added = added_to([report])[report.id]
    assert [it.note for it in added] == [f"{it} <script>alert(1)</script>" for it in range(1, MOST_ADDED + 1)]
    assert db.session.query(AuditEvent).filter_by(action="report.made").count() == MOST_ADDED + 1
    db.session.refresh(said)
    assert said.status == "shown"


def test_members_of_another_business_have_nothing_to_say_here(app: Flask, shop: Shop, frozen: Any) -> None:
    said = say(shop, been_there(shop, frozen), 1, "Bad.")
    other = a_shop()
    stranger = signed_in(app, a_membership(other.business, "owner").user)
    staff = signed_in(app, a_membership(shop.business, "staff").user)
    db.session.commit()
    for path in ("reply", "reply/removal", "report"):
        for browser, slug, code in (
            (stranger, shop.business.slug, 404),
            (stranger, other.business.slug, 404),
            (staff, shop.business.slug, 403),
        ):
            address = f"/manage/{slug}/reviews/{said.id}/{path}"
            assert browser.post(address, data={"words": "Liar!", "reason": "insult"}).status_code == code
    db.session.refresh(said)
    assert (said.reply, said.status) == (None, "shown")
    assert not db.session.scalars(select(Report)).all()


def test_of_a_suspended_business_the_link_of_a_review_still_answers(
    client: FlaskClient, shop: Shop, link: str
) -> None:
    suspend(shop.business, "Fraud.", by=SYSTEM, now=clock.now())
    db.session.commit()
    assert client.get(link).status_code == 200
    assert client.post(link, data={"stars": "1", "words": "Nobody came."}).status_code == 303
    assert client.get(link).status_code == 200
    assert client.get(f"/b/{shop.business.slug}/reviews").status_code == 404
