"""The poster, the code and the page to share: what is drawn leads to the short link, and every member may have it."""

import io
import re
from xml.etree import ElementTree

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from app.businesses.paper_sizes import sizes_of
from app.businesses.pictures import keep_picture
from app.core.db import db
from app.core.lettering import drawn
from app.core.pictures import draw_again
from app.core.sheets import Sheet
from tests.factories import a_business, a_membership, by_the_system, signed_in
from tests.pictures import a_picture
from tests.reading import soup


@pytest.fixture
def business(app, frozen):
    return a_business("ann", short_code="k7m2px", country="DE")


@pytest.fixture
def link(app, business):
    return f"{app.config['PUBLIC_BASE_URL']}/s/k7m2px"


@pytest.fixture
def member(app, business):
    """The browser of somebody without any rights but to be here: they hang the poster up."""
    return signed_in(app, a_membership(business, "staff").user)


def read(picture):
    """What a scanner makes of a picture."""
    return [(it.format.name, it.text) for it in zxingcpp.read_barcodes(picture)]


def seen(answer, scale=1.5):
    """The only page of a PDF: its size in millimetres, its words, and what it looks like."""
    with pypdfium2.PdfDocument(answer.data) as file:
        (page,) = file
        size = tuple(round(it * 25.4 / 72, 1) for it in page.get_size())
        text = page.get_textpage().get_text_range().replace("\r\n", "\n")
        return size, text, page.render(scale=scale).to_pil()


def test_the_code_on_the_poster_leads_to_the_short_link(member, link):
    answer = member.get("/manage/ann/poster.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="ann-poster-a4.pdf"'
    _size, _text, picture = seen(answer)
    assert read(picture) == [("QRCode", link)]


def test_the_code_can_be_read_although_a_part_of_it_is_covered(member, link):
    _size, _text, picture = seen(member.get("/manage/ann/poster.pdf"), scale=3)
    middle, side = picture.width // 2, picture.width // 12
    height = round(picture.height * 176 / 297)
    picture.paste("white", (middle, height, middle + side, height + side))
    assert read(picture) == [("QRCode", link)]


def test_the_poster_says_whose_it_is_and_where_one_books(member, link):
    _size, text, _picture = seen(member.get("/manage/ann/poster.pdf"))
    assert text.split("\n") == [
        "Ann's Salon",
        "Book online",
        "Point your phone’s camera at the code, or go to",
        link.partition("://")[2],
        "Any time, without an account.",
    ]


@pytest.mark.parametrize(
    ("size", "millimetres"), [("a4", (210, 297)), ("a5", (148, 210)), ("letter", (215.9, 279.4))]
)
def test_there_is_a_poster_for_each_paper(member, link, size, millimetres):
    found, _text, picture = seen(member.get(f"/manage/ann/poster.pdf?size={size}"), scale=2)
    assert found == pytest.approx(millimetres, abs=0.2)
    assert read(picture) == [("QRCode", link)]
    assert member.get("/manage/ann/poster.pdf?size=a9").status_code == 404


def test_printers_hold_other_paper_in_america(member, business):
    assert (sizes_of("DE"), sizes_of("US"), sizes_of("MX")) == (["a4", "a5"], ["letter"], ["letter"])
    business.country = "US"
    db.session.flush()
    assert seen(member.get("/manage/ann/poster.pdf"))[0] == pytest.approx((215.9, 279.4), abs=0.2)


@pytest.mark.parametrize(
    "name",
    [
        "مقهى الزاوية",
        "ספר השכונה",
        "A" * 120,
        "Friseursalon Müller & Söhne am alten Rathausplatz in Charlottenburg",
        "理髪店 🎉",
    ],
)
def test_any_name_fits(member, business, link, name):
    business.name = name
    db.session.flush()
    answer = member.get("/manage/ann/poster.pdf?size=a5")
    _size, text, picture = seen(answer, scale=3)
    assert read(picture) == [("QRCode", link)]
    # Nothing but the panel comes near the edge of the paper.
    inset = round(picture.width * 12 / 210)
    edge = picture.crop((inset, picture.height // 8, inset + 4, picture.height // 3))
    assert len(edge.getcolors()) == 1
    assert "Book online" in text
    assert "\ufffd" not in text
    if name.isascii():
        assert name in text.replace("\n", "")


def test_a_name_from_the_right_is_drawn_joined(member, business, monkeypatch):
    lines, cell = [], Sheet.cell
    monkeypatch.setattr(Sheet, "cell", lambda *args, **more: lines.append(args[3]) or cell(*args, **more))
    business.name = "مقهى"
    db.session.flush()
    _size, text, _picture = seen(member.get("/manage/ann/poster.pdf"))
    assert lines[0] == drawn("مقهى") == "\ufef0\ufeec\ufed8\ufee3"
    assert text.startswith("مقهى\n")


def test_a_logo_stands_above_the_name(app, member, business, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", tmp_path)
    plain = member.get("/manage/ann/poster.pdf").data
    business.logo = by_the_system(keep_picture)(business.id, "logo", draw_again(a_picture(), crop=False))
    db.session.flush()
    with_logo = member.get("/manage/ann/poster.pdf").data
    assert (plain.count(b"/Subtype /Image"), with_logo.count(b"/Subtype /Image")) == (0, 1)


def test_the_colour_is_that_of_the_business(member, business):
    colours = set()
    for hue in (25, 165, 300):
        business.brand_hue = hue
        db.session.flush()
        _size, _text, picture = seen(member.get("/manage/ann/poster.pdf"))
        colours.add(picture.getpixel((picture.width // 2, picture.height // 20)))
    assert len(colours) == 3


def test_the_code_alone_can_be_had_as_dots(member, link):
    answer = member.get("/manage/ann/qr.png?download=1")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ann-qr.png"'
    picture = Image.open(io.BytesIO(answer.data))
    assert min(picture.size) > 1400
    assert read(picture.convert("L")) == [("QRCode", link)]
    dot = picture.width // (picture.width // 40)
    border = picture.convert("L").crop((0, 0, picture.width, 4 * dot))
    assert border.getcolors() == [(border.width * border.height, 255)]


def test_the_code_alone_can_be_had_as_lines_of_the_same(member, link):
    answer = member.get("/manage/ann/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    root = ElementTree.fromstring(answer.data)
    path = next(it for it in root.iter() if it.get("stroke"))
    side = int(root.get("width")) // 10
    picture = Image.new("L", (side, side), 255)
    draw_lines(picture, path.get("d"))
    assert read(picture.resize((side * 8, side * 8), Image.Resampling.NEAREST)) == [("QRCode", link)]


def draw_lines(picture, path):
    """The lines of an SVG of segno: `M4 4.5h7`, then `m-7 1h1` and so on, each one module thick."""

    x = y = 0.0
    for kind, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(it) for it in numbers.split()]
        if kind == "h":
            for at in range(int(x), int(x + values[0])):
                picture.putpixel((at, int(y)), 0)
            x += values[0]
        else:
            x, y = values if kind == "M" else (x + values[0], y + values[1])


def test_the_page_shows_the_link_the_poster_and_how_it_looks_when_sent(member, link, queries):
    with queries() as statements:
        answer = member.get("/manage/ann/share")
    assert answer.status_code == 200
    page = soup(answer).select_one("#share")
    assert page.select_one("[data-copy]")["data-copy"] == link
    assert page.select_one(".share-link").text == link.partition("://")[2]
    assert [it["href"] for it in page.select("a[href*=poster]")] == [
        "/manage/ann/poster.pdf?size=a4",
        "/manage/ann/poster.pdf?size=a5",
    ]
    assert "Book an appointment at Ann's Salon" in page.select_one(".share-preview").text
    assert page.select_one(".share-preview img")["src"].endswith("/share.png")
    assert len(statements) <= 6, statements


def test_who_works_here_finds_it_in_the_menu_and_who_leads_in_the_settings(app, member, business):
    assert soup(member.get("/manage/ann/")).select_one('nav a[href="/manage/ann/share"]')
    assert not soup(member.get("/manage/ann/share")).select(".sections")
    manager = signed_in(app, a_membership(business, "manager").user)
    page = soup(manager.get("/manage/ann/share"))
    assert page.select_one('.sections-pages a[aria-current="page"]')["href"] == "/manage/ann/share"
    assert len(page.select('.sidebar a[href="/manage/ann/share"]')) == 0


def test_who_is_not_open_yet_is_told_so(member, business):
    assert not soup(member.get("/manage/ann/share")).select("#share .alert")
    business.status = "draft"
    db.session.flush()
    assert "not open yet" in soup(member.get("/manage/ann/share")).select_one("#share .alert").text


@pytest.mark.parametrize("path", ["share", "poster.pdf", "qr.svg", "qr.png"])
def test_nobody_else_has_it(app, client, business, path):
    stranger = signed_in(app, a_membership(a_business()).user)
    assert client.get(f"/manage/ann/{path}").status_code == 303
    assert stranger.get(f"/manage/ann/{path}").status_code == 404
