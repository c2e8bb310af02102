"""What a business says of itself."""

import pytest

from app.businesses.models import Business


@pytest.mark.parametrize(
    ("country", "city", "postcode", "address"),
    [
        ("DE", "Berlin", "10961", "1 Main, 10961 Berlin"),
        ("US", "Portland, OR", "97201", "1 Main, Portland, OR 97201"),
        ("GB", "Leeds", "LS1 4AP", "1 Main, Leeds LS1 4AP"),
        ("US", "Portland", None, "1 Main, Portland"),
        ("DE", None, "10961", "1 Main, 10961"),
        ("DE", None, None, "1 Main"),
    ],
)
def test_an_address_is_written_as_in_its_country(country, city, postcode, address):
    business = Business(street="1 Main", city=city, postcode=postcode, country=country)
    assert business.address == address
