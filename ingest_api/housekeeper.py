"""Compress log files once they are loaded, and drop after its time what is in them and of them."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from ingest_api.archive import ARCHIVED_FILES, compress, tidying
from ingest_api.importing.rejected import FILES as IMPORT_REJECTED_FILES
from ingest_api.log import LOG_FILES
from ingest_api.log_files import REJECTED_FILES, server_id
from ingest_api.retention import drop_before, first_kept_day
from sql.database import Database
from sql.roles import INGEST, connect_as
from sql.statements import statement

logger = logging.getLogger(__name__)

ROUND_SECONDS = 60.0
DAY_SECONDS = 86_400


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Tell of a file that can't be tidied, and go on, unless the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        logger.warning("%s was not tidied, next try in a minute: %s", path.name, error)


class Housekeeper:
    """Looks after one log folder. Runs in one thread of one process."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        log_retention_days: int,
        clock: Callable[[], float] = time.time,
        retention_days: int | None = None,
        data_dir: Path | None = None,
    ) -> None:
        """Look after `folder`, and after what imports left in `data_dir`."""
        self._database = database
        self._folder = folder
        self._data_dir = data_dir or folder
        # a log that is kept longer than the events would keep them too
        days = min(log_retention_days, retention_days or log_retention_days)
        self._log_retention_seconds = days * DAY_SECONDS
        self._retention_days = retention_days
        self._server = server_id(folder)
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Make a round each minute until `stop` is set."""
        while not stop.wait(ROUND_SECONDS):
            try:
                self.make_round()
            except psycopg.Error as error:
                logger.warning("nothing was tidied, next try in a minute: %s", error)

    def make_round(self) -> None:
        """Compress what is loaded, drop what is old. Raises psycopg.Error without a database."""
        with connect_as(INGEST, self._database, "telemetry housekeeper") as connection:
            try:
                with tidying(self._folder):
                    # what is old first: on a full disk there is no room to compress before
                    self._drop_old(connection)
                    self._compress_loaded(connection)
            except OSError as error:
                logger.warning("the log was not tidied, next try in a minute: %s", error)
            first_kept = first_kept_day(self._clock(), self._retention_days)
            if first_kept is not None:
                drop_before(connection, first_kept)

    def _drop_old(self, connection: psycopg.Connection) -> None:
        for path in sorted(self._folder.glob(ARCHIVED_FILES)):
            with telling(path):
                if self._is_old(path):
                    path.unlink()
                    known = connection.execute(
                        statement("queries/loader/forget_file"),
                        {"server": self._server, "name": path.name.removesuffix(".gz")},
                    )
                    if known.fetchone() != (True,):
                        logger.error(
                            "%s was deleted, its time was over: this database lacks its events",
                            path.name,
                        )
        imported = self._data_dir.glob(IMPORT_REJECTED_FILES)
        for path in (*self._folder.glob(REJECTED_FILES), *imported):
            with telling(path):
                if self._is_old(path):
                    path.unlink()

    def _compress_loaded(self, connection: psycopg.Connection) -> None:
        for path in sorted(self._folder.glob(LOG_FILES)):
            with telling(path):
                if self._is_settled(connection, path):
                    compress(path)

    def _is_old(self, path: Path) -> bool:
        return self._clock() - path.stat().st_mtime >= self._log_retention_seconds

    def _is_settled(self, connection: psycopg.Connection, path: Path) -> bool:
        """Return whether nobody writes to a file and the database has all of it, on its disk."""
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            content_end = _last_line_end(file.fileno())
        settled = connection.execute(
            statement("queries/loader/settle_file"),
            {"server": self._server, "name": path.name, "size": content_end},
        )
        return content_end > 0 and settled.fetchone() is not None


def _last_line_end(fd: int) -> int:
    """Return the offset after a file's last newline: a torn last line is nobody's."""
    size = os.fstat(fd).st_size
    start = max(0, size - (1 << 20))
    return start + os.pread(fd, size - start, start).rfind(b"\n") + 1
