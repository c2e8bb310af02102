"""Addresses that only take forms lead back to their page."""

import pytest

from tests.factories import a_membership, a_shop, signed_in


@pytest.fixture
def shop(app):
    return a_shop()


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("opening", ""),
        ("services/samples", "services"),
        ("services/{service}/return", "services/{service}"),
        ("services/categories/7/position", "services/categories"),
        ("services/questions/7", "services/questions"),
        ("staff/{person}/position", "staff/{person}"),
        ("hours/special-days/return", "hours/special-days"),
        ("staff/{person}/hours/special-days/return", "staff/{person}/hours/special-days"),
    ],
)
def test_the_address_of_an_owners_form_leads_to_the_page_it_stands_on(app, shop, form, page):
    browser = signed_in(app, a_membership(shop.business).user)
    ids = {"service": shop.service.id, "person": shop.person.resource_id}
    home = f"/manage/{shop.business.slug}/"
    answer = browser.get(home + form.format(**ids))
    assert (answer.status_code, answer.location) == (303, home + page.format(**ids))
    assert browser.get(answer.location).status_code == 200


def test_who_is_signed_out_learns_nothing_on_the_way(client, shop):
    answers = [client.get(f"/manage/{slug}/opening") for slug in (shop.business.slug, "nobody")]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [client.get(answer.location).status_code for answer in answers] == [303, 303]


def test_only_what_is_looked_at_is_led_back(app, shop):
    browser = signed_in(app, a_membership(shop.business).user)
    assert browser.delete(f"/manage/{shop.business.slug}/opening").status_code == 405
