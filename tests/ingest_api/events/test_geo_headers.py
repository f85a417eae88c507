"""Where events come from by the word of a proxy."""

from __future__ import annotations

import pytest

from ingest_api.events.geo import Locator, Place, header_place, place
from tests.ingest_api.events.test_geo import ENGLAND, clock, locator, path

__all__ = ["clock", "locator", "path"]


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"CF_IPCOUNTRY": "GB"}, Place("GB", None)),
        ({"CF_IPCOUNTRY": "gb", "CF_REGION_CODE": "eng"}, ENGLAND),
        ({"X_APPENGINE_COUNTRY": "US", "X_APPENGINE_REGION": "ca"}, Place("US", "CA")),
        ({"FASTLY_COUNTRY_CODE": "GB", "FASTLY_REGION_CODE": "GB-ENG"}, ENGLAND),
        ({"X_GEO_COUNTRY": "GB", "X_GEO_REGION": "ENG"}, ENGLAND),
        ({"X_COUNTRY_CODE": "FR", "X_REGION_CODE": "75"}, Place("FR", "75")),
        # the first with a country counts, with a region of its own alone
        ({"CF_IPCOUNTRY": "GB", "X_GEO_COUNTRY": "FR", "X_GEO_REGION": "75"}, Place("GB", None)),
        ({"CF_IPCOUNTRY": "XX", "X_GEO_COUNTRY": "FR"}, Place("FR", None)),
        ({"CF_IPCOUNTRY": "T1", "X_GEO_COUNTRY": "FR"}, Place("FR", None)),
        ({"X_APPENGINE_COUNTRY": "ZZ", "X_GEO_COUNTRY": "FR"}, Place("FR", None)),
        ({"CF_IPCOUNTRY": "XX"}, None),
        ({"CF_REGION_CODE": "ENG"}, None),
        ({}, None),
    ],
)
def test_headers_of_every_proxy_are_read(headers: dict[str, str], found: Place | None) -> None:
    assert header_place({f"HTTP_{name}": text for name, text in headers.items()}) == found


@pytest.mark.parametrize("text", ["", "G", "GBR", "G1", "GB\n", " GB", "ß", "ſs", "ＧＢ", "G\x00"])
def test_what_is_not_a_country_does_not_count(text: str) -> None:
    assert header_place({"HTTP_CF_IPCOUNTRY": text, "HTTP_X_GEO_COUNTRY": "FR"}) == ("FR", None)


@pytest.mark.parametrize("text", ["", "ENGL", "?", "GB-", "GB-ENGL", "EN\n", "-ENG", "ß", "E\x1b["])
def test_what_is_not_a_region_does_not_count(text: str) -> None:
    headers = {"HTTP_CF_IPCOUNTRY": "GB", "HTTP_CF_REGION_CODE": text}
    assert header_place(headers) == ("GB", None)


def test_a_trusted_header_wins_over_the_file(locator: Locator) -> None:
    headers = {"HTTP_CF_IPCOUNTRY": "FR"}
    address = "2.125.160.216"
    assert place(headers, address, True, locator) == Place("FR", None)
    assert place(headers, address, False, locator) == ENGLAND
    assert place({"HTTP_CF_IPCOUNTRY": "XX"}, address, True, locator) == ENGLAND
    assert place({}, address, True, locator) == ENGLAND
