"""The parent process: binds the socket, keeps the workers alive, loads the log into the database.

The loader, the refresher and the housekeeper run here, so that no web worker shares its interpreter
with them.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from ingest_api.backoff import Backoff
from ingest_api.durable_files import sync_folder
from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.salt import read_salt
from ingest_api.http.shared_counters import SharedCounters
from ingest_api.loading.housekeeping import Housekeeper
from ingest_api.loading.loader import Loader
from ingest_api.loading.view_refresh import Refresher
from ingest_api.log.folder import IMPORT_FOLDER, IMPORT_REJECTED_FILES
from ingest_api.log.format import upgrade
from ingest_api.metrics.meters import Meters
from ingest_api.serving.listener import listen, refuse_new
from ingest_api.serving.tasks import Task
from ingest_api.settings import READER_URL, Settings
from sql.database import Database
from sql.roles import READER

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
# connections that have begun get as long to be made, before the workers accept the last ones
HANDSHAKE_SECONDS = 0.2
WORKER_STOP_SECONDS = 3.0
TASK_STOP_SECONDS = 1.0
LONGEST_RESTART_WAIT = 5.0


class StartError(Exception):
    """The server can't start; the message says what to do."""


class Server:
    """One ingest server."""

    def __init__(self, settings: Settings, database: Database, *, plain: bool = False) -> None:
        """Take the folders and the port. Raises StartError where they are not to be had.

        `plain`: the workers use nothing of Waitress but its public interface.
        """
        self._settings = settings
        self._plain = plain
        self._database = database
        # not an Event: its lock would be taken twice where one signal comes upon another
        self._stopping = False
        make_private_folder(settings.data_dir)
        make_private_folder(settings.log_folder)
        session = Anonymiser(read_salt(settings)).session
        self._lock = lock_folder(settings.log_folder)
        # before anything is written or loaded there
        if (imports := settings.data_dir / IMPORT_FOLDER).exists():
            upgrade(imports, session)
        upgrade(settings.log_folder, session, settings.data_dir.glob(IMPORT_REJECTED_FILES))
        try:
            self._listener = listen(settings.host, settings.port)
        except OSError as error:
            raise StartError(
                f"can't listen on {settings.host} port {settings.port} (HOST, PORT): "
                f"{error.strerror}"
            ) from None
        self._meters = Meters.create(rows=1 + settings.web_concurrency)
        self._counters = SharedCounters.create()
        self._parent_pipe, self._pipe_end = os.pipe()
        self._workers: dict[int, subprocess.Popen[bytes]] = {}

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT.

        Raises StartError where the database can't be brought to the form that is needed.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._begin_stop)
        settings = self._settings
        loader = Loader(
            self._database,
            settings.log_folder,
            settings.run_events,
            self._meters,
            retention_days=settings.retention_days,
            max_values=settings.max_values,
        )
        for place in range(1, settings.web_concurrency + 1):
            self._workers[place] = self._start_worker(place)
        housekeeper = Housekeeper(
            self._database,
            settings.log_folder,
            self._meters,
            settings.log_retention_days,
            retention_days=settings.retention_days,
            data_dir=settings.data_dir.absolute(),
        )
        refresher = Refresher(self._database, self._meters)
        tasks = [
            Task("loader", loader.run, self._meters),
            Task("refresher", refresher.run, self._meters, begins=loader.migrated),
            Task("housekeeper", housekeeper.run, self._meters, begins=loader.migrated),
        ]
        stop_tasks = threading.Event()
        for task in tasks:
            task.start(stop_tasks)
        host, port = self._listener.getsockname()[:2]
        logger.info("started on %s port %d with %d workers", host, port, settings.web_concurrency)
        self._keep_workers(loader)
        refuse_new(self._listener)
        time.sleep(HANDSHAKE_SECONDS)
        self._listener.close()
        self._stop_workers()
        stop_tasks.set()
        deadline = time.monotonic() + TASK_STOP_SECONDS
        for task in tasks:
            task.join(deadline - time.monotonic())
        self._database.release()
        waiting = self._meters.total("waiting_events")
        logger.info("stopped, %d events wait in the log", waiting)
        if loader.failure is not None:
            raise StartError(str(loader.failure))

    def _begin_stop(self, *_: object) -> None:
        self._stopping = True

    def _start_worker(self, place: int) -> subprocess.Popen[bytes]:
        fds = {
            "socket": self._listener.fileno(),
            "meters": self._meters.fd,
            "counters": self._counters.fd,
            "parent": self._parent_pipe,
        }
        command = [sys.executable, "-m", "ingest_api.serving.worker", f"--place={place}"]
        command += [f"--{name}={fd}" for name, fd in fds.items()]
        command += ["--plain"] if self._plain else []
        # the embedded database's address is known here alone
        environ = {**os.environ, READER_URL: self._database.conninfo_of(READER)}
        # a group of its own: a terminal's Ctrl-C is the parent's to answer
        return subprocess.Popen(command, env=environ, pass_fds=tuple(fds.values()), process_group=0)

    def _keep_workers(self, loader: Loader) -> None:
        """Start workers that die again, until told to stop, or until the loader can't begin."""
        pauses = {place: Backoff(1.0, LONGEST_RESTART_WAIT) for place in self._workers}
        started = dict.fromkeys(self._workers, time.monotonic())
        next_start = dict.fromkeys(self._workers, 0.0)
        while True:
            time.sleep(LOOK_SECONDS)
            if self._stopping or loader.failure is not None:
                return
            loader.lag.estimate()
            now = time.monotonic()
            for place, worker in self._workers.items():
                if worker.poll() is None or now < next_start[place]:
                    continue
                logger.error(
                    "worker %d ended with code %d, starting it again", place, worker.returncode
                )
                if now - started[place] > LONGEST_RESTART_WAIT:
                    pauses[place].succeed()
                started[place] = now
                next_start[place] = now + pauses[place].fail()
                try:
                    self._workers[place] = self._start_worker(place)
                except OSError as error:  # no memory, or no room for a process: try again
                    logger.error("worker %d can't be started: %s", place, error)
            living = sum(worker.poll() is None for worker in self._workers.values())
            self._meters.set("workers", living)

    def _stop_workers(self) -> None:
        for worker in self._workers.values():
            worker.terminate()
        deadline = time.monotonic() + WORKER_STOP_SECONDS
        for place, worker in self._workers.items():
            try:
                worker.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger.error("worker %d did not stop, ending it", place)
                worker.kill()
                worker.wait()


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can read. Raises StartError where that can't be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"can't make the folder {folder}: {error.strerror}") from None
    sync_folder(folder.parent)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StartError(f"can't write in the folder {folder}; see DATA_DIR and LOG_DIR")


def lock_folder(folder: Path) -> int:
    """Take a log folder for as long as this process lives. Raises StartError if taken."""
    fd = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        raise StartError(
            f"another server writes its log in {folder}; set LOG_DIR or DATA_DIR"
        ) from None
    return fd
