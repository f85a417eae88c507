"""The names of continents and regions."""

from __future__ import annotations

from typing import Final

import pycountry

CONTINENTS: Final = {
    "AF": "Africa", "AN": "Antarctica", "AS": "Asia", "EU": "Europe",
    "NA": "North America", "OC": "Oceania", "SA": "South America",
}  # fmt: skip


def continent_name(code: str) -> str:
    """Return a continent's name; what is none is its own name."""
    return CONTINENTS.get(code, code)


def region_name(code: str) -> str:
    """Return a region's name by its ISO 3166-2 code, such as DE-BY; else the code."""
    found = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]
    return str(found.name) if found else code
