"""Pictures a business keeps."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.businesses import pictures
from app.businesses.jobs import remove_files, sweep_files
from app.businesses.models import Upload
from app.businesses.pictures import NoRoomForPictures, drop_picture, keep_picture
from app.core import clock, files
from app.core.db import db
from tests.factories import a_business, by_the_system
from tests.pictures import a_drawing

keep = by_the_system(keep_picture)
drop = by_the_system(drop_picture)

pytestmark = pytest.mark.usefixtures("folder")


def test_a_drawing_can_be_seen_in_both_sizes_and_kept_for_a_year(client: FlaskClient) -> None:
    key = keep(a_business().id, "service", a_drawing())
    for name in (f"{key}.webp", f"{key}-small.webp"):
        answer = client.get(f"/media/{name}")
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin", "mails show it elsewhere"
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin", "mails show it too"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["nothing-here-at-all.webp", "../secret.key", "..%2fsecret.key", "x.webp", ".webp"]
)
def test_there_is_nothing_else_to_see(client: FlaskClient, name: str) -> None:
    assert client.get(f"/media/{name}").status_code == 404


def test_a_drawing_that_is_dropped_is_gone_and_its_files_after_it(client: FlaskClient) -> None:
    business = a_business()
    key = keep(business.id, "logo", a_drawing())
    remove_files(key)
    assert client.get(f"/media/{key}.webp").status_code == 200, "its row is still there"
    drop(business.id, key)
    remove_files(key)
    assert client.get(f"/media/{key}.webp").status_code == 404
    drop(business.id, key)


def test_nobody_drops_another_business_s_picture() -> None:
    key = keep(a_business().id, "logo", a_drawing())
    drop(a_business().id, key)
    assert db.session.query(Upload).filter_by(key=key).count() == 1


def test_there_is_only_so_much_room(monkeypatch: pytest.MonkeyPatch) -> None:
    business = a_business()
    monkeypatch.setattr(pictures, "MOST_PICTURES", 1)
    keep(business.id, "logo", a_drawing())
    with pytest.raises(NoRoomForPictures):
        keep(business.id, "logo", a_drawing())
    keep(a_business().id, "logo", a_drawing())
    monkeypatch.setattr(pictures, "MOST_PICTURES", 9)
    monkeypatch.setattr(pictures, "MOST_BYTES", 400)
    with pytest.raises(NoRoomForPictures):
        keep(business.id, "logo", a_drawing())


def test_files_without_a_row_are_swept_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    key = keep(a_business().id, "logo", a_drawing())
    files.put("nobody-knows-me.webp", b"x")
    assert sweep_files() == 0
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert sweep_files() == 1
    assert files.find_file("nobody-knows-me.webp") is None
    assert files.find_file(f"{key}.webp")
