"""The background work for one application: load its log, refresh its views, tidy its data.

It runs in the parent process, so that it doesn't compete with requests for a worker's interpreter.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ingest_api.durable_files import sync_folder, take
from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.salt import read_salt
from ingest_api.failure import CannotStartError
from ingest_api.loading.connection import require_known_version
from ingest_api.loading.housekeeping import Housekeeper
from ingest_api.loading.loader import Loader
from ingest_api.loading.view_refresh import Refresher
from ingest_api.log.folder import IMPORT_FOLDER, IMPORT_REJECTED_FILES
from ingest_api.log.format import is_current, upgrade
from ingest_api.metrics.meters import Meters
from ingest_api.serving.tasks import Task
from ingest_api.settings import Settings
from sql.application import Application
from sql.migrate import MigrationError

STOP_SECONDS = 1.0


class Background:
    """Locks an application's log folder when created, and works from `start` to `stop`."""

    def __init__(self, application: Application, settings: Settings, meters: Meters) -> None:
        """Open the folders. Raises CannotStartError if that fails."""
        self._database = application.database
        folder, log_folder = application.folder, application.log_folder
        make_private_folder(folder)
        make_private_folder(log_folder)
        session = Anonymiser(read_salt(settings, folder)).session
        self._lock = lock_folder(log_folder)
        try:
            upgrade_log(application, session)  # before anything is written or loaded there
        except BaseException:
            self._database.release()  # an embedded one was started
            raise
        days, log_days = settings.retention_days, settings.log_retention_days
        self.loader = loader = Loader(
            application,
            settings.run_events,
            meters,
            retention_days=days,
            max_values=settings.max_values,
        )
        refresher = Refresher(application.database, meters)
        housekeeper = Housekeeper(application, meters, log_days, retention_days=days)
        self._tasks = (
            Task("loader", loader.run, meters),
            Task("refresher", refresher.run, meters, begins=loader.migrated),
            Task("housekeeper", housekeeper.run, meters, begins=loader.migrated),
        )
        self._stop = threading.Event()

    def start(self) -> None:
        """Start each task in its own thread."""
        for task in self._tasks:
            task.start(self._stop)

    def stop(self) -> None:
        """Load the rest of the log, for at most a second, and release the database."""
        self._stop.set()
        deadline = time.monotonic() + STOP_SECONDS
        for task in self._tasks:
            task.join(deadline - time.monotonic())
        self._database.release()


def upgrade_log(application: Application, session: Callable[[str, str], str]) -> None:
    """Bring the log to the present format, hashing session ids with `session`.

    That can't be undone. Raises CannotStartError before it if the database is one that this version
    refuses, and OSError if a file can't be read or written.
    """
    folder, log_folder = application.folder, application.log_folder
    if not is_current(log_folder):
        try:
            require_known_version(application.database)
        except MigrationError as error:
            raise CannotStartError(str(error)) from None
    if (imports := folder / IMPORT_FOLDER).exists():
        upgrade(imports, session)
    upgrade(log_folder, session, folder.glob(IMPORT_REJECTED_FILES))


def make_private_folder(folder: Path) -> None:
    """Create a folder that only its owner can read. Raises CannotStartError if that fails."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStartError(f"can't create the folder {folder}: {error.strerror}") from None
    sync_folder(folder.parent)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotStartError(f"can't write in the folder {folder}; see DATA_DIR and LOG_DIR")


def lock_folder(folder: Path) -> int:
    """Lock a log folder for the life of this process. Raises CannotStartError if it is locked."""
    fd = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    if not take(fd):
        os.close(fd)
        raise CannotStartError(f"another server uses the log in {folder}; set LOG_DIR or DATA_DIR")
    return fd
