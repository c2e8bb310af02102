"""The page of owners who take everything along, or end."""

import io
import os
import zipfile
from datetime import timedelta

import pytest

from app.archives.jobs import throw_away_archives, write_archives
from app.core import parcels
from app.core.db import db
from tests.factories import a_booking, a_membership, a_shop, berlin, signed_in
from tests.reading import error, soup, words

pytestmark = pytest.mark.usefixtures("folder", "frozen")


@pytest.fixture(autouse=True)
def moving(monkeypatch):
    """A test is one transaction, which has read something already; test_command.py stands still."""
    monkeypatch.setattr("app.archives.jobs.stand_still", lambda: None)
    monkeypatch.setattr(db.session, "rollback", lambda: None)


@pytest.fixture
def shop(app):
    return a_shop()


@pytest.fixture
def owner(app, shop):
    return signed_in(app, a_membership(shop.business).user)


@pytest.fixture
def page(shop):
    return f"/manage/{shop.business.slug}/data"


def links(answer):
    return [it["href"] for it in soup(answer).select("#shelf a[href]")]


def test_an_archive_is_asked_for_written_and_fetched(shop, owner, page):
    a_booking(shop, berlin("2027-03-02 10:00"))
    assert owner.post(f"{page}/archives").status_code == 303
    waiting = soup(owner.get(page)).select_one("#shelf")
    assert "It is being written." in words(waiting)
    assert waiting["hx-get"] == page
    assert write_archives() == 1
    answer = owner.get(page)
    assert "hx-get" not in soup(answer).select_one("#shelf").attrs
    file = owner.get(links(answer)[0])
    assert (
        file.headers["Content-Disposition"]
        == f'attachment; filename="daybook-{shop.business.slug}-2027-03-01.zip"'
    )
    assert file.headers["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert b"Olivia Park" in archive.read("rows/customers.jsonl")


def test_while_one_is_written_there_is_no_other(shop, owner, page):
    for _ in range(3):
        owner.post(f"{page}/archives")
    assert len(parcels.parcels_of(shop.business.id)) == 1


def test_nobody_fetches_what_is_anothers(app, shop, owner, page):
    owner.post(f"{page}/archives")
    write_archives()
    link = links(owner.get(page))[0]
    other = a_shop()
    theirs = signed_in(app, a_membership(other.business).user)
    assert theirs.get(link).status_code == 404
    assert theirs.get(link.replace(shop.business.slug, other.business.slug)).status_code == 404


@pytest.mark.parametrize("name", ["x", "x" * 22, "..%2f..%2fsecret", "%00" * 22])
def test_a_name_that_is_none_is_nowhere(owner, page, name):
    assert owner.get(f"{page}/archives/{name}").status_code == 404


def test_two_workers_write_it_once(shop, owner, page):
    owner.post(f"{page}/archives")
    (parcel,) = parcels.asked_for()
    with parcels.making(parcel) as first, parcels.making(parcel) as second:
        assert first is not None
        assert second is None
    assert [it.is_made for it in parcels.parcels_of(shop.business.id)] == [True]


def test_what_a_dead_worker_left_is_written_by_the_next(shop, owner, page):
    owner.post(f"{page}/archives")
    (parcel,) = parcels.asked_for()
    with pytest.raises(ZeroDivisionError), parcels.making(parcel):
        1 / 0  # noqa: B018
    assert write_archives() == 0
    (taken,) = parcels._folder(shop.business.id).glob("*.taken")
    long_ago = taken.stat().st_mtime - parcels.TAKES_AT_MOST.total_seconds() - 1
    os.utime(taken, (long_ago, long_ago))
    assert write_archives() == 1
    assert [it.is_made for it in parcels.parcels_of(shop.business.id)] == [True]


def test_it_is_thrown_away_after_a_week(shop, owner, page):
    owner.post(f"{page}/archives")
    write_archives()
    assert throw_away_archives() == 0
    (path,) = parcels._folder(shop.business.id).glob("*.zip")
    old = path.stat().st_mtime - (parcels.KEPT + timedelta(minutes=1)).total_seconds()
    os.utime(path, (old, old))
    assert throw_away_archives() == 1
    assert parcels.parcels_of(shop.business.id) == []


def test_an_owner_ends_it_and_keeps_it(shop, owner, page):
    wrong = owner.post(f"{page}/end", data={"word": "something-else"})
    assert wrong.status_code == 422
    assert "exactly as it stands" in error(wrong, "word")
    assert 'value="something-else"' in wrong.text
    assert owner.post(f"{page}/end", data={"word": shop.business.slug}).status_code == 303
    assert "will be deleted on Wednesday 31 March" in owner.get(page).text
    assert owner.post(f"{page}/end/removal").status_code == 303
    db.session.refresh(shop.business)
    assert shop.business.ends_at is None


def test_who_is_still_expected_is_said_before_and_after(shop, owner, page):
    a_booking(shop, berlin("2027-03-02 10:00"))
    assert "1 booking is still ahead" in owner.get(page).text
    refused = owner.post(f"{page}/end", data={"word": shop.business.slug})
    assert (refused.status_code, "Cancel it first" in error(refused, "word")) == (409, True)
