"""The table of countries is complete and has no other rows."""

from __future__ import annotations

import pycountry

from sql.countries import countries

# Kosovo has no code in ISO 3166; the other two are former ones
BEYOND_ISO = {"XK", "AN", "CS"}


def test_each_code_of_iso_3166_has_a_country() -> None:
    codes = [country.code for country in countries()]
    assert set(codes) == {country.alpha_2 for country in pycountry.countries} | BEYOND_ISO
    assert codes == sorted(set(codes))


def test_each_country_has_a_name_of_its_own_and_a_continent() -> None:
    names = {country.name for country in countries()}
    assert len(names) == len(countries())
    assert all(name == name.strip() and name for name in names)
    continents = {country.continent for country in countries()}
    assert continents == {"AF", "AN", "AS", "EU", "NA", "OC", "SA"}
