"""Load imported log lines into the database, from a private log folder with its own loader.

The server loads events the same way, so the import needs no code for partitions and rollups, works
with or without a running server, and takes turns with its loader. The folder is separate from the
server's log, which holds acknowledged events: imported rows can be read again.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import psycopg

from ingest_api.durable_files import take
from ingest_api.failure import CannotStartError, StoppedError, reason
from ingest_api.loading.loader import Loader
from ingest_api.log.folder import IMPORT_FOLDER, server_id
from ingest_api.log.format import note_format
from ingest_api.log.writer import SUFFIX
from ingest_api.metrics.meters import Meters
from ingest_api.settings import MAX_VALUES
from sql.application import Application
from sql.database import connect_as
from sql.migrate import is_made, migrate, require_current
from sql.roles import INGEST
from sql.run_events import hold_run_events
from sql.statements import statement

PATIENCE_SECONDS: Final = 30.0
RETRY_SECONDS: Final = 0.5


class Target:
    """The database that lines are stored in. One process at a time can use it per data folder."""

    def __init__(
        self,
        application: Application,
        run_events: str | None,
        retention_days: int | None = None,
        max_values: int = MAX_VALUES,
    ) -> None:
        """Lock the data folder. Raises CannotStartError if it or the database can't be used."""
        self._database = database = application.database
        self._folder = application.folder / IMPORT_FOLDER
        self._lock = lock_imports(application.folder)
        self._meters = Meters.create(rows=1)
        self._number = 0
        try:
            database.ensure_running()
            with psycopg.connect(database.conninfo, autocommit=True) as owner:
                if is_made(owner):
                    require_current(owner)
                migrate(owner, run_events)
                hold_run_events(owner, run_events)
            self._clear()  # left by a killed import
            self._folder.mkdir(mode=0o700)
            note_format(self._folder)
        except (psycopg.Error, RuntimeError, OSError) as error:
            self._database.release()
            os.close(self._lock)
            what = self._folder if isinstance(error, OSError) else "the database"
            raise CannotStartError(f"{what} can't be used: {reason(error)}") from error
        self._server = server_id(self._folder)
        self._loader = Loader(
            replace(application, log_dir=self._folder),
            run_events,
            self._meters,
            retention_days=retention_days,
            max_values=max_values,
        )

    def has_events(self) -> bool:
        """Return whether the database has events."""
        with self._connect() as connection:
            found = connection.execute(statement("queries/import/has_events")).fetchone()
        return found is not None and bool(found[0])

    def store(self, lines: bytes) -> list[dict[str, Any]]:
        """Store each line once; return when the database has them on disk.

        Returns the lines that it refused: `reason`, `line`. Waits half a minute for a database that
        is down, then raises StoppedError. Raises OSError if the private folder can't be written.
        """
        if not lines:
            return []
        self._number += 1
        path = self._folder / f"events-import-w0-{self._number:012x}{SUFFIX}"
        path.write_bytes(lines)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (problem := self._load(path.name, len(lines))) is not None:
            if time.monotonic() > deadline:
                raise StoppedError(f"the database does not answer: {problem}")
            time.sleep(RETRY_SECONDS)
        path.unlink()
        return self._take_refused()

    def copied(self) -> int:
        """Return how many events were new."""
        total = self._meters.total
        loaded = total("loaded_events") - total("reloaded_events")
        return loaded - self.known() - self.expired()

    def expired(self) -> int:
        """Return how many events were left out because they are past RETENTION_DAYS."""
        return self._meters.total("expired_events")

    def known(self) -> int:
        """Return how many events were already stored."""
        return self._meters.total("duplicate_events")

    def close(self) -> None:
        """Remove the private folder, and release the database."""
        self._loader.close()
        try:
            # if the database is down, the next import does this
            with suppress(psycopg.Error):
                self._clear()
        finally:
            self._database.release()
            os.close(self._lock)

    def _load(self, name: str, size: int) -> str | None:
        """Load a file; return None once it is on disk in the database, else why it isn't."""
        try:
            while self._loader.load_available():
                pass
            with self._connect() as connection:
                # the loader commits asynchronously; a crash of the database may have undone that
                settled = connection.execute(
                    statement("maintenance/log_files/settle_file"),
                    {"server": self._server, "name": name, "size": size},
                ).fetchone()
        except psycopg.ProgrammingError as error:
            raise StoppedError(f"the database refuses the events: {reason(error)}") from error
        except (psycopg.Error, RuntimeError) as error:
            self._loader.close()
            return reason(error)
        if settled is None:
            self._loader.close()  # a new connection reads the position again
            return "it crashed and lost the last load"
        return None

    def _take_refused(self) -> list[dict[str, Any]]:
        refused: list[dict[str, Any]] = []
        for path in (self._folder / "rejected").glob(f"*{SUFFIX}"):
            refused += map(json.loads, path.read_text(encoding="utf-8").splitlines())
            path.unlink()
        return refused

    def _clear(self) -> None:
        """Remove the private folder, and its files' rows in the database."""
        if not self._folder.exists():
            return
        with self._connect() as connection:
            connection.execute(
                statement("queries/import/forget_files"), {"server": server_id(self._folder)}
            )
        shutil.rmtree(self._folder)

    def _connect(self) -> psycopg.Connection:
        return connect_as(INGEST, self._database, "telemetry import")


def lock_imports(data_dir: Path) -> int:
    """Lock the data folder for an import or a forget, for as long as this process lives.

    Raises CannotStartError if another process has locked it.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise CannotStartError(f"DATA_DIR {data_dir} can't be used: {error.strerror}") from None
    if not take(fd):
        os.close(fd)
        raise CannotStartError(f"another import or forget is using {data_dir}; wait until it ends")
    return fd
