"""The parent process: binds the socket, keeps the workers running, does the background work."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time

from ingest_api.backoff import Backoff
from ingest_api.failure import CannotStartError
from ingest_api.http.shared_counters import SharedCounters
from ingest_api.loading.loader import Loader
from ingest_api.metrics.meters import Meters
from ingest_api.serving.background import Background
from ingest_api.serving.listener import listen, refuse_new
from ingest_api.settings import Settings
from sql.application import Application

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
# the time for handshakes to finish, before the workers accept the last connections
HANDSHAKE_SECONDS = 0.2
WORKER_STOP_SECONDS = 3.0
LONGEST_RESTART_WAIT = 5.0


class Server:
    """One ingest server."""

    def __init__(
        self, settings: Settings, application: Application, *, plain: bool = False
    ) -> None:
        """Open the folders and the port. Raises CannotStartError if that fails.

        `plain`: the workers use only Waitress's public interface.
        """
        self._settings = settings
        self._plain = plain
        # not an Event: a signal during another's handler would deadlock on its lock
        self._stopping = False
        self._meters = Meters.create(rows=1 + settings.web_concurrency)
        self._background = Background(application, settings, self._meters)
        try:
            self._listener = listen(settings.host, settings.port)
        except OSError as error:
            application.database.release()
            raise CannotStartError(
                f"can't listen on {settings.host} port {settings.port} (HOST, PORT): "
                f"{error.strerror}"
            ) from None
        self._counters = SharedCounters.create()
        self._parent_pipe, self._pipe_end = os.pipe()
        self._workers: dict[int, subprocess.Popen[bytes]] = {}

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT.

        Raises CannotStartError if the database can't be migrated.
        """
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, self._begin_stop)
        workers, loader = self._settings.web_concurrency, self._background.loader
        for number in range(1, workers + 1):
            self._workers[number] = self._start_worker(number)
        self._background.start()
        host, port = self._listener.getsockname()[:2]
        logger.info("started on %s port %d with %d workers", host, port, workers)
        self._keep_workers(loader)
        refuse_new(self._listener)
        time.sleep(HANDSHAKE_SECONDS)
        self._listener.close()
        self._stop_workers()
        self._background.stop()
        waiting = self._meters.total("waiting_events")
        logger.info("stopped, %d events wait in the log", waiting)
        if loader.failure is not None:
            raise CannotStartError(str(loader.failure))

    def _begin_stop(self, *_: object) -> None:
        self._stopping = True

    def _start_worker(self, number: int) -> subprocess.Popen[bytes]:
        fds = {
            "socket": self._listener.fileno(),
            "meters": self._meters.fd,
            "counters": self._counters.fd,
            "parent": self._parent_pipe,
        }
        command = [sys.executable, "-m", "ingest_api.serving.worker", f"--worker={number}"]
        command += [f"--{name}={fd}" for name, fd in fds.items()]
        command += ["--plain"] if self._plain else []
        # its own process group: only the parent should get a terminal's Ctrl-C
        return subprocess.Popen(command, pass_fds=tuple(fds.values()), process_group=0)

    def _keep_workers(self, loader: Loader) -> None:
        """Restart workers that die, until a stop is requested or the loader fails to start."""
        pauses = {number: Backoff(1.0, LONGEST_RESTART_WAIT) for number in self._workers}
        started = dict.fromkeys(self._workers, time.monotonic())
        next_start = dict.fromkeys(self._workers, 0.0)
        while True:
            time.sleep(LOOK_SECONDS)
            if self._stopping or loader.failure is not None:
                return
            loader.lag.estimate()
            now = time.monotonic()
            for number, worker in self._workers.items():
                if worker.poll() is None or now < next_start[number]:
                    continue
                logger.error(
                    "worker %d ended with code %d, restarting it", number, worker.returncode
                )
                if now - started[number] > LONGEST_RESTART_WAIT:
                    pauses[number].succeed()
                started[number] = now
                next_start[number] = now + pauses[number].fail()
                try:
                    self._workers[number] = self._start_worker(number)
                except OSError as error:  # out of memory or processes: try again
                    logger.error("can't start worker %d: %s", number, error)
            living = sum(worker.poll() is None for worker in self._workers.values())
            self._meters.set("workers", living)

    def _stop_workers(self) -> None:
        for worker in self._workers.values():
            worker.terminate()
        deadline = time.monotonic() + WORKER_STOP_SECONDS
        for number, worker in self._workers.items():
            try:
                worker.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger.error("worker %d did not stop, killing it", number)
                worker.kill()
                worker.wait()
