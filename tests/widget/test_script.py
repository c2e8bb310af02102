"""The script that websites load: small, kept, asked for by anybody, and without a cookie."""

import gzip

from flask import Flask
from flask.testing import FlaskClient

from app.assets import STATIC, asset

PACKED = {"Accept-Encoding": "gzip"}
MOST_BYTES = 5000


def test_it_is_small(client: FlaskClient) -> None:
    answer = client.get("/widget.js", headers=PACKED)
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) < MOST_BYTES
    assert gzip.decompress(answer.data) == client.get("/widget.js").data


def test_it_is_what_stands_in_the_file_without_its_comments(client: FlaskClient) -> None:
    written = [line.strip() for line in (STATIC / "js" / "widget.js").read_text().splitlines()]
    served = client.get("/widget.js").text.splitlines()
    assert [line for line in served if line not in written] == []
    assert "The booking widget of Daybook" not in served
    assert 'const NAME = "daybook-widget";' in served


def test_other_websites_may_load_it_and_keep_it_for_an_hour_while_a_new_one_is_fetched(
    client: FlaskClient,
) -> None:
    headers = client.get("/widget.js").headers
    assert headers["Cache-Control"] == "public, max-age=3600, stale-while-revalidate=2592000"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept-Encoding" in headers["Vary"]
    assert "Set-Cookie" not in headers


def test_whoever_has_it_is_told_so_packed_or_not(client: FlaskClient) -> None:
    tag = client.get("/widget.js").headers["ETag"]
    again = client.get("/widget.js", headers={"If-None-Match": tag, **PACKED})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"].startswith("public")
    assert client.get("/widget.js", headers={"If-None-Match": 'W/"another"'}).status_code == 200


def test_its_hashed_address_is_kept_for_ever(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        answer = client.get(asset("js/widget.js"))
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.data == client.get("/widget.js").data
