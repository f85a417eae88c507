"""A small believable database for the dashboard's tests, filled the way of every event."""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from ingest_api.anonymise import Anonymiser
from ingest_api.body import Reader
from ingest_api.geo import Place
from ingest_api.loader import Loader
from ingest_api.log import LogWriter
from ingest_api.meters import Meters
from ingest_api.refresher import Refresher
from sql.database import ExternalDatabase

DAYS = 40
VISITORS = 60
COUNTRIES = ("DE", "DE", "US", "FR", "IN", None)
VERSIONS = ("1.9.0", "1.10.0", "1.2.0", "0.9.1", "1.0.0", "2.0.0-rc1", "1.1.0", "=1+2")
NAMES = ("java.run.started", "java.run.started", "java.run.completed", "app.started")
SEED = 7


def sample_events(now: datetime) -> list[tuple[str | None, dict[str, Any]]]:
    """Return events of the last `DAYS` days, each with its country."""
    chance = random.Random(SEED)
    sent = []
    for day in range(DAYS):
        for visitor in chance.sample(range(VISITORS), chance.randint(5, 25)):
            for _ in range(chance.randint(1, 4)):
                # of today only what can have happened
                t = now - timedelta(days=day, seconds=chance.random())
                event = {
                    "anon": f"visitor {visitor}",
                    "evt": chance.choice(NAMES),
                    "t": int(t.timestamp() * 1000),
                    "ext": VERSIONS[(visitor + day // 10) % len(VERSIONS)],
                }
                sent.append((COUNTRIES[visitor % len(COUNTRIES)], event))
    return sent


def load(database: str, folder: Path, events: list[tuple[str | None, dict[str, Any]]]) -> None:
    """Log and load events, make the tables where they are missing, and refresh the views."""
    meters = Meters.create(2)
    reader = Reader(Anonymiser("a secret of the tests"), random.Random(1))
    writer = LogWriter(folder, 1, 10**7, time.time, Meters(meters.fd, 1))
    encoder = msgspec.json.Encoder()
    now = int(datetime.now(UTC).timestamp() * 1000)
    for country, event in events:
        body = json.dumps({"schema": "jwc.v1", **event}).encode()
        lines = reader.read(body, Place(country, None), now).lines
        writer.append(encoder.encode_lines(lines))
    writer.close()
    external = ExternalDatabase(database)
    loader = Loader(external, folder, "java.run", meters)
    while loader.load_available():
        pass
    loader.close()
    with psycopg.connect(database, autocommit=True) as connection:
        assert Refresher(external).refresh_changed(connection)
