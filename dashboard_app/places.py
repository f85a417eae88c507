"""The names of continents, countries and regions, by their codes in the database."""

from __future__ import annotations

from functools import cache
from typing import Final

import pycountry

from sql.countries import countries

UNKNOWN: Final = "Unknown"
CONTINENTS: Final = {
    "AF": "Africa", "AN": "Antarctica", "AS": "Asia", "EU": "Europe",
    "NA": "North America", "OC": "Oceania", "SA": "South America",
}  # fmt: skip


@cache
def _names() -> dict[str, str]:
    return {each.code: each.name for each in sorted(countries(), key=lambda each: each.name)}


def country_name(code: str) -> str:
    """Return the name of a country by its two-letter code; any other text is returned as is."""
    return _names().get(code, code)


def country_codes() -> list[str]:
    """Return all country codes, sorted by name."""
    return list(_names())


def continent_name(code: str) -> str:
    """Return the name of a continent by its code; any other text is returned as is."""
    return CONTINENTS.get(code, code)


def region_name(code: str) -> str:
    """Return the name of a region by its ISO 3166-2 code, such as DE-BY, or else the code."""
    found = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]
    return str(found.name) if found else code
