"""Files of addresses: which kinds are read, and for which networks a place is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from ingest_api.events.geo import NOWHERE, Locator, Place, open_copy
from tests.ingest_api.events.test_geo import ENGLAND, city, path, write

__all__ = ["path"]


def test_a_place_is_kept_for_its_network_and_never_for_an_address(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = {
        "2.125.160.0/24": city("GB", "ENG"),
        "9.9.9.0/26": city("FR"),
        "9.9.9.64/26": {"continent": {"code": "EU"}},
    }
    write(path, records | {"2001:218::/32": city("JP"), "2001:219::/64": city("KR")})
    file = open_copy(path)
    asked: list[str] = []
    locate = file._locate

    def locate_and_note(address: str) -> object:
        asked.append(address)
        return locate(address)

    monkeypatch.setattr(file, "_locate", locate_and_note)
    for _ in range(2):
        assert {file.find(f"2.125.160.{n}") for n in range(256)} == {ENGLAND}
        assert {file.find(f"2001:218::{n:x}") for n in range(256)} == {Place("JP", None)}
        # a network that is smaller than what is kept: its neighbours are elsewhere
        assert file.find("9.9.9.1") == Place("FR", None)
        assert file.find("9.9.9.65") == NOWHERE
        assert file.find("2001:219::1") == Place("KR", None)
        assert file.find("2001:219:0:1::1") == NOWHERE
    assert asked.count("2.125.160.0") == asked.count("2001:218::0") == 1
    assert "2.125.160.1" not in asked
    assert {len(network) for network in file._known} == {3, 6}


def test_few_networks_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest_api.events.geo.MOST_NETWORKS", 10)
    file = open_copy(path)
    for number in range(100):
        assert file.find(f"10.0.{number}.1") == NOWHERE
        assert file.find("2.125.160.1") == ENGLAND
    assert len(file._known) <= 10


def test_a_file_without_countries_is_reported(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    writer = MMDBWriter(6, database_type="GeoLite2-ASN", ipv4_compatible=True)
    writer.insert_network(IPSet(["2.125.160.0/24"]), {"autonomous_system_number": 1})
    writer.to_db_file(str(path))
    assert Locator(path).lookup("2.125.160.216") == NOWHERE
    assert "GeoLite2-ASN is neither a city nor a country database" in caplog.text


@pytest.mark.parametrize(
    "kind", ["GeoLite2-Country", "GeoIP2-Enterprise", "DBIP-City-Lite", "DBIP-Country-Lite"]
)
def test_every_kind_of_file_with_countries_is_read(path: Path, kind: str) -> None:
    writer = MMDBWriter(6, database_type=kind, ipv4_compatible=True)
    writer.insert_network(IPSet(["2.125.160.0/24"]), city("GB", "ENG"))
    writer.to_db_file(str(path))
    assert Locator(path).lookup("2.125.160.216").country == "GB"
