"""The origin of a website, read from what people type and paste."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sites.models import ORIGIN
from app.sites.origins import LONGEST, NotAWebsite, origin_of, shown


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("example.com", "https://example.com"),
        ("www.example.com", "https://www.example.com"),
        ("  EXAMPLE.com  ", "https://example.com"),
        ("https://example.com/contact?x=1#top", "https://example.com"),
        ("HTTPS://Example.COM:443/", "https://example.com"),
        ("http://example.com", "http://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://example.com:443", "http://example.com:443"),
        ("example.com:8080/a@b", "https://example.com:8080"),
        ("https:example.com", "https://example.com"),
        ("https:\\\\example.com\\contact", "https://example.com"),
        ("//example.com/contact", "https://example.com"),
        ("example.com?x=1", "https://example.com"),
        ("example.com.", "https://example.com"),
        ("my_site.example.com", "https://my_site.example.com"),
        ("müller-friseur.de", "https://xn--mller-friseur-wob.de"),
        ("https://www.MÜLLER-friseur.de/termine", "https://www.xn--mller-friseur-wob.de"),
        ("faß.de", "https://xn--fa-hia.de"),
        ("例え。テスト", "https://xn--r8jz45g.xn--zckzah"),
        ("localhost", "http://localhost"),
        ("localhost:3000/page", "http://localhost:3000"),
        ("shop.localhost:3000", "http://shop.localhost:3000"),
        ("https://localhost:3000", "https://localhost:3000"),
        ("127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("192.168.1.20", "https://192.168.1.20"),
    ],
)
def test_what_people_paste_is_an_origin(typed: str, origin: str) -> None:
    assert origin_of(typed) == origin
    assert re.fullmatch(ORIGIN, origin)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "type the address"),
        ("   ", "type the address"),
        ("my site.com", "without spaces"),
        ("example.com other.com", "without spaces"),
        ("/contact", "whole address"),
        ("?x=1", "whole address"),
        ("https://", "whole address"),
        ("*", "does not stand for several"),
        ("*.example.com", "does not stand for several"),
        ("https://*", "does not stand for several"),
        ("https://me:secret@example.com", "user name"),
        ("me@example.com", "user name"),
        ("javascript:alert(1)", "begins with https://"),
        ("data:text/html,hello", "begins with https://"),
        ("mailto:me@example.com", "begins with https://"),
        ("ftp://example.com", "begins with https://"),
        ("a" * 201, "too long"),
        ("https://example.com/" + "a" * LONGEST, "too long"),
        ("example", "does not look like"),
        ("javascript:1", "does not look like"),
        ("1.2.3", "does not look like"),
        ("999.1.1.1", "does not look like"),
        ("127.1", "does not look like"),
        ("0x7f.0.0.1", "does not look like"),
        ("0x7f000001", "does not look like"),
        ("2130706433", "does not look like"),
        ("010.0.0.1", "does not look like"),
        ("[::1]", "does not look like"),
        ("http://[::1]:80/", "does not look like"),
        ("example.com:0", "does not look like"),
        ("example.com:65536", "does not look like"),
        ("https://example.com:port", "does not look like"),
        ("-example.com", "does not look like"),
        ("example..com", "does not look like"),
        (".example.com", "does not look like"),
        ("ex%61mple.com", "does not look like"),
        ("example.com;script-src", "does not look like"),
        ("example.com,other.com", "does not look like"),
        ("'self'", "does not look like"),
        ("☕\u202e.com", "does not look like"),
        ("١٢٧.٠.٠.١:٨٠", "does not look like"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(typed: str, words: str) -> None:
    with pytest.raises(NotAWebsite) as refusal:
        origin_of(typed)
    assert words in str(refusal.value.message)


LIKE_AN_ADDRESS = st.text(st.sampled_from("axw01.-_:/@?#[]%*\\ üßб。x") | st.characters(), max_size=40)


@given(st.text(max_size=220) | LIKE_AN_ADDRESS | LIKE_AN_ADDRESS.map("https://{}".format))
def test_whatever_is_typed_is_an_origin_or_a_sentence(typed: str) -> None:
    try:
        origin = origin_of(typed)
    except NotAWebsite:
        return
    assert re.fullmatch(ORIGIN, origin)
    assert origin_of(origin) == origin
    assert origin_of(shown(origin)) == origin


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ("https://example.com", "example.com"),
        ("https://example.com:8443", "example.com:8443"),
        ("http://example.com", "http://example.com"),
        ("https://xn--mller-friseur-wob.de", "müller-friseur.de"),
        ("https://xn--0.de", "xn--0.de"),
        ("http://localhost:3000", "localhost:3000"),
        ("https://localhost", "https://localhost"),
    ],
)
def test_an_origin_is_shown_as_people_know_it(origin: str, words: str) -> None:
    assert shown(origin) == words
