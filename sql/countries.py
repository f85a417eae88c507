"""The countries: ISO 3166 codes with GeoNames' names and continents, in countries.csv.

GeoNames (geonames.org) publishes its data under CC BY 4.0. Besides today's codes, the file has
Kosovo's XK and the former AN and CS, which old events may have.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from sql import statements


class Country(NamedTuple):
    """A country. Both codes have two letters."""

    code: str
    name: str
    continent: str


@cache
def countries() -> tuple[Country, ...]:
    """Return all countries, by code."""
    with (statements.FOLDER / "countries.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Country(**row) for row in csv.DictReader(file))
