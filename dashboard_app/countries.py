"""The countries' names and codes, as the database has them, but without asking it."""

from __future__ import annotations

from functools import cache
from typing import Final

from sql.countries import countries

UNKNOWN: Final = "Unknown"


@cache
def _names() -> dict[str, str]:
    return {each.code: each.name for each in sorted(countries(), key=lambda each: each.name)}


def country_name(code: str) -> str:
    """Return a country's name by its code of two letters; what is none is its own name."""
    return _names().get(code, code)


def country_codes() -> list[str]:
    """Return all codes, in the order of the names."""
    return list(_names())
