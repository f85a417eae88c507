"""Compress log files once they are loaded, and delete old files and rows.

A file that is not loaded is kept, however old, unless `RETENTION_DAYS` covers none of its events.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg

from ingest_api.durable_files import is_taken
from ingest_api.events.expiry import first_kept_day
from ingest_api.loading.retention import drop_before
from ingest_api.log.archive import ARCHIVED_FILES, compress, tidying
from ingest_api.log.folder import IMPORT_REJECTED_FILES, REJECTED_FILES, server_id
from ingest_api.log.writer import LOG_FILES
from ingest_api.metrics.meters import Meters
from sql.application import Application
from sql.database import connect_as
from sql.roles import INGEST
from sql.statements import statement

logger = logging.getLogger(__name__)

ROUND_SECONDS = 60.0
DAY_SECONDS = 86_400


@contextmanager
def logged_failure(path: Path) -> Iterator[None]:
    """Log a file that can't be tidied, and continue, unless the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        logger.warning("can't tidy %s, retrying in a minute: %s", path.name, error)


class Housekeeper:
    """Tidies an application's log and old rows. Runs in one thread of one process."""

    def __init__(
        self,
        application: Application,
        meters: Meters,
        log_retention_days: int,
        clock: Callable[[], float] = time.time,
        retention_days: int | None = None,
    ) -> None:
        self._application = application
        self._folder = application.log_folder
        self._meters = meters
        # a log kept longer than the events would still contain them
        self._log_retention_days = min(log_retention_days, retention_days or log_retention_days)
        self._retention_days = retention_days
        self._server = server_id(self._folder)
        self._clock = clock
        self._overdue: dict[str, float] = {}  # when each file was last reported

    def run(self, stop: threading.Event) -> None:
        """Run a round every minute until `stop` is set."""
        while not stop.wait(ROUND_SECONDS):
            try:
                self.make_round()
                self._meters.note_success("housekeeper")
            except (psycopg.Error, OSError) as error:
                logger.warning("can't tidy everything, retrying in a minute: %s", error)

    def make_round(self) -> None:
        """Delete what is old, and compress what is loaded.

        Raises psycopg.Error without a database, and OSError if the folder can't be used.
        """
        with connect_as(INGEST, self._application.database, "telemetry housekeeper") as connection:
            first_kept = first_kept_day(self._clock(), self._retention_days)
            if first_kept is not None:
                # before deleting files: it refuses a day that the database's clock rules out
                drop_before(connection, first_kept)
            with tidying(self._folder):
                # old files first: a full disk has no space to compress others
                self._drop_old(connection, first_kept)
                self._compress_loaded(connection)
                self._report_overdue(connection)

    def _drop_old(self, connection: psycopg.Connection, first_kept: date | None) -> None:
        """Delete old files that are loaded, and files that hold only expired events."""
        settled = {name for name, _, settled in self._positions(connection) if settled}
        archives = sorted(self._folder.glob(ARCHIVED_FILES))
        for path in archives:
            with logged_failure(path):
                if path.name.removesuffix(".gz") not in settled:
                    _drop_expired(path, first_kept)
                elif self._age_days(path) >= self._log_retention_days:
                    path.unlink()
        # after the files: otherwise a crash in between would load a forgotten file again
        connection.execute(
            statement("maintenance/log_files/forget_gone_files"),
            {
                "server": self._server,
                "before": self._time() - timedelta(days=self._log_retention_days),
                "present": list(self._log_files()),
            },
        )
        imported = self._application.folder.glob(IMPORT_REJECTED_FILES)
        for path in (*self._folder.glob(REJECTED_FILES), *imported):
            with logged_failure(path):
                _drop_expired(path, first_kept)

    def _report_overdue(self, connection: psycopg.Connection) -> None:
        """Count the old files that are not loaded; log each once a day."""
        positions = {name: (end, whole) for name, end, whole in self._positions(connection)}
        days = max(1, self._log_retention_days)
        overdue = {}
        for name, path in self._log_files().items():
            with logged_failure(path):
                position, settled = positions.get(name, (0, False))
                is_old = self._age_days(path) >= days
                if is_old and not settled and _holds_more(path, position):
                    overdue[path.name] = self._overdue.get(path.name, 0.0)
        now = self._clock()
        for name, reported in overdue.items():
            if now - reported >= DAY_SECONDS:
                overdue[name] = now
                logger.error(
                    "%s is older than %d days and not in the database: it is kept; "
                    "the loader's log lines say why",
                    name,
                    days,
                )
        self._overdue = overdue
        self._meters.set("overdue_files", len(overdue))

    def _positions(self, connection: psycopg.Connection) -> list[tuple[str, int, bool]]:
        parameters = {"server": self._server}
        return connection.execute(statement("load/positions"), parameters).fetchall()

    def _log_files(self) -> dict[str, Path]:
        """Return the log files, archived or not, by the name that the database knows."""
        packed = {path.name.removesuffix(".gz"): path for path in self._folder.glob(ARCHIVED_FILES)}
        return packed | {path.name: path for path in self._folder.glob(LOG_FILES)}

    def _time(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    def _age_days(self, path: Path) -> float:
        return (self._clock() - path.stat().st_mtime) / DAY_SECONDS

    def _compress_loaded(self, connection: psycopg.Connection) -> None:
        for path in sorted(self._folder.glob(LOG_FILES)):
            with logged_failure(path):
                if self._is_settled(connection, path):
                    compress(path)

    def _is_settled(self, connection: psycopg.Connection, path: Path) -> bool:
        """Return whether no process writes to a file and the database has synced all of it."""
        with path.open("rb") as file:
            if is_taken(file):
                return False
        content_end = _last_line_end(path)
        settled = connection.execute(
            statement("maintenance/log_files/settle_file"),
            {"server": self._server, "name": path.name, "size": content_end},
        )
        return content_end > 0 and settled.fetchone() is not None


def _drop_expired(path: Path, first_kept: date | None) -> None:
    """Delete a file that is not loaded if all its events are older than the days kept."""
    # an event's time is at most a day ahead of the time it was written
    newest = datetime.fromtimestamp(path.stat().st_mtime, UTC).date() + timedelta(days=1)
    if first_kept is not None and newest < first_kept:
        path.unlink()
        logger.warning(
            "deleted %s: RETENTION_DAYS keeps none of its events; "
            "they are not in this database under this name",
            path.name,
        )


def _holds_more(path: Path, position: int) -> bool:
    """Return whether an unsettled file has lines past a position; True if that is unknown."""
    try:
        return path.suffix == ".gz" or position < _last_line_end(path)
    except OSError:
        return True


def _last_line_end(path: Path) -> int:
    """Return the offset after a file's last newline. An incomplete last line doesn't count."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - (1 << 20))
        file.seek(start)
        return start + file.read(size - start).rfind(b"\n") + 1
