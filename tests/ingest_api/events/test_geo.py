"""Where events come from: headers of proxies, and a database file that may change at any time."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from ingest_api.events.geo import (
    LOOK_SECONDS,
    LOOKING,
    NOWHERE,
    Locator,
    Place,
    open_copy,
)
from tests.server import wait_until

ENGLAND = Place("GB", "ENG")


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pass_time(self, locator: Locator) -> None:
        """Go on until the file is looked at again."""
        self.now += LOOK_SECONDS
        locator.lookup("2.125.160.216")
        for thread in threading.enumerate():
            if thread.name == LOOKING:
                thread.join()


def write(path: Path, records: dict[str, Any], version: int = 6) -> None:
    """Put a database file in the place of what is there, as a careful updater does."""
    writer = MMDBWriter(version, database_type="GeoLite2-City", ipv4_compatible=version == 6)
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    new = path.with_suffix(".new")
    writer.to_db_file(str(new))
    new.replace(path)


def city(country: str, *regions: str) -> dict[str, Any]:
    """Return a record as GeoLite2-City has them."""
    return {
        "continent": {"code": "EU"},
        "country": {"iso_code": country, "names": {"en": "somewhere"}},
        "registered_country": {"iso_code": "FR"},
        "subdivisions": [{"iso_code": region} for region in regions],
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "places.mmdb"
    records = {"2.125.160.0/24": city("GB", "ENG", "WBK"), "2001:218::/32": city("JP")}
    write(path, records)
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def locator(path: Path, clock: Clock) -> Locator:
    return Locator(path, clock)


def test_addresses_are_found(locator: Locator) -> None:
    assert locator.lookup("2.125.160.216") == ENGLAND
    assert locator.lookup("2001:218::1") == Place("JP", None)
    assert locator.lookup("9.9.9.9") == NOWHERE
    assert locator.lookup("no address") == NOWHERE


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"country": {"iso_code": "SE"}}, Place("SE", None)),
        ({"country": {"iso_code": "SE"}, "subdivisions": [{"names": {}}]}, Place("SE", None)),
        ({"country": {"iso_code": "SE"}, "subdivisions": []}, Place("SE", None)),
        ({"continent": {"code": "EU"}, "registered_country": {"iso_code": "SE"}}, NOWHERE),
        ({"country": {"names": {"en": "Sweden"}}}, NOWHERE),
        ({"country": {"iso_code": "ZZ"}}, NOWHERE),
        ({"country": {"iso_code": 7}}, NOWHERE),
        ({"country": "SE"}, NOWHERE),
        ({"autonomous_system_number": 29518}, NOWHERE),
        ("SE", NOWHERE),
    ],
)
def test_records_of_every_kind_of_file_are_read(tmp_path: Path, record: Any, found: Place) -> None:
    write(tmp_path / "other.mmdb", {"89.160.20.0/24": record})
    assert Locator(tmp_path / "other.mmdb").lookup("89.160.20.112") == found


def test_a_file_of_ipv4_alone_does_not_know_ipv6(tmp_path: Path) -> None:
    write(tmp_path / "v4.mmdb", {"2.125.160.0/24": city("GB")}, version=4)
    locator = Locator(tmp_path / "v4.mmdb")
    assert locator.lookup("2.125.160.216") == Place("GB", None)
    assert locator.lookup("2001:218::1") == NOWHERE


def test_a_new_file_is_read_within_seconds(locator: Locator, path: Path, clock: Clock) -> None:
    write(path, {"2.125.160.0/24": city("IE", "L")})
    assert locator.lookup("2.125.160.216") == ENGLAND
    clock.pass_time(locator)
    assert locator.lookup("2.125.160.216") == Place("IE", "L")


def test_a_file_that_is_missing_is_reported_once_and_picked_up(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "later" / "places.mmdb"
    locator = Locator(path, clock)
    for _ in range(3):
        assert locator.lookup("2.125.160.216") == NOWHERE
        clock.pass_time(locator)
    (warning,) = caplog.messages
    assert "GEO_DB" in warning
    assert str(path) in warning
    path.parent.mkdir()
    write(path, {"2.125.160.0/24": city("GB", "ENG")})
    clock.pass_time(locator)
    assert locator.lookup("2.125.160.216") == ENGLAND
    path.unlink()
    clock.pass_time(locator)
    assert locator.lookup("2.125.160.216") == NOWHERE
    assert len(caplog.messages) == 2


def test_a_replacement_cut_short_leaves_the_old_file_in_use(
    locator: Locator, path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    whole = path.read_bytes()
    for size in (0, 100, len(whole) - 1):
        path.write_bytes(whole[:size])
        clock.pass_time(locator)
        assert locator.lookup("2.125.160.216") == ENGLAND
    (warning,) = caplog.messages
    assert str(path) in warning
    assert "the previous file stays in use" in warning
    caplog.set_level(logging.INFO)
    path.write_bytes(whole)
    clock.pass_time(locator)
    assert locator.lookup("2.125.160.216") == ENGLAND
    assert "is GeoLite2-City of" in caplog.messages[-1]


def test_what_is_not_a_database_is_reported_once(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "text.mmdb").write_text("<html>404</html>")
    os.mkfifo(tmp_path / "pipe.mmdb")
    for bad in (tmp_path / "text.mmdb", tmp_path, tmp_path / "pipe.mmdb"):
        caplog.clear()
        locator = Locator(bad, clock)
        for _ in range(3):
            assert locator.lookup("2.125.160.216") == NOWHERE
            clock.pass_time(locator)
        (warning,) = caplog.messages
        assert f"GEO_DB: can't use {bad}" in warning


def test_damage_inside_a_file_is_reported_once(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content = path.read_bytes()
    tree = content.index(bytes(16))
    path.write_bytes(bytes(b"\xff" * tree) + content[tree:])
    locator = Locator(path)
    for _ in range(3):
        assert locator.lookup("2.125.160.216") == NOWHERE
    (warning,) = caplog.messages
    assert "damaged" in warning


CUT_IN_USE = """
import os, sys
from pathlib import Path
from ingest_api.events.geo import Locator
path = Path(sys.argv[1])
locator = Locator(path)
os.truncate(path, 10)
print(locator.lookup("2.125.160.216").country)
"""


def test_a_file_cut_short_while_in_use_does_not_end_the_process(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CUT_IN_USE, str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "GB\n")


KEEP_WRITING = """
import itertools, os, sys
for count in itertools.count():
    os.utime(sys.argv[1], ns=(count, count))
"""


def test_a_file_that_is_being_written_is_not_taken(path: Path) -> None:
    def is_refused() -> bool:
        try:
            open_copy(path)
        except OSError as error:
            return "being written" in str(error)
        return False

    assert not is_refused()
    with subprocess.Popen([sys.executable, "-c", KEEP_WRITING, str(path)]) as writer:
        wait_until(is_refused, "a refusal")
        writer.kill()
    assert not is_refused()


def test_lookups_go_on_while_files_change(path: Path) -> None:
    clock = Clock()
    locator = Locator(path, clock)
    stop = threading.Event()
    wrong: list[object] = []

    def look_up() -> None:
        while not stop.is_set():
            try:
                found = locator.lookup("2.125.160.216")
            except BaseException as error:
                wrong.append(error)
                raise
            if found.country not in ("GB", "IE", "FR"):
                wrong.append(found)

    threads = [threading.Thread(target=look_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for country in ("IE", "FR") * 4:
        write(path, {"2.125.160.0/24": city(country)})
        clock.now += LOOK_SECONDS
        wait_until(lambda: locator.lookup("2.125.160.216").country == country, country)  # noqa: B023
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong


def test_no_file_is_no_place(tmp_path: Path) -> None:
    assert Locator(tmp_path / "absent.mmdb").lookup("2.125.160.216") == NOWHERE
