"""Public holidays as a library knows them."""

from datetime import date

import pytest

from app.businesses.countries import countries
from app.businesses.public_holidays import has_calendar, public_holidays, regions_of

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
    assert not has_calendar("XX")
    assert (public_holidays("XX", None, *YEAR, "en-GB"), regions_of("XX"), regions_of("")) == ({}, [], [])
    assert public_holidays("DE", "ZZ", *YEAR, "en-GB") == public_holidays("DE", None, *YEAR, "en-GB")


def test_every_country_of_ours_can_be_asked():
    for country in countries():
        assert all(len(code) <= 3 and name for code, name in regions_of(country))
        assert has_calendar(country) or public_holidays(country, None, *YEAR, "en-GB") == {}
