"""The names of places."""

from __future__ import annotations

from dashboard_app.places import continent_name, country_codes, country_name, region_name


def test_codes_have_names_and_what_is_no_code_stays() -> None:
    assert region_name("DE-BY") == "Bayern"
    assert region_name("DE-??") == "DE-??"
    assert continent_name("EU") == "Europe"
    assert country_name("DE") == "Germany"
    for name in (continent_name("Unknown"), country_name("Unknown")):
        assert name == "Unknown"
    assert len(country_codes()) >= 249
