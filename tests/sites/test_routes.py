"""The page about an owner's own website: what to put there, who may show it, and how it does."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.businesses.models import Business
from app.core import clock
from app.core.db import db
from app.schedule.serving import Server
from app.services.models import Service
from app.sites.finding import origins_of
from app.sites.models import Sighting, Site
from tests.factories import a_business, a_membership, a_shop, add_need, add_service, hire, signed_in
from tests.orders.kitchen import a_kitchen
from tests.reading import error, soup, words

HOME = "http://localhost:8000"
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def shop(app):
    return a_shop(people=2)


@pytest.fixture
def business(shop):
    return shop.business


@pytest.fixture
def page(business):
    return f"/manage/{business.slug}/website"


@pytest.fixture
def browser(app, business):
    return signed_in(app, a_membership(business, "manager").user)


def line(answer):
    """The line to copy, as it is read on the page; what the button copies is the same."""
    code = soup(answer).select_one(".snippet-code .code-line")
    assert code.select_one("[data-copy]")["data-copy"] == code.select_one("code").text
    return code.select_one("code").text


def tag_of(answer):
    """The script of the line, as a browser reads it."""
    return BeautifulSoup(line(answer), "html.parser").script


def listed(business):
    db.session.expire_all()
    return origins_of(business.id)


def seen(business, origin, blocked_by=None, **ago):
    at = clock.now() - timedelta(**ago or {"minutes": 3})
    db.session.add(Sighting(business_id=business.id, origin=origin, seen_at=at, blocked_by=blocked_by))
    db.session.commit()


def cards(answer):
    """Each website: its name, its tag, and its buttons."""
    return [
        (
            words(it.select_one(".website-name")),
            words(it.select_one(".tag")),
            [words(button) for button in it.select(".website-actions button")],
        )
        for it in soup(answer).select(".website")
    ]


def test_the_line_is_one_script_and_a_link_for_whoever_has_none(browser, business, page):
    answer = browser.get(page)
    assert line(answer) == (
        f'<script src="{HOME}/widget.js" data-daybook="{business.slug}" async></script>'
        f'<noscript><a href="{HOME}/b/{business.slug}/book">Book an appointment</a></noscript>'
    )
    assert soup(answer).select_one("iframe")["src"] == f"/w/{business.slug}/book"


def test_the_line_says_what_was_chosen_and_the_preview_shows_it(browser, shop, page):
    service, person = shop.service.id, shop.person.resource_id
    query = f"?mode=inline&service={service}&person={person}&language=de&hue=30&theme=dark&label=ignored"
    answer = browser.get(page + query)
    assert tag_of(answer).attrs == {
        "src": f"{HOME}/widget.js",
        "data-daybook": shop.business.slug,
        "data-service": str(service),
        "data-staff": str(person),
        "data-language": "de",
        "data-hue": "30",
        "data-theme": "dark",
        "async": "",
    }
    frame = soup(answer).select_one("iframe")["src"]
    assert frame == f"/w/{shop.business.slug}/book?service={service}&staff={person}&lang=de&hue=30&theme=dark"
    assert browser.get(frame).status_code == 200
    chosen = soup(answer).select("#wish option[selected], #wish input[checked]")
    assert [it["value"] for it in chosen] == ["inline", str(service), str(person), "de", "dark", "30"]


def test_the_button_has_the_words_that_were_typed_and_nothing_in_them_is_html(browser, business, page):
    label = """"><script>alert('x')</script>"""
    answer = browser.get(page, query_string={"mode": "button", "label": label})
    script = tag_of(answer)
    assert (script["data-mode"], script["data-label"]) == ("button", label)
    assert BeautifulSoup(line(answer), "html.parser").find_all("script") == [script]
    assert BeautifulSoup(line(answer), "html.parser").noscript.a.text == label
    assert words(soup(answer).select_one(".snippet-stage button")) == label
    assert soup(answer).select_one("#snippet-dialog iframe")["src"] == f"/w/{business.slug}/book?hue=165"


def test_a_button_is_told_the_colour_of_the_business_because_it_asks_nobody(browser, page):
    assert tag_of(browser.get(f"{page}?mode=button"))["data-hue"] == "165"
    assert tag_of(browser.get(f"{page}?mode=button&hue=0"))["data-hue"] == "0"
    assert "data-hue" not in tag_of(browser.get(page)).attrs


def test_a_link_needs_no_script(browser, shop, page):
    answer = browser.get(f"{page}?mode=link&service={shop.service.id}&language=de&label=Termin")
    address = f"{HOME}/b/{shop.business.slug}/book?service={shop.service.id}&amp;lang=de"
    assert line(answer) == f'<a href="{address}">Termin</a>'
    assert not soup(answer).select("iframe")


def test_a_button_nobody_gave_words_says_them_in_the_language_of_the_widget(browser, page):
    answer = browser.get(f"{page}?mode=button&language=de")
    assert "data-label" not in tag_of(answer).attrs
    assert words(soup(answer).select_one(".snippet-stage button")) == "Termin buchen"


@pytest.mark.parametrize(
    "query",
    [
        "mode=popup&service=999999&person=999999&language=xx&hue=7&theme=pink",
        "mode=&service=x&person=-1&language=&hue=1e9&theme=%00",
        "service=99999999999999999999&person=1.5&hue=360&label=%20%e2%80%8b",
    ],
)
def test_what_cannot_be_chosen_counts_as_not_asked(browser, page, query):
    answer = browser.get(f"{page}?{query}")
    assert answer.status_code == 200
    assert line(answer) == line(browser.get(page))
    assert not soup(answer).select("#wish .has-error")


def test_a_long_label_is_cut(browser, page):
    assert tag_of(browser.get(f"{page}?mode=button&label={'x' * 500}"))["data-label"] == "x" * 60


def test_a_service_of_another_business_is_no_choice(browser, page):
    other = a_shop()
    answer = browser.get(f"{page}?service={other.service.id}&person={other.person.resource_id}")
    assert set(tag_of(answer).attrs) == {"src", "data-daybook", "async"}


def test_a_person_counts_only_with_what_they_do(browser, shop, page):
    colour = add_service(shop.business.id, "Colour", minutes=60, price_cents=100)
    ravi = hire(shop.business.id, "Ravi")
    add_need(shop.business.id, colour.id, [Server(ravi.resource_id)])
    alone = browser.get(f"{page}?person={ravi.resource_id}")
    assert "Choose a service too" in words(soup(alone).select_one("#snippet .alert"))
    wrong = browser.get(f"{page}?person={ravi.resource_id}&service={shop.service.id}")
    assert "Ravi does not do this" in words(soup(wrong).select_one("#snippet .alert"))
    right = browser.get(f"{page}?person={ravi.resource_id}&service={colour.id}")
    assert not soup(right).select("#snippet .alert")
    assert ["data-staff" in tag_of(it).attrs for it in (alone, wrong, right)] == [False, False, True]


def test_a_choice_swaps_the_preview_and_the_line_alone(browser, page):
    part = browser.get(f"{page}?hue=30", headers={"HX-Request": "true", "HX-Target": "snippet"})
    assert [it["id"] for it in soup(part).find_all(recursive=False)] == ["snippet"]
    assert tag_of(part)["data-hue"] == "30"


def test_who_takes_orders_puts_the_menu_there(browser, shop, page):
    a_kitchen(shop)
    slug, service, person = shop.business.slug, shop.service.id, shop.person.resource_id
    answer = browser.get(page)
    assert [it["value"] for it in soup(answer).select("[name=page]")] == ["book", "order"]
    assert soup(answer).select_one("[name=page][checked]")["value"] == "book"
    # What was chosen for bookings says nothing of a menu.
    chosen = f"mode=button&service={service}&person={person}&language=de"
    assert {"data-service", "data-staff"} < set(tag_of(browser.get(f"{page}?page=book&{chosen}")).attrs)
    answer = browser.get(f"{page}?page=order&{chosen}")
    told = tag_of(answer).attrs
    assert (told["data-page"], told["data-mode"], told["data-language"]) == ("order", "button", "de")
    assert "data-service" not in told
    assert "data-staff" not in told
    assert f'<a href="{HOME}/b/{slug}/order?lang=de">Bestellen</a>' in line(answer)
    frame = soup(answer).select_one("iframe")
    assert frame["src"].startswith(f"/w/{slug}/order?lang=de&")
    assert frame["title"] == "Your menu"
    shown = browser.get(frame["src"])
    assert "Margherita" in shown.text


def test_who_only_sells_puts_nothing_else_there(browser, shop, page):
    a_kitchen(shop)
    for service in db.session.scalars(select(Service).filter_by(business_id=shop.business.id)):
        service.bookable = False
    db.session.commit()
    assert tag_of(browser.get(page))["data-page"] == "order"
    assert "data-page" not in tag_of(browser.get(f"{page}?page=book")).attrs


@pytest.mark.parametrize("asked", ["order", "book", "orders", "../x"])
def test_who_takes_no_orders_is_asked_for_no_page(browser, business, page, asked):
    answer = browser.get(f"{page}?page={asked}")
    assert soup(answer).select("[name=page]") == []
    assert "data-page" not in tag_of(answer).attrs
    assert soup(answer).select_one("iframe")["src"] == f"/w/{business.slug}/book"


@pytest.mark.parametrize("status", ["draft", "suspended"])
@pytest.mark.parametrize("mode", ["inline", "button", "link"])
def test_a_page_that_is_not_open_has_no_preview_and_says_so(app, browser, business, page, status, mode):
    business.status = status
    db.session.commit()
    answer = browser.get(f"{page}?mode={mode}")
    assert not soup(answer).select("iframe")
    assert "as soon as you open your page" in words(soup(answer).select_one(".snippet-stage"))
    assert line(answer)


def test_a_website_is_added_whatever_part_of_it_was_pasted(client, browser, business, page):
    answer = browser.post(f"{page}/sites", data={"website": " https://müller-friseur.de/kontakt "})
    assert (answer.status_code, answer.location) == (303, f"{page}#websites")
    assert listed(business) == ["https://xn--mller-friseur-wob.de"]
    after = browser.get(page)
    assert "müller-friseur.de may show your booking page now." in after.text
    assert cards(after) == [
        ("müller-friseur.de xn--mller-friseur-wob.de", "Not seen yet", ["Remove"]),
    ]
    policy = client.get(f"/w/{business.slug}/book").headers["Content-Security-Policy"]
    assert "https://xn--mller-friseur-wob.de https://www.xn--mller-friseur-wob.de" in policy


@pytest.mark.parametrize("typed", ["", "/contact", "mailto:me@example.com", "localhost:8000/b/x", '"><b>'])
def test_what_is_no_website_is_refused_beside_the_field_with_what_was_typed(browser, business, page, typed):
    answer = browser.post(f"{page}/sites", data={"website": typed})
    assert answer.status_code == 422
    assert error(answer, "website")
    assert soup(answer).select_one("#website").get("value", "") == typed
    assert listed(business) == []


def test_frame_ancestors_follow_the_list(client, browser, business, page):
    def ancestors():
        policy = client.get(f"/w/{business.slug}/book").headers["Content-Security-Policy"]
        found = [it for it in policy.split("; ") if it.startswith("frame-ancestors")]
        return found[0].split()[1:] if found else None

    assert ancestors() == ["'self'"]
    browser.post(f"{page}/sites", data={"website": "example.com"})
    assert ancestors() == ["'self'", "https://example.com", "https://www.example.com"]
    browser.post(f"{page}/anywhere", data={"anywhere": "y"})
    assert ancestors() is None
    browser.post(f"{page}/anywhere", data={"anywhere": ""})
    browser.post(f"{page}/sites/removal", data={"origin": "https://example.com"})
    assert ancestors() == ["'self'"]


def test_a_website_is_removed(browser, business, page):
    browser.post(f"{page}/sites", data={"website": "example.com"})
    assert browser.post(f"{page}/sites/removal", data={"origin": "https://example.com"}).status_code == 303
    assert listed(business) == []
    assert "example.com cannot show your booking page any more." in browser.get(page).text


@pytest.mark.parametrize(
    "form", [{}, {"origin": ""}, {"origin": "https://nowhere.com"}, {"origin": "%00\n[::"}]
)
@pytest.mark.parametrize("what", ["sites", "sightings"])
def test_removing_what_is_not_there_changes_nothing(browser, business, page, what, form):
    assert browser.post(f"{page}/{what}/removal", data=form).status_code == 303
    assert "any more" not in browser.get(page).text


def test_the_website_of_the_details_is_one_click_away(browser, business, page):
    business.website = "https://www.müller-friseur.de/start"
    db.session.commit()
    suggestion = soup(browser.get(page)).select_one(".site-suggestion")
    assert "www.müller-friseur.de" in words(suggestion)
    browser.post(
        suggestion["action"],
        data={it["name"]: it["value"] for it in suggestion.select("input[name=website]")},
    )
    assert listed(business) == ["https://www.xn--mller-friseur-wob.de"]
    assert not soup(browser.get(page)).select(".site-suggestion")


def test_each_state_has_its_words_and_its_buttons(browser, business, page):
    for origin in ("works", "unseen", "wrong", "around"):
        db.session.add(Site(business_id=business.id, origin=f"https://{origin}.com"))
    seen(business, "https://works.com")
    seen(business, "https://wrong.com", "frame-src")
    seen(business, "https://around.com", "us")
    seen(business, "https://www.tried.com", "us", hours=2)
    answer = browser.get(page)
    assert cards(answer) == [
        ("wrong.com", "Blocked", ["Dismiss", "Remove"]),
        ("around.com", "Kept out", ["Dismiss", "Remove"]),
        ("works.com", "Works", ["Remove"]),
        ("unseen.com", "Not seen yet", ["Remove"]),
        ("www.tried.com", "Refused", ["Allow", "Dismiss"]),
    ]
    wrong, _around, works, _unseen, tried = soup(answer).select(".website")
    assert words(wrong.select_one("code")) == f"frame-src {HOME}; script-src {HOME};"
    assert "3 minutes ago" in words(works)
    assert "2 hours ago" in words(tried)
    assert not tried.select("a"), "nobody is led to a website that nobody here knows"


def test_a_refused_website_is_allowed_with_one_click(browser, business, page):
    seen(business, "https://www.tried.com", "us")
    form = soup(browser.get(page)).select_one(".website form")
    sent = {it["name"]: it["value"] for it in form.select("input[name=website]")}
    assert browser.post(form["action"], data=sent).status_code == 303
    assert cards(browser.get(page)) == [("www.tried.com", "Not seen yet", ["Remove"])]


def test_what_is_dismissed_is_gone(browser, business, page):
    seen(business, "https://tried.com", "us")
    assert browser.post(f"{page}/sightings/removal", data={"origin": "https://tried.com"}).status_code == 303
    assert cards(browser.get(page)) == []


def test_many_strangers_are_folded_away(browser, business, page):
    for number in range(9):
        seen(business, f"https://stranger{number}.com", "us")
    found = soup(browser.get(page))
    assert len(found.select(".website")) == 9
    assert len(found.select("details.more .website")) == 4


def test_staff_strangers_and_members_of_another_business_change_nothing(app, client, business, page):
    seen(business, "https://tried.com", "us")
    staff = signed_in(app, a_membership(business, "staff").user)
    elsewhere = signed_in(app, a_membership(a_business()).user)
    for browser, status in ((staff, 403), (elsewhere, 404), (client, 303)):
        assert browser.get(page).status_code == status
        for path, form in (
            ("sites", {"website": "example.com"}),
            ("sites/removal", {"origin": "https://example.com"}),
            ("anywhere", {"anywhere": "y"}),
            ("sightings/removal", {"origin": "https://tried.com"}),
        ):
            assert browser.post(f"{page}/{path}", data=form).status_code == status
    assert listed(business) == []
    assert not db.session.get_one(Business, business.id).framed_anywhere
    assert len(db.session.scalars(select(Sighting)).all()) == 1


@pytest.mark.parametrize("sites", [1, 40])
def test_more_websites_ask_the_database_no_more(browser, shop, page, queries, sites):
    for number in range(sites):
        add_service(shop.business.id, f"Service {number}", minutes=30, price_cents=100)
        db.session.add(Site(business_id=shop.business.id, origin=f"https://site{number}.com"))
        seen(shop.business, f"https://site{number}.com")
    with queries() as found:
        assert len(soup(browser.get(page)).select(".website")) == sites
    assert len(found) == 8, "\n".join(found)
