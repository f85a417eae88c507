"""A small realistic database for the dashboard's tests, filled through log and loader."""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.geo import Place
from ingest_api.events.reading import Reader
from ingest_api.loading.loader import Loader
from ingest_api.loading.view_refresh import Refresher
from ingest_api.log.writer import LogWriter
from ingest_api.metrics.meters import Meters
from sql.database import ExternalDatabase
from tests.applications import application

DAYS = 40
VISITORS = 60
COUNTRIES = ("DE", "DE", "US", "FR", "IN", None)
REGIONS: dict[str | None, tuple[str | None, ...]] = {"DE": ("BY", "BE", None), "US": ("CA",)}
SYSTEMS = ("Windows_NT", "Darwin", "Linux")
HOSTS = ("1.90.0", "1.91.2", "1.100.0", "1.91.2")
VERSIONS = ("1.9.0", "1.10.0", "1.2.0", "0.9.1", "1.0.0", "2.0.0-rc1", "1.1.0", "=1+2")
NAMES = (
    *("java.run.started", "java.run.started", "java.run.started", "java.run.completed"),
    *("java.run.completed", "java.run.error", "app.started", "install.created"),
)
EXITS: tuple[dict[str, int], ...] = (
    *[{"exit": 0}] * 3,
    {"exit": 1},
    {"exit": 130},
    {"exit": 143},
    {},
)
SEED = 7


def sample_events(now: datetime) -> list[tuple[str | None, dict[str, Any]]]:
    """Return events of the last `DAYS` days, each with its country.

    A visitor has one country, region, system and host, and moves from version to version. Runs
    report their outcome; a session is a visitor's day.
    """
    chance = random.Random(SEED)
    sent = []
    for day in range(DAYS):
        for visitor in chance.sample(range(VISITORS), chance.randint(5, 25)):
            for _ in range(chance.randint(1, 4)):
                # of today only past events
                t = now - timedelta(days=day, seconds=chance.random())
                name = chance.choice(NAMES)
                event = {
                    "anon": f"visitor {visitor}",
                    "evt": name,
                    "t": int(t.timestamp() * 1000),
                    "os": SYSTEMS[visitor % len(SYSTEMS)],
                    "ext": VERSIONS[(visitor + day // 10) % len(VERSIONS)],
                    "vscode": HOSTS[visitor % len(HOSTS)],
                    "sessionId": f"{visitor} on {day}",
                    "m": _facts(name, chance),
                }
                sent.append((COUNTRIES[visitor % len(COUNTRIES)], event))
    return sent


def _facts(name: str, chance: random.Random) -> dict[str, Any] | None:
    """Return the properties of an event with this name."""
    if name == "java.run.completed":
        return {
            "durationMs": int(chance.lognormvariate(7, 1.5)),
            "waitMsTotal": chance.randint(0, 500),
            **chance.choice(EXITS),
            "scannerUsage": chance.random() < 0.3,
            "truncatedOutput": chance.random() < 0.1,
            "cumulativeBytesBucket": chance.choice(("0-1k", "1-10k", None)),
        }
    if name == "java.run.error":
        return {
            "phase": chance.choice(("compile", "runtime")),
            "exceptionHash": chance.choice(("a1b2", "c3d4", "e5f6")),
        }
    return None


def load(database: str, folder: Path, events: list[tuple[str | None, dict[str, Any]]]) -> None:
    """Log and load events, create missing tables, and refresh the views."""
    meters = Meters.create(2)
    reader = Reader(Anonymiser("a secret of the tests"), random.Random(1))
    writer = LogWriter(folder, 1, 10**7, time.time, Meters(meters.fd, 1))
    encoder = msgspec.json.Encoder()
    now = int(datetime.now(UTC).timestamp() * 1000)
    for country, event in events:
        body = json.dumps({"schema": "jwc.v1", **event}).encode()
        places = REGIONS.get(country, (None,))
        region = places[event["t"] % len(places)]
        lines = reader.read(body, Place(country, region), now).lines
        writer.append(encoder.encode_lines(lines))
    writer.close()
    external = ExternalDatabase(database)
    loader = Loader(application(database, folder), "java.run", meters)
    while loader.load_available():
        pass
    loader.close()
    with psycopg.connect(database, autocommit=True) as connection:
        assert Refresher(external).refresh_changed(connection)
