"""What the parent does for an application, and for no other than it."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import psycopg
import pytest

from ingest_api.events.contract import LogLine
from ingest_api.failure import CannotStartError
from ingest_api.log.writer import LogWriter
from ingest_api.metrics.meters import Meters
from ingest_api.serving.background import Background
from ingest_api.settings import Settings, read_settings
from tests.applications import application
from tests.conftest import own_database
from tests.server import wait_until


class Served:
    """An application with a background of its own, and who writes its log."""

    def __init__(self, database: str, folder: Path, settings: Settings) -> None:
        self.database = database
        self.meters = Meters.create(2)
        self.background = Background(
            application(database, folder / "logs", folder), settings, self.meters
        )
        writer = Meters(self.meters.fd, 1)
        self.writer = LogWriter(folder / "logs", 1, 10**6, time.time, writer)

    def log(self, *names: str) -> None:
        """Log an event of each name."""
        now = int(time.time() * 1000)
        lines = [
            LogLine(number, now, f"{number:032x}", name, "Linux", "1.0.0", "1.90.0", now)
            for number, name in enumerate(names)
        ]
        self.writer.append(msgspec.json.Encoder().encode_lines(lines))

    def stored(self) -> list[str]:
        """Return the names of the events in its database."""
        with psycopg.connect(self.database) as connection:
            rows = connection.execute("select evt from telemetry.events order by evt")
            return [name for (name,) in rows]


def test_two_applications_keep_their_events_counts_and_salts_apart(
    cluster: str, tmp_path: Path
) -> None:
    with own_database(cluster) as first, own_database(cluster) as second:
        one, other = (
            Served(database, tmp_path / name, read_settings({}))
            for name, database in (("one", first), ("other", second))
        )
        one.log("a.started", "a.ended")
        other.log("b.started")
        for served in (one, other):
            served.background.start()
        wait_until(lambda: one.stored() and other.stored(), "both logs loaded")
        assert one.stored() == ["a.ended", "a.started"]
        assert other.stored() == ["b.started"]
        for served in (one, other):
            served.background.stop()
    assert [served.meters.total("loaded_events") for served in (one, other)] == [2, 1]
    salts = {(tmp_path / name / "salt").read_text() for name in ("one", "other")}
    assert len(salts) == 2


def test_a_log_folder_is_one_servers(database: str, tmp_path: Path) -> None:
    served = Served(database, tmp_path, read_settings({}))
    with pytest.raises(CannotStartError, match="another server uses the log"):
        Served(database, tmp_path, read_settings({}))
    assert served.stored() == []


def test_a_folder_that_cannot_be_made_is_named(database: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStartError, match=r"can't create the folder .*/file/data"):
        Served(database, tmp_path / "file" / "data", read_settings({}))
