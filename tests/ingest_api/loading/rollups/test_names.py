"""Names that a day refused are refused again when its rollups are recomputed."""

from __future__ import annotations

import random
import time
from pathlib import Path

import msgspec
import psycopg

from ingest_api.loading.loader import Loader
from ingest_api.loading.rollups.verification import all_differences
from ingest_api.log.writer import LogWriter
from ingest_api.metrics.meters import Meters
from sql.database import ExternalDatabase
from tests.ingest_api.commands.forget.tables import contents, differing
from tests.ingest_api.loading.rollups.filled import numbered_lines, rebuilt


def test_names_that_were_refused_stay_so(database: str, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    meters = Meters.create(2)
    writer = LogWriter(folder, 1, 10**8, time.time, Meters(meters.fd, 1))
    loader = Loader(ExternalDatabase(database), folder, "java.run", meters, max_values=2)
    lines = numbered_lines(600)
    random.Random(3).shuffle(lines)
    for start in range(0, len(lines), 60):
        writer.append(msgspec.json.Encoder().encode_lines(lines[start : start + 60]))
        while loader.load_available():
            pass
    loader.close()
    writer.close()
    with psycopg.connect(database, autocommit=True) as connection:
        others = "select from telemetry.day_values where value = '(other)'"
        assert len(connection.execute(others).fetchall()) > 5
        before = contents(connection)
        assert all_differences(connection) == []
        rebuilt(connection)
        assert differing(contents(connection), before) == []
