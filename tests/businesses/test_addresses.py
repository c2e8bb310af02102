import re
from itertools import islice

import pytest

from app.businesses.addresses import LONGEST, RESERVED, free_slugs, slug_of
from app.businesses.models import FormerSlug
from app.core.db import db
from tests.factories import a_business

SHAPE = re.compile(r"[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ann's Salon", "anns-salon"),
        ("Café Öztürk & Söhne", "cafe-ozturk-sohne"),
        ("Straße 7", "strasse-7"),
        ("  --- ", ""),
        ("名前", ""),
        ("名前 Hair", "hair"),
        ("a" * 300, "a" * 40),
        ("ab " * 100, ("ab-" * 20)[:1] + "b"),
    ],
)
def test_an_address_is_the_name_in_letters_everybody_can_type(name, slug):
    assert slug_of(name) == slug


def first(name, count=3):
    return list(islice(free_slugs(name, instead="hair"), count))


def test_the_best_address_comes_first_and_what_is_taken_is_left_out(app):
    assert first("Ann's Salon") == ["anns-salon", "anns-salon-2", "anns-salon-3"]
    a_business("anns-salon")
    a_business("anns-salon-3")
    assert first("Ann's Salon") == ["anns-salon-2", "anns-salon-4", "anns-salon-5"]


def test_nobody_gets_an_address_another_had(app):
    db.session.add(FormerSlug(slug="bloom", business_id=a_business("blossom").id))
    db.session.flush()
    assert first("Bloom", 1) == ["bloom-2"]


@pytest.mark.parametrize("name", ["Admin", "sign in", "Sign-Up", "API"])
def test_words_of_ours_are_no_address(app, name):
    assert slug_of(name) in RESERVED
    assert first(name, 1) == [f"{slug_of(name)}-2"]


def test_a_name_without_a_letter_of_the_alphabet_takes_the_word_for_it(app):
    assert first("髪") == ["hair", "hair-2", "hair-3"]


@pytest.mark.parametrize(
    "name", ["one two three four five six seven eight nine ten eleven twelve", "ﷺ" * 99, "x-" * 99]
)
def test_every_address_has_the_shape_the_table_wants(app, name):
    for slug in first(name, 20):
        assert SHAPE.fullmatch(slug)
        assert len(slug) <= LONGEST
