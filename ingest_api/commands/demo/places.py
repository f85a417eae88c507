"""Where visitors are: shares of countries and some of their regions, and their UTC offsets."""

from __future__ import annotations

from typing import Final, NamedTuple

from ingest_api.commands.demo.distributions import Distribution


class Place(NamedTuple):
    """A country or one of its regions, as in a proxy's headers."""

    country: str | None  # ISO 3166 alpha-2, or None if unknown
    region: str | None  # the part of ISO 3166-2 after the dash
    utc_offset: float  # hours; approximate, without daylight saving time


# country: (share in 1/1000, hours from UTC)
COUNTRIES: Final = {
    "US": (205, -6.0), "IN": (150, 5.5), "DE": (65, 1.0), "GB": (55, 0.0), "BR": (50, -3.0),
    "FR": (40, 1.0), "CA": (32, -5.0), "PL": (26, 1.0), "CN": (25, 8.0), "ES": (23, 1.0),
    "NL": (22, 1.0), "AU": (22, 10.0), "IT": (22, 1.0), "JP": (20, 9.0), "ID": (18, 7.0),
    "KR": (17, 9.0), "VN": (16, 7.0), "TR": (15, 3.0), "MX": (15, -6.0), "PK": (12, 5.0),
    "SE": (11, 1.0), "AR": (11, -3.0), "CH": (10, 1.0), "UA": (10, 2.0), "BD": (10, 6.0),
    "PH": (10, 8.0), "EG": (9, 2.0), "NG": (9, 1.0), "ZA": (8, 2.0), "CO": (8, -5.0),
    "RO": (8, 2.0), "PT": (7, 0.0), "CZ": (7, 1.0), "AT": (7, 1.0), "BE": (7, 1.0),
    "DK": (6, 1.0), "FI": (6, 2.0), "IL": (6, 2.0), "SG": (6, 8.0), "MY": (6, 8.0),
    "TW": (6, 8.0), "KE": (5, 3.0), "CL": (5, -4.0), "HU": (5, 1.0), "NO": (5, 1.0),
    "IE": (5, 0.0), "TH": (5, 7.0), "PE": (4, -5.0), "GR": (4, 2.0), "NZ": (4, 12.0),
    "MA": (4, 1.0), "SA": (3, 3.0), "AE": (3, 4.0),
}  # fmt: skip
UNKNOWN_SHARE: Final = 25

# country: region: (share in its country, hours from UTC)
REGIONS: Final = {
    "US": {
        "CA": (20, -8.0), "TX": (12, -6.0), "NY": (11, -5.0), "WA": (8, -8.0), "FL": (7, -5.0),
        "MA": (6, -5.0), "IL": (6, -6.0), "VA": (5, -5.0), "PA": (5, -5.0), "GA": (5, -5.0),
        "NC": (4, -5.0), "CO": (4, -7.0), "NJ": (4, -5.0), "OH": (3, -5.0),
    },
    "IN": {
        "KA": (26, 5.5), "MH": (19, 5.5), "TG": (15, 5.5), "TN": (13, 5.5), "DL": (11, 5.5),
        "UP": (9, 5.5), "WB": (7, 5.5),
    },
    "DE": {
        "BY": (21, 1.0), "NW": (21, 1.0), "BW": (18, 1.0), "BE": (15, 1.0), "HE": (10, 1.0),
        "HH": (8, 1.0), "SN": (7, 1.0),
    },
    "GB": {"ENG": (84, 0.0), "SCT": (9, 0.0), "WLS": (4, 0.0), "NIR": (3, 0.0)},
    "BR": {"SP": (54, -3.0), "RJ": (18, -3.0), "MG": (16, -3.0), "RS": (12, -3.0)},
    "CA": {"ON": (44, -5.0), "QC": (23, -5.0), "BC": (21, -8.0), "AB": (12, -7.0)},
    "AU": {"NSW": (38, 10.0), "VIC": (31, 10.0), "QLD": (20, 10.0), "WA": (11, 8.0)},
}  # fmt: skip


def shares() -> dict[Place, float]:
    """Return every place with its share."""
    places: dict[Place, float] = {Place(None, None, 0.0): UNKNOWN_SHARE}
    for country, (share, utc_offset) in COUNTRIES.items():
        regions = REGIONS.get(country)
        if regions is None:
            places[Place(country, None, utc_offset)] = share
            continue
        total = sum(part for part, _ in regions.values())
        for region, (part, region_offset) in regions.items():
            places[Place(country, region, region_offset)] = share * part / total
    return places


PLACES: Final = Distribution(shares())
