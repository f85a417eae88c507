"""The databases for `/stats` and the views: built once and reused by the next run."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
from tqdm import tqdm

from bench import dataset, obvious_way
from bench.databases import FOLDER, Databases, bench_statement
from bench.loading import RUN_EVENTS
from ingest_api.events import contract as event
from ingest_api.events.contract import LogLine
from ingest_api.loading.loader import Loader
from ingest_api.metrics.meters import Meters
from sql import statements
from sql.application import Application
from sql.database import ExternalDatabase

# loaded before more are generated, so that the log stays small
SLICE_EVENTS: Final = 250_000


class Stored:
    """Databases of a given number of events: ours, filled by the loader, and the obvious way's."""

    def __init__(
        self,
        databases: Databases,
        folder: Path,
        visitors: int,
        versions: int = dataset.VERSIONS,
        days: int = dataset.STORED_DAYS,
    ) -> None:
        self._databases = databases
        self._folder = folder / "stored"
        self._visitors = visitors
        self._versions = versions
        self._days = days

    def ours(self, events: int) -> str:
        """Return the name of our database with that many events; build it if it doesn't exist."""
        name = self._name("events", events)
        if not self._is_there(name):
            self._load(events)
            self._databases.keep("stored", name)
        return name

    def obvious(self, events: int) -> str:
        """Return the name of the obvious way's database of the same events."""
        ours = self.ours(events)
        name = self._name("obvious", events)
        if not self._is_there(name):
            self._copy(ours)
            self._databases.keep("stored", name)
        return name

    def _is_there(self, name: str) -> bool:
        """Return whether a database exists; drop those of its size that older code built."""
        found = self._databases.names()
        same_size = name.rpartition("_")[0] + "_"
        for other in found:
            if other.startswith(same_size) and other != name:
                self._databases.drop(other)
        return name in found

    def _name(self, kind: str, events: int) -> str:
        family = f"{self._visitors}_{self._versions}_{self._days}"
        return f"{kind}_{events}_{family}_{fingerprint()}"

    def _load(self, events: int) -> None:
        conninfo = self._databases.empty("stored")
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        loader = Loader(
            Application("bench", self._folder, ExternalDatabase(conninfo), self._folder),
            RUN_EVENTS,
            Meters.create(1),
        )
        first_ms = dataset.LAST_DAY_MS - (self._days - 1) * dataset.DAY_MS
        generated = dataset.generate(events, self._visitors, self._days, first_ms, self._versions)
        try:
            with tqdm(total=events, unit=" events", desc="building", leave=False) as progress:
                for number, lines in enumerate(slices(generated)):
                    path = dataset.write_log(self._folder, lines, number + 1)
                    while loader.load_available():
                        pass
                    path.unlink()
                    progress.update(len(lines))
        finally:
            loader.close()
            shutil.rmtree(self._folder)
        tidy(conninfo)

    def _copy(self, ours: str) -> None:
        conninfo = self._databases.create("scratch_stored")
        with (
            psycopg.connect(self._databases.conninfo(ours), autocommit=True) as source,
            psycopg.connect(conninfo, autocommit=True) as target,
        ):
            obvious_way.create_table(target)
            with (
                source.cursor().copy(bench_statement("obvious/copy_out")) as rows,
                target.cursor().copy(bench_statement("obvious/copy_in")) as copy,
            ):
                for piece in rows:
                    copy.write(piece)
            # built afterwards, they are smaller than grown ones, in the yardstick's favour
            obvious_way.create_indexes(target)
            for view in obvious_way.VIEWS.values():
                target.execute(view)
        tidy(conninfo)


def slices(days: Iterator[list[LogLine]]) -> Iterator[list[LogLine]]:
    """Yield events of several days together, at least SLICE_EVENTS except at the end."""
    lines: list[LogLine] = []
    for day in days:
        lines += day
        if len(lines) >= SLICE_EVENTS:
            yield lines
            lines = []
    if lines:
        yield lines


def tidy(conninfo: str) -> None:
    """Do what autovacuum would do after a while."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


def fingerprint() -> str:
    """Return a digest of the code that determines a stored database's contents."""
    sql_folder = statements.FOLDER
    files = [*dataset.SOURCES, Path(event.__file__)]
    made_by = [sql_folder / name for name in ("load", "schema", "migrations", "functions")]
    for folder in (*made_by, FOLDER / "obvious"):
        files += sorted(folder.rglob("*.sql"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
