"""Public holidays as a library knows them."""

import re
from datetime import date

import pytest

from app.businesses.public_holidays import public_holidays, regions_of

YEAR = date(2027, 1, 1), date(2027, 12, 31)


def test_a_region_has_holidays_the_country_has_not():
    everywhere = public_holidays("DE", None, *YEAR, "de-DE")
    bavaria = public_holidays("DE", "BY", *YEAR, "de-DE")
    assert everywhere[date(2027, 10, 3)] == "Tag der Deutschen Einheit"
    assert date(2027, 1, 6) not in everywhere
    assert bavaria[date(2027, 1, 6)] == "Heilige Drei Könige"
    assert list(bavaria) == sorted(bavaria)


@pytest.mark.parametrize(
    ("language", "name"),
    [("en-GB", "Christmas Day"), ("de-AT", "Erster Weihnachtstag"), ("fr-FR", "Erster Weihnachtstag")],
)
def test_names_are_in_the_language_or_in_that_of_the_country(language, name):
    assert public_holidays("DE", None, *YEAR, language)[date(2027, 12, 25)] == name


def test_both_ends_are_included_and_years_follow_each_other():
    found = public_holidays("DE", None, date(2026, 12, 25), date(2027, 1, 1), "en-GB")
    assert list(found) == [date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)]


def test_regions_have_names_and_codes_as_the_database_holds_them():
    named = dict(regions_of("DE"))
    assert named["BY"] == "Bayern"
    assert "Augsburg" not in named
    assert regions_of("JP") == []


def test_a_country_or_region_nobody_knows_is_no_error():
    assert (public_holidays("XX", None, *YEAR, "en-GB"), regions_of("XX"), regions_of("")) == ({}, [], [])
    assert public_holidays("DE", "ZZ", *YEAR, "en-GB") == public_holidays("DE", None, *YEAR, "en-GB")


def test_codes_of_regions_are_as_the_database_holds_them():
    for country in ("DE", "FR", "US", "IT", "GB", "AU", "CH"):
        regions = regions_of(country)
        assert len(regions) > 3
        assert all(re.fullmatch(r"[A-Z0-9]{1,3}", code) and name for code, name in regions)
