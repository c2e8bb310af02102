import pytest

from app.businesses.pictures import keep_picture
from tests.factories import a_business, by_the_system
from tests.pictures import a_drawing
from tests.reading import soup

HTMX = {"HX-Request": "true", "HX-Target": "businesses"}


def listed(name, city=None, trade=None, **more):
    return a_business(name=name, city=city, trade=trade, listed=True, **more)


def names(answer):
    return [link.text for link in soup(answer).select(".business-card h2 a")]


def test_a_card_says_who_what_and_where(client):
    listed("Ann's Salon", "Berlin", "hair", slug="anns", description="Under the lime trees.")
    page = soup(client.get("/"))
    card = page.select_one(".business-card")
    for text in ("Ann's Salon", "Hairdresser", "Berlin", "Under the lime trees."):
        assert text in card.text
    assert card.select_one("a")["href"] == "/b/anns/"
    assert card.select_one(".icon-scissors")
    assert card.select_one(".logo").text == "AS"


def test_a_logo_takes_the_place_of_the_initials(client, app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", tmp_path)
    business = listed("Ann's Salon")
    business.logo = by_the_system(keep_picture)(business.id, "logo", a_drawing())
    card = soup(client.get("/")).select_one(".business-card")
    assert card.select_one("img.logo")["src"] == f"/media/{business.logo}-small.webp"
    assert not card.select("span.logo")


def test_a_search_lists_those_who_match_and_keeps_what_was_typed(client):
    listed("Ann's Salon", "Berlin", "hair")
    listed("Bob's Garage", "Köln", "garage")
    answer = client.get("/?q=Koln")
    assert names(answer) == ["Bob's Garage"]
    assert soup(answer).select_one("#q")["value"] == "Koln"


def test_towns_narrow_the_list_and_keep_the_search(client):
    listed("Ann's Salon", "Berlin", "hair")
    listed("Bob's Salon", "Köln", "hair")
    page = soup(client.get("/?q=salon"))
    assert [it.text for it in page.select(".filter-chips a")] == ["Everywhere", "Berlin", "Köln"]
    assert page.select_one(".filter-chips [aria-current]").text == "Everywhere"
    answer = client.get(page.select(".filter-chips a")[2]["href"])
    assert names(answer) == ["Bob's Salon"]
    assert soup(answer).select_one(".filter-chips [aria-current]").text == "Köln"
    assert soup(answer).select_one("form input[name=town]")["value"] == "Köln"


def test_one_town_needs_no_choice(client):
    listed("Ann's Salon", "Berlin")
    assert not soup(client.get("/")).select(".filter-chips")


def test_long_lists_have_pages(client):
    for n in range(45):
        listed(f"Salon {n:02}")
    page = soup(client.get("/?q=salon&page=2"))
    assert "21–40 of 45" in page.select_one(".pagination").text
    before, after = page.select(".pagination a")
    assert (before["href"], after["href"]) == ("/?q=salon&page=1", "/?q=salon&page=3")
    assert names(client.get(after["href"])) == [f"Salon {n}" for n in range(40, 45)]


def test_htmx_gets_the_list_alone(client):
    listed("Ann's Salon")
    fragment = soup(client.get("/?q=ann", headers=HTMX))
    assert fragment.select_one("#businesses .business-card")
    assert fragment.select_one("#businesses")["data-announce"] == "1 business found"
    assert not fragment.select("html, form")


@pytest.mark.parametrize(
    "query", ["q=xyzzy", "q=%25", "q=" + "x" * 5000, "q=%F0%9F%8E%89", "town=Atlantis", "q=a&q=b"]
)
def test_nothing_found_says_how_to_go_on(client, query):
    listed("Salon", "Berlin")
    answer = client.get(f"/?{query}")
    assert answer.status_code == 200
    assert "Nothing found" in answer.text
    assert soup(answer).select_one("#businesses a[href='/']")


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=1_0", "page=" + "9" * 400, "page=٣", "q=%00", "sort=1"]
)
def test_odd_addresses_are_the_first_or_last_page(client, query):
    listed("Salon")
    answer = client.get(f"/?{query}")
    assert (answer.status_code, names(answer)) == (200, ["Salon"])


def test_with_nobody_listed_one_can_sign_in_or_open_a_business(client):
    page = soup(client.get("/"))
    assert page.select_one("#businesses a[href='/sign-in']")
    assert page.select_one(".invite a[href='/sign-up']")
    assert not page.select("form")


def test_the_page_takes_three_statements_however_long_the_list(client, queries):
    for n in range(25):
        listed(f"Salon {n:02}", f"Town {n}")
    for query in ("", "?q=salon", "?q=salon&town=Town 3&page=2"):
        client.get("/")
        with queries() as seen:
            client.get(f"/{query}")
        assert len(seen) <= 3
