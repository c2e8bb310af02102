"""Styles, scripts and pictures: hashed addresses kept for a year, and nothing outside static/."""

import hashlib
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import assets
from app.config import ROOT
from app.shortening import short_script, short_style

STATIC = ROOT / "static"


@pytest.fixture
def stylesheet(app: Flask) -> str:
    """The address of the bundle."""
    with app.test_request_context():
        return assets.asset("css/app.css")


def test_the_current_version_is_kept_for_a_year_and_another_is_asked_for_again(
    client: FlaskClient, stylesheet: str
) -> None:
    assert client.get(stylesheet).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    old = client.get("/assets/000000000000/css/app.css")
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-cache")


def test_the_bundle_is_every_style_in_the_order_of_the_names(client: FlaskClient, stylesheet: str) -> None:
    bundle = client.get(stylesheet)
    styles = [short_style(path.read_text()) for path in sorted((STATIC / "css").glob("*.css"))]
    # Where they name a font, its address has changed.
    places = [bundle.text.index(style[-60:]) for style in styles]
    assert bundle.mimetype == "text/css"
    assert bundle.text.startswith(styles[0])
    assert len(places) > 10
    assert places == sorted(places)


def test_what_is_put_together_is_without_comments_and_indentation(app: Flask) -> None:
    for name in assets.BUNDLES:
        lines = assets.body(name).decode().splitlines()
        vendored = [path for path in assets.parts_of(name) if path.parent.name == "vendor"]
        theirs = {line for path in vendored for line in path.read_text().splitlines()}
        ours = [line for line in lines if line not in theirs]
        assert ours
        assert [line for line in ours if line.startswith((" ", "/*", " *", "//")) or not line] == []


def test_scripts_say_what_they_say_on_one_line_each(app: Flask) -> None:
    """Or what is taken for a comment or for indentation might be a part of it. In a style it means nothing."""
    named = {path for name in assets.BUNDLES for path in assets.parts_of(name) if path.parent.name == "js"}
    assert named
    texts = {path.name: re.sub(r"const CSS = `[^`]*`;", "", path.read_text()) for path in named}
    assert [name for name, text in texts.items() for line in text.splitlines() if line.count("`") % 2] == []


def test_only_what_people_read_is_taken_out_of_a_script() -> None:
    script = """
    /* A menu.
     * It opens. */
    (() => {
      const address = "https://example.com/*"; // stays
      // goes

      open(`${address}  //`);
    })();
    """
    short = '(() => {\nconst address = "https://example.com/*"; // stays\nopen(`${address}  //`);\n})();'
    assert short_script(script) == short


def test_what_the_styles_name_has_a_hashed_address_that_answers(client: FlaskClient, stylesheet: str) -> None:
    addresses = re.findall(r"url\(\"?([^\")]+)", client.get(stylesheet).text)
    assert [address for address in addresses if not address.startswith(("/assets/", "data:"))] == []
    fonts = [client.get(address) for address in addresses if address.startswith("/assets/")]
    assert fonts
    assert {font.status_code for font in fonts} == {200}
    assert all("immutable" in font.headers["Cache-Control"] for font in fonts)


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [("js/week.js", "text/javascript"), ("icons.svg", "image/svg+xml"), ("fonts/inter.woff2", "font/woff2")],
)
def test_a_file_has_its_type_and_its_bytes(app: Flask, client: FlaskClient, name: str, mimetype: str) -> None:
    with app.test_request_context():
        answer = client.get(assets.asset(name))
    assert answer.mimetype == mimetype
    assert answer.data == (STATIC / name).read_bytes()


@pytest.mark.parametrize("name", ["css/../js/app.js", "./js/app.js", "js/./app.js", "js/../css/app.css"])
def test_a_file_has_one_name_only_so_the_memory_it_takes_has_an_end(client: FlaskClient, name: str) -> None:
    client.get("/assets/0/nothing.css")
    kept = assets.body.cache_info().currsize
    assert client.get(f"/assets/0/{name}").status_code == 404
    assert assets.body.cache_info().currsize == kept


@pytest.mark.parametrize(
    "path",
    [
        "/assets/0/../app/config.py",
        "/assets/0/%2e%2e/pyproject.toml",
        "/assets/0/..%2fpyproject.toml",
        "/assets/0/%2fetc/passwd",
        "/assets/0//etc/passwd",
        "/assets/0/css",
        "/assets/0/%00",
        "/assets/0/" + "a" * 5000,
        "/assets/0/fonts/%ff",
        "/assets/0/",
    ],
)
def test_nothing_outside_the_folder_is_given_away(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {308, 404}
    assert b"root:" not in answer.data
    assert b"[project]" not in answer.data


def test_browsers_find_the_icon_they_ask_for_by_themselves(client: FlaskClient) -> None:
    icon = client.get("/favicon.ico")
    assert (icon.status_code, icon.mimetype) == (200, "image/svg+xml")


def test_vendored_scripts_are_the_ones_that_were_published() -> None:
    lines = (STATIC / "vendor" / "CHECKSUMS").read_text().splitlines()
    sums = dict(reversed(line.split()) for line in lines if line and not line.startswith("#"))
    scripts = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (STATIC / "vendor").glob("*.js")
    }
    assert scripts == sums


def test_every_asset_a_template_names_exists() -> None:
    named = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"\basset\(\"([^\"]+)\"\)", path.read_text())
    }
    missing = [name for name in named if name not in assets.BUNDLES and not (STATIC / name).is_file()]
    assert named
    assert missing == []
