"""Nobody can make us ask for anything but a calendar in the public internet, or for more than we can take."""

import gzip
import socket
import time
from ipaddress import ip_address

import pytest

from app.config import ConfigurationError, calendar_sources
from app.feeds import fetching
from app.feeds.addresses import NoAddress, address_of, is_open, is_public
from app.feeds.fetching import Known, NotRead, fetch
from tests.feeds.serving import HOST, a_calendar, a_certificate, a_port_nobody_listens_at, elsewhere, say

ONE = a_calendar("DTSTART:20270302T100000Z\nDTEND:20270302T110000Z")
PRIVATE = """
127.0.0.1 127.255.255.254 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 0.1.2.3
224.0.0.1 239.255.255.250 255.255.255.255 192.0.0.8 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.7 203.0.113.9 240.0.0.1
::1 :: ::7f00:1 fe80::1 fe80::1%eth0 fc00::1 fd12::1 ff02::1 fec0::1 2001:db8::1 3fff::1 5f00::1 100::1
::ffff:127.0.0.1 ::ffff:10.1.2.3 ::ffff:169.254.169.254 2002:7f00:1:: 2002:808:808:: 2001:0:1::1 64:ff9b::7f00:1
64:ff9b::a9fe:a9fe 64:ff9b:1::808:808
"""
PUBLIC = "8.8.8.8 93.184.216.34 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808"


@pytest.fixture
def server():
    with elsewhere() as it:
        yield it


def read(server, path="/a.ics", known=None, **more):
    more.setdefault("allowed", server.allowed)
    return fetch(address_of(f"{server.at}{path}"), known or Known(), **more)


def problem(*args, **more):
    with pytest.raises(NotRead) as refused:
        read(*args, **more)
    return refused.value.problem


def of(typed, numbers=None, allowed=()):
    """The problem of an address whose name leads to these network addresses, or nobody was asked at all."""
    more = {} if numbers is None else {"resolve": lambda _host, _port: list(numbers)}
    with pytest.raises(NotRead) as refused:
        fetch(address_of(typed), Known(), list(allowed), **more)
    return refused.value.problem


@pytest.mark.parametrize("number", PRIVATE.split())
def test_what_is_not_public_is_not_asked(number, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("somebody was asked"))
    assert not is_public(ip_address(number))
    assert of("https://calendar.example/", [number]) == "not_public"


@pytest.mark.parametrize("number", PUBLIC.split())
def test_what_is_public_may_be_asked(number):
    assert is_public(ip_address(number))
    assert is_open(address_of("https://calendar.example/"), number, [])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "0",
        "localhost",
        *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "127.0.0.1."),
    ],
)
def test_no_way_of_writing_it_leads_to_this_machine(host, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("somebody was asked"))
    assert of(f"http://{host}/a.ics") in ("not_public", "no_such_host")


def test_a_name_with_one_private_address_is_not_asked_at_all(monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("somebody was asked"))
    assert of("https://calendar.example/", ["8.8.8.8", "10.0.0.1"]) == "not_public"


@pytest.mark.parametrize("port", [22, 25, 81, 3306, 5432, 6379, 8080, 9200])
def test_other_ports_are_not_asked(port):
    assert of(f"http://calendar.example:{port}/", ["8.8.8.8"]) == "not_public"


@pytest.mark.parametrize("port", [80, 443, 8443])
def test_the_ports_of_the_web_are(port):
    assert is_open(address_of(f"http://calendar.example:{port}/"), "8.8.8.8", [])


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("", "not_an_address"),
        ("file:///etc/passwd", "not_an_address"),
        ("gopher://example.com/", "not_an_address"),
        ("ftp://example.com/a.ics", "not_an_address"),
        ("javascript:alert(1)", "not_an_address"),
        ("https://", "not_an_address"),
        ("https://example.com:99999/", "not_an_address"),
        ("https://example.com:x/", "not_an_address"),
        ("https://exa mple.com/", "not_an_address"),
        ("https://[::1", "not_an_address"),
        ("https://a..b/", "not_an_address"),
        (f"https://{'a' * 64}.com/", "not_an_address"),
        (f"https://example.com/{'a' * 2000}", "not_an_address"),
        ("https://user:secret@example.com/", "password_in_it"),
        ("https://user@example.com/", "password_in_it"),
    ],
)
def test_what_is_no_address(typed, wrong):
    with pytest.raises(NoAddress, match=wrong):
        address_of(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("webcal://example.com/a.ics", "https://example.com/a.ics"),
        ("  HTTPS://Example.COM/A?b=c&d=%20  ", "https://example.com/A?b=c&d=%20"),
        ("example.com/a.ics", "https://example.com/a.ics"),
        ("http://example.com:8443", "http://example.com:8443/"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://example.com/a#b", "https://example.com/a"),
    ],
)
def test_what_people_paste(typed, meant):
    assert str(address_of(typed)) == meant


def test_a_calendar_is_read_and_remembered(server):
    server.answer = lambda it: say(it, ONE, ETag='"a"', Last_Modified="Mon, 01 Mar 2027 09:00:00 GMT")
    answer = read(server, "/a.ics?key=s")
    assert (answer.body, answer.etag) == (ONE.strip(), '"a"')
    [(path, headers)] = server.asked
    assert path == "/a.ics?key=s"
    assert headers["Host"] == f"{HOST}:{server.port}"
    assert headers["Accept-Encoding"] == "identity"
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


def test_a_server_is_asked_whether_anything_changed(server):
    server.answer = lambda it: say(it, b"", 304)
    assert read(server, known=Known('"a"', "yesterday")).body is None
    [(_path, headers)] = server.asked
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"a"', "yesterday")


def test_a_name_is_looked_up_once_and_the_connection_goes_where_it_led(server):
    """Whoever answers with a private address the second time is not asked a second time."""
    looked = []

    def rebinding(host, port):
        looked.append(host)
        return [HOST] if len(looked) == 1 else ["10.0.0.1"]

    server.answer = lambda it: say(it, ONE)
    address = address_of(f"http://calendar.example:{server.port}/")
    allowed = [f"calendar.example:{server.port}"]
    assert fetch(address, Known(), allowed, resolve=rebinding).body
    assert looked == ["calendar.example"]
    assert server.asked[0][1]["Host"] == f"calendar.example:{server.port}"


def test_a_redirect_is_followed(server):
    def answer(it):
        say(it, ONE) if it.path == "/there" else say(it, b"", 302, Location="/there")

    server.answer = answer
    assert read(server).body
    assert [path for path, _ in server.asked] == ["/a.ics", "/there"]


@pytest.mark.parametrize(
    ("to", "wrong"),
    [
        ("http://10.0.0.1/", "not_public"),
        ("http://169.254.169.254/latest/meta-data/", "not_public"),
        ("http://[::1]/", "not_public"),
        ("http://127.0.0.1:1/", "not_public"),
        ("file:///etc/passwd", "not_there"),
        ("https://u:p@example.com/", "not_there"),
        ("", "redirects"),
        ("/a.ics", "redirects"),
        ("http://[", "not_there"),
    ],
)
def test_a_redirect_leads_nowhere_we_would_not_go_ourselves(server, to, wrong):
    server.answer = lambda it: say(it, b"", 302, Location=to)
    assert problem(server) == wrong
    assert len(server.asked) <= 4


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        (401, "locked"),
        (403, "locked"),
        (404, "not_there"),
        (410, "not_there"),
        (429, "too_often"),
        (500, "broken"),
    ],
)
def test_what_a_server_refuses_has_a_reason(server, status, wrong):
    server.answer = lambda it: say(it, b"no", status)
    assert problem(server) == wrong


def test_a_page_is_no_calendar(server):
    server.answer = lambda it: say(it, b"<!doctype html><title>Sign in</title>", Content_Type="text/calendar")
    assert problem(server) == "no_calendar"


def test_half_a_calendar_is_none(server):
    server.answer = lambda it: say(it, ONE[:-30])
    assert problem(server) == "cut_off"
    server.answer = lambda it: say(it, ONE[:-30], Content_Length=str(len(ONE)))
    assert problem(server) in ("cut_off", "no_answer")


def test_what_is_packed_is_not_unpacked(server):
    server.answer = lambda it: say(
        it, gzip.compress(b"BEGIN:VCALENDAR" + bytes(10**7)), Content_Encoding="gzip"
    )
    assert problem(server) == "compressed"


def test_a_gigabyte_is_not_read(server):
    sent = []

    def pour(it):
        it.send_response(200)
        it.send_header("Content-Length", str(2**30))
        it.end_headers()
        it.wfile.write(b"BEGIN:VCALENDAR\r\n")
        for _ in range(1024):
            it.wfile.write(bytes(2**20))
            sent.append(2**20)

    server.answer = pour
    assert problem(server) == "too_big"
    assert sum(sent) < 64 * 2**20


def test_neither_is_one_without_a_length(server):
    def pour(it):
        it.send_response(200)
        it.send_header("Transfer-Encoding", "chunked")
        it.end_headers()
        while True:
            it.wfile.write(b"10000\r\n" + bytes(65536) + b"\r\n")

    server.answer = pour
    assert problem(server) == "too_big"


@pytest.mark.parametrize("part", ["headers", "body", "nothing"])
def test_a_slow_server_is_not_waited_for(server, part, monkeypatch):
    """Each drop comes before anybody would lose their patience, and there is no end of them."""
    monkeypatch.setattr(fetching, "SECONDS_IN_ALL", 1)

    def drip(it):
        if part == "body":
            it.send_response(200)
            it.end_headers()
        elif part == "headers":
            it.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            if part != "nothing":
                it.wfile.write(b"a")
            time.sleep(0.1)

    server.answer = drip
    begun = time.monotonic()
    assert problem(server) == "too_slow"
    assert time.monotonic() - begun < 5


def test_endless_headers_are_not_read(server):
    def pour(it):
        it.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            it.wfile.write(b"X-More: " + b"a" * 1000 + b"\r\n")

    server.answer = pour
    assert problem(server) == "no_answer"


def test_what_speaks_no_http_is_no_answer(server):
    server.answer = lambda it: it.wfile.write(b"220 mail.example ESMTP\r\n")
    assert problem(server) == "no_answer"


def test_a_certificate_is_looked_at(server):
    """Somebody who speaks no TLS at all is not believed."""
    address = f"https://{HOST}:{server.port}/"
    assert of(address, allowed=server.allowed) in ("no_answer", "certificate")


@pytest.fixture
def trusted(monkeypatch):
    """Trust a certificate besides those that count; everything else of our context stays as it is."""

    def trust(certificate):
        context = fetching._context.__wrapped__()
        context.load_verify_locations(certificate)
        monkeypatch.setattr(fetching, "_context", lambda: context)

    return trust


def secured(server, host="calendar.example"):
    """Read from a server of https whose name leads to this machine."""
    address = address_of(f"https://{host}:{server.port}/a.ics")
    return fetch(address, Known(), [f"{host}:{server.port}"], resolve=lambda _host, _port: [HOST])


def test_a_calendar_is_read_over_https_from_the_address_that_was_checked(tmp_path, trusted):
    """The connection goes to a number, and the certificate is that of the name."""
    certificate = a_certificate(tmp_path, "calendar.example")
    trusted(certificate)
    with elsewhere(certificate) as server:
        server.answer = lambda it: say(it, ONE, ETag='"one"')
        found = secured(server)
    assert (found.body, found.etag) == (ONE.strip(), '"one"')
    assert server.asked[0][1]["Host"] == f"calendar.example:{server.port}"


@pytest.mark.parametrize(("name", "days"), [("another.example", 1), (HOST, 1), ("calendar.example", -1)])
def test_a_certificate_of_another_name_or_of_the_past_is_refused(tmp_path, trusted, name, days):
    certificate = a_certificate(tmp_path, name, days=days)
    trusted(certificate)
    with elsewhere(certificate) as server, pytest.raises(NotRead) as refused:
        secured(server)
    assert (refused.value.problem, server.asked) == ("certificate", [])


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path):
    with elsewhere(a_certificate(tmp_path, "calendar.example")) as server, pytest.raises(NotRead) as refused:
        secured(server)
    assert (refused.value.problem, server.asked) == ("certificate", [])


def test_nobody_there_is_no_answer():
    port = a_port_nobody_listens_at()
    assert of(f"http://{HOST}:{port}/", allowed=[f"{HOST}:{port}"]) == "no_answer"


def test_a_silent_resolver_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    with pytest.raises(NotRead, match="no_such_host"):
        fetch(address_of("https://a.example/"), Known(), [], resolve=lambda *_: time.sleep(5) or [])


def test_proxies_of_the_environment_are_not_used(server, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://{HOST}:{a_port_nobody_listens_at()}")
    server.answer = lambda it: say(it, ONE)
    assert read(server).body


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", []),
        ("10.0.0.0/8, fd00::/8", ["10.0.0.0/8", "fd00::/8"]),
        ("Calendar.local:8080,127.0.0.1:99", ["calendar.local:8080", "127.0.0.1:99"]),
    ],
)
def test_calendars_from(typed, read):
    assert calendar_sources({"CALENDARS_FROM": typed}) == read


@pytest.mark.parametrize("typed", ["10.0.0.0/33", "http://x", "a b", "x:99999999"])
def test_calendars_from_nowhere(typed):
    with pytest.raises(ConfigurationError, match="CALENDARS_FROM"):
        calendar_sources({"CALENDARS_FROM": typed})


def test_a_network_of_the_house_may_be_named():
    address = address_of("http://calendar.house/")
    assert is_open(address, "10.1.2.3", ["10.0.0.0/8"])
    assert not is_open(address, "192.168.1.1", ["10.0.0.0/8"])
    assert not is_open(address_of("http://calendar.house:5432/"), "10.1.2.3", ["10.0.0.0/8"])
    assert is_open(address_of("http://calendar.house:5232/"), "10.1.2.3", ["calendar.house:5232"])
