from tests.factories import a_business, a_membership, a_user, signed_in
from tests.reading import soup, words


def test_the_businesses_one_works_in_are_listed_with_the_role(app):
    user = a_user(name="Maya Lindqvist")
    a_membership(a_business("zoes", name="Zoe's"), "staff", user)
    a_membership(a_business("anns", name="Ann's"), "owner", user)
    a_membership(a_business("secret", name="Secret place"))
    page = soup(signed_in(app, user).get("/account/"))
    listed = page.select("#businesses a")
    assert [link["href"] for link in listed] == ["/manage/anns/", "/manage/zoes/"]
    assert [words(it) for it in page.select("#businesses .row-detail")] == ["Owner", "Staff"]
    assert "Maya Lindqvist" in page.text


def test_who_works_nowhere_is_told_how_to_begin(app):
    page = signed_in(app, a_user()).get("/account/")
    assert soup(page).select_one("#businesses") is None
    assert soup(page).select_one("a[href='/account/businesses/new']")


def test_strangers_sign_in_first(client):
    answer = client.get("/account/")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account/")


def test_what_a_member_saw_is_kept_by_no_browser(app, client):
    user = a_user()
    a_membership(a_business("anns"), "owner", user)
    browser = signed_in(app, user)
    pages = ["/account/", "/account/password", "/manage/anns/", "/manage/anns/?date=never", "/manage/zoes/"]
    assert {browser.get(page).headers["Cache-Control"] for page in pages} == {"no-store"}
    assert client.get("/account/").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/b/anns/").headers["Cache-Control"] == "private, no-cache"
    assert browser.get("/b/anns/").headers["Cache-Control"] == "no-store"


def test_the_page_speaks_the_language_its_user_set(app):
    browser = signed_in(app, a_user(language="en-US"))
    page = soup(browser.get("/account/", headers={"Accept-Language": "en-GB"}))
    assert page.html["lang"] == "en-US"
