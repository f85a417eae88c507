"""Compress log files once they are loaded, and delete them after their time."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from ingest_api.archive import ARCHIVED_FILES, compress, tidying
from ingest_api.log import LOG_FILES
from ingest_api.log_files import server_id
from sql.database import Database
from sql.roles import INGEST, connect_as
from sql.statements import statement

logger = logging.getLogger(__name__)

ROUND_SECONDS = 60.0
DAY_SECONDS = 86_400


class Housekeeper:
    """Looks after one log folder. Runs in one thread of one process."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        retention_days: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._folder = folder
        self._retention_seconds = retention_days * DAY_SECONDS
        self._server = server_id(folder)
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Make a round each minute until `stop` is set."""
        while not stop.wait(ROUND_SECONDS):
            try:
                self.make_round()
            except (psycopg.Error, OSError) as error:
                logger.warning("the log was not tidied, next try in a minute: %s", error)

    def make_round(self) -> None:
        """Compress what is loaded, delete what is old. Raises psycopg.Error without a database."""
        with (
            tidying(self._folder),
            connect_as(INGEST, self._database, "telemetry housekeeper") as connection,
        ):
            for path in sorted(self._folder.glob(LOG_FILES)):
                if self._is_settled(connection, path):
                    compress(path)
            for path in sorted(self._folder.glob(ARCHIVED_FILES)):
                if self._clock() - path.stat().st_mtime >= self._retention_seconds:
                    path.unlink()
                    connection.execute(
                        statement("queries/loader/forget_file"),
                        {"server": self._server, "name": path.name.removesuffix(".gz")},
                    )

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
