"""Odd bytes, odd numbers and odd origins end at the door: 4xx with a sentence, never 5xx."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask, jsonify, request
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import create_app
from app.appointments.finding import hold_token
from app.core import clock
from tests.conftest import settings
from tests.factories import a_business, a_membership, a_visit, add_service, hire, signed_in

NOWHERE = "postgresql+psycopg2://nobody@/nothing?host=/nonexistent"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def echo() -> Flask:
    """An application without a database that tells what reached it."""
    app = create_app(settings(NOWHERE))

    @app.post("/echo")
    def told() -> Any:
        return jsonify(args=request.args.to_dict(flat=False), form=request.form.to_dict(flat=False))

    @app.post("/echo/files-first")
    def files_first() -> Any:
        return jsonify(files=len(request.files), form=request.form.to_dict(flat=False))

    @app.get("/rows/<id:row>")
    def row(row: int) -> str:
        return str(row)

    return app


@pytest.fixture
def browser(echo: Flask) -> FlaskClient:
    """A browser in front of the echo."""
    return echo.test_client()


@pytest.mark.parametrize(
    "path", ["/%00", "/b/%00/", "/b/a%00b/book", "/b/%01", "/bookings/%1b%5b", "/%7f", "/%c2%80"]
)
def test_control_characters_in_a_path_are_no_page(browser: FlaskClient, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_control_and_half_characters_are_taken_out_of_forms_and_queries(browser: FlaskClient) -> None:
    answer = browser.post(
        "/echo?q=a%00b&q=%1b&r%00=%0D%0A", data=b"name=Zo%C3%AB%00&note=one%0D%0Atwo%07", content_type=FORM
    )
    assert answer.json == {
        "args": {"q": ["ab", ""], "r": ["\n"]},
        "form": {"name": ["Zoë"], "note": ["one\ntwo"]},
    }


def test_a_form_is_cleaned_even_when_its_files_are_asked_for_first(browser: FlaskClient) -> None:
    answer = browser.post("/echo/files-first", data={"name": "a\x00b"}, content_type="multipart/form-data")
    assert answer.json == {"files": 0, "form": {"name": ["ab"]}}


@pytest.mark.parametrize("data", [b"name=%ED%A0%BD", b"name=\xed\xa0\xbd", b"name=\xff\xfe", b"\xff=%ff"])
def test_what_is_no_utf_8_can_still_be_stored(browser: FlaskClient, data: bytes) -> None:
    answer = browser.post("/echo", data=data, content_type=FORM)
    assert answer.status_code == 200
    for name, values in answer.json["form"].items():  # type: ignore[index]
        "".join([name, *values]).encode("utf-8")


@pytest.mark.parametrize(
    "query", ["q=\xed\xa0\x80", "q=\xff", "\xc3", "q=%ED%A0%80", "%", "q=%zz", "&&==&", "a\x00=b"]
)
def test_raw_bytes_in_a_query_are_no_fault_of_ours(browser: FlaskClient, query: str) -> None:
    answer = browser.post("/echo", environ_overrides={"QUERY_STRING": query})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "text/xml", "", "application/x-www-form-urlencoded2"]
)
def test_a_body_that_is_no_form_is_refused(browser: FlaskClient, kind: str) -> None:
    answer = browser.post("/echo", data=b'{"a": 1}', content_type=kind)
    assert answer.status_code == 415
    assert "<h1" in answer.text


@pytest.mark.parametrize("kind", [FORM, f"{FORM}; charset=utf-8"])
def test_a_form_passes(browser: FlaskClient, kind: str) -> None:
    assert browser.post("/echo", data=b"a=1", content_type=kind).status_code == 200


def test_a_post_without_a_body_needs_no_type(browser: FlaskClient) -> None:
    assert browser.post("/echo").status_code == 200


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 400), ("same-origin", 200), ("same-site", 200), ("none", 200)]
)
def test_a_form_of_another_site_is_refused(browser: FlaskClient, site: str, status: int) -> None:
    assert browser.post("/echo", headers={"Sec-Fetch-Site": site}).status_code == status


def test_a_link_from_another_site_is_welcome(browser: FlaskClient) -> None:
    assert browser.get("/rows/1", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("referrer", ["http://[odd", "http://[::1", "https://book.example:99999/"])
def test_a_form_that_stood_nowhere_is_refused(
    browser: FlaskClient, client: FlaskClient, referrer: str
) -> None:
    assert browser.post("/echo", headers={"Referer": referrer}).status_code == 400
    assert client.post("/account/password", headers={"Referer": referrer}).status_code == 400


def test_a_form_of_too_many_fields_is_refused(browser: FlaskClient) -> None:
    assert browser.post("/echo", data=b"&a=1" * 200, content_type=FORM).status_code == 200
    assert browser.post("/echo", data=b"&a=1" * 201, content_type=FORM).status_code == 413
    assert (
        browser.post("/echo", data={"a": ["1"] * 201}, content_type="multipart/form-data").status_code == 413
    )


@pytest.mark.parametrize("row", ["1", "9223372036854775807"])
def test_an_id_is_a_number_the_database_can_hold(browser: FlaskClient, row: str) -> None:
    assert browser.get(f"/rows/{row}").text == row


@pytest.mark.parametrize(
    "row",
    [
        "0",
        "-1",
        "+1",
        "01",
        "1.0",
        "1_0",
        "1e3",
        "٣",
        "９",
        "9223372036854775808",
        "9" * 19,
        "9" * 5000,
        "NaN",
        "%20 1",
        "",
    ],
)
def test_anything_else_is_no_such_page(browser: FlaskClient, row: str) -> None:
    assert browser.get(f"/rows/{row}").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true", "HX-Current-URL": "http://[odd"},
        {"HX-Request": "true", "HX-Current-URL": "%ff", "HX-Target": "\xff", "HX-Prompt": "%00"},
        {"Accept-Language": "x" * 5000},
        {"Accept-Language": "de;q=abc,*;q=,,\xff"},
        {"Cookie": "daybook=\xff; daybook_device=%00; =;;"},
        {"X-Request-Id": "<script>" * 10},
        {"Referer": "http://[odd"},
        {"Host": "a b"},
        {"Host": ""},
        {"Content-Length": "-5"},
        {"Content-Length": "many"},
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "multipart/form-data; boundary=\xff"},
        {"Range": "bytes=9-1"},
        {"If-None-Match": '"'},
        {"Sec-Fetch-Site": "\xff"},
    ],
    ids=lambda headers: "-".join(headers),
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/nowhere"), ("POST", "/sign-in"), ("GET", "/account/password")],
)
def test_odd_headers_are_no_fault_of_ours(
    app: Flask, headers: dict[str, str], method: str, path: str
) -> None:
    answer = app.test_client().open(path, method=method, headers=headers)
    assert answer.status_code < 500


ODD = [
    "",
    ".",
    "..",
    "0",
    "-1",
    "1",
    "2147483648",
    "9223372036854775808",
    "NaN",
    "1_0",
    "\x00",
    "\ud800",
    "\u200b",
    "2027-02-30",
    "0001-01-01",
    "9999-12-31",
    "2027-W01-1",
    "24:00",
    "2027-03-01T10:00:00+01:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2027-03-28T02:30:00+01:00",
    "T",
    "any",
    "x" * 5000,
    "2027-03-01T10:00:00+99:99",
    "2027-03-01T10:00:00.000001+01:00",
    "//evil.example",
    "/\\evil",
    "a@b",
    "+49",
]
NAMES = [
    "lang",
    "next",
    "date",
    "start",
    "service",
    "staff",
    "flow",
    "name",
    "email",
    "phone",
    "note",
    "website",
    "password",
    "current",
    "new",
    "repeat",
    "remember",
    "csrf_token",
    "places",
    "zone",
]
TEXT = st.one_of(st.sampled_from(ODD), st.text(alphabet=st.characters(codec=None), max_size=12))
BYTES = st.one_of(TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=12))
FIELDS = st.lists(st.tuples(st.sampled_from(NAMES), TEXT), max_size=8)


def test_no_bytes_in_path_or_query_of_any_address_are_a_fault_of_ours(app: Flask) -> None:
    business = a_business()
    browsers = [app.test_client(), signed_in(app, a_membership(business).user)]
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)

    @effort(max_examples=250, deadline=None, database=None)
    @given(st.data())
    def ask_anything(data: st.DataObject) -> None:
        rule, browser = data.draw(st.sampled_from(rules)), data.draw(st.sampled_from(browsers))
        slugs = st.one_of(st.just(business.slug.encode()), BYTES)
        values = {name: data.draw(slugs if name == "slug" else BYTES, name) for name in rule.arguments}
        query = data.draw(st.one_of(FIELDS.map(encoded), st.binary(max_size=20)), "query")
        answer = ask(browser, "GET", filled(rule.rule, values), query)
        assert answer.status_code < 500, f"GET {rule.rule} {values} {query!r}"

    ask_anything()


def test_no_form_is_a_fault_of_ours(app: Flask) -> None:
    business = a_business()
    service, person = (
        add_service(business.id, "Haircut", minutes=45, price_cents=4500),
        hire(business.id, "Maya"),
    )
    stranger, member = app.test_client(), a_membership(business).user
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    confirm = next(rule for rule in rules if rule.endpoint == "flow.confirm")
    sensible = {
        "service": str(service.id),
        "staff": str(person.resource_id),
        "name": "Olivia",
        "email": "o@p.example",
    }

    @effort(max_examples=120, deadline=None, database=None)
    @given(
        st.sampled_from(rules),
        FIELDS,
        st.sets(st.sampled_from(sorted(sensible))),
        st.booleans(),
        st.sampled_from(["held", "expired"]),
    )
    @example(confirm, [("start", "")], {"name", "email"}, False, "expired")
    def send_anything(
        rule: Rule, fields: list[tuple[str, str]], kept: set[str], as_member: bool, status: str
    ) -> None:
        browser = signed_in(app, member) if as_member else stranger
        body = encoded([(name, sensible[name]) for name in kept] + fields)
        values = dict.fromkeys(rule.arguments, b"1") | {"slug": business.slug.encode()}
        if "hold" in rule.arguments:
            held = a_visit(business, clock.now() + timedelta(days=2), status=status)
            values["hold"] = hold_token(held).encode()
        answer = ask(browser, "POST", filled(rule.rule, values), b"", data=body, content_type=FORM)
        assert answer.status_code < 500, f"POST {rule.rule} {status} {body!r}"

    send_anything()


def filled(rule: str, values: dict[str, bytes]) -> bytes:
    """The address of a rule with these bytes for its values."""
    path = b""
    for index, part in enumerate(rule.replace(">", "<").split("<")):
        path += values[part.split(":")[-1]] if index % 2 else part.encode()
    return path


def ask(browser: FlaskClient, method: str, path: bytes, query: bytes, **body: Any) -> TestResponse:
    """Send raw bytes, as a server hands them on."""
    raw = {"PATH_INFO": path.decode("latin-1"), "QUERY_STRING": query.decode("latin-1")}
    return browser.open("/", method=method, environ_overrides=raw, **body)


def encoded(fields: list[tuple[str, str]]) -> bytes:
    """Fields as a browser, or something that is none, would send them."""
    return "&".join(
        f"{name}={quote_from_bytes(text.encode('utf-8', 'surrogatepass'))}" for name, text in fields
    ).encode()


def test_a_line_end_in_a_query_does_not_break_the_way_to_the_right_address(client: FlaskClient) -> None:
    answer = ask(client, "GET", b"/b/somewhere", b"a\nb=\xff")
    assert (answer.status_code, answer.headers["Location"]) == (
        308,
        "http://localhost/b/somewhere/?a%0Ab=%FF",
    )
