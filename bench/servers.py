"""The measured servers, each on its own port, as our child processes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import psutil

from bench.client import Client
from bench.errors import BenchError
from ingest_api.serving.listener import listen
from ingest_api.settings import Settings

START_SECONDS = 30.0
STOP_SECONDS = 20.0
SETTLE_SECONDS = 300.0


class Server(Protocol):
    """A server to be measured."""

    name: str
    port: int

    def start(self) -> None:
        """Start it without waiting."""

    def stop(self) -> None:
        """End all its processes."""

    def settle(self) -> None:
        """Wait until it has finished its work."""

    def workers(self) -> list[psutil.Process]:
        """Return the processes that answer requests."""


class YardstickServer:
    """Workers set up like ours that run another application."""

    def __init__(
        self, module: str, name: str, settings: Settings, folder: Path, database: str = ""
    ) -> None:
        self.name = name
        self.port = 0
        self._module = module
        self._settings = settings
        self._stderr = folder / f"{module}.stderr"
        self._database = database
        self._workers: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the workers on a new socket."""
        with listen("127.0.0.1", 0) as listener, self._stderr.open("ab") as stderr:
            self.port = listener.getsockname()[1]
            command = [sys.executable, "-m", f"bench.{self._module}"]
            command += [f"--socket={listener.fileno()}", f"--database={self._database}"]
            for _ in range(self._settings.web_concurrency):
                self._workers.append(
                    subprocess.Popen(
                        command,
                        pass_fds=[listener.fileno()],
                        stdin=subprocess.PIPE,  # closing it tells the worker that we are gone
                        stderr=stderr,
                        process_group=0,
                    )
                )

    def stop(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            end(worker)
            if worker.stdin:
                worker.stdin.close()
        self._workers = []

    def settle(self) -> None:
        """Return at once: what it acknowledges is done."""

    def workers(self) -> list[psutil.Process]:
        """Return the workers."""
        return [psutil.Process(worker.pid) for worker in self._workers]


class IngestServer:
    """`python -m ingest_api` with a fresh data folder."""

    def __init__(self, settings: Settings, folder: Path, database: str) -> None:
        self.name = "ours"
        self.port = 0
        self._settings = settings
        self._folder = folder / "server"
        self._stderr = folder / "ingest_api.stderr"
        self._database = database
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it on a free port."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self.port = free_port()
        with self._stderr.open("ab") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ingest_api"],
                env=self._environ(),
                stderr=stderr,
                process_group=0,
            )

    def stop(self) -> None:
        """Stop the parent, which stops its workers, and remove the data folder."""
        if self._process is None:
            return
        workers = self.workers()
        self._process.terminate()
        end(self._process)
        for worker in psutil.wait_procs(workers, timeout=STOP_SECONDS)[1]:
            worker.kill()
        self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def settle(self) -> None:
        """Wait until everything logged before this call is in the database."""
        with Client(self.port) as client:
            # the second round from now starts after this call
            rounds = client.metric("loader_rounds_total") + 2
            wait_for(
                lambda: (
                    client.metric("loader_rounds_total") >= rounds
                    and client.metric("database_up") == 1
                    and client.metric("waiting_events") == 0
                ),
                "all events in the database",
                SETTLE_SECONDS,
            )

    def workers(self) -> list[psutil.Process]:
        """Return the parent's workers."""
        children = self.parent().children()
        return [child for child in children if "ingest_api.serving.worker" in child.cmdline()]

    def parent(self) -> psutil.Process:
        """Return the process that supervises the workers and loads."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    def _environ(self) -> Mapping[str, str]:
        kept = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH")
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": str(self._folder),
            "DATABASE_URL": self._database,
            "RATE_LIMIT_MAX": "1000000000",
            "WEB_CONCURRENCY": str(self._settings.web_concurrency),
            "THREADS": str(self._settings.threads),
        }


def started(server: Server) -> float:
    """Start a server; return the seconds until it acknowledged its first event."""
    began = time.perf_counter()
    server.start()

    def answers() -> bool:
        try:
            with Client(server.port, timeout=5.0) as client:
                client.send(evt="bench.start", t=int(time.time() * 1000))
        except (OSError, BenchError):
            return False
        return True

    wait_for(answers, f"an answer of {server.name}", START_SECONDS, 0.002)
    return time.perf_counter() - began


def wait_for(condition: Callable[[], Any], what: str, seconds: float, pause: float = 0.02) -> None:
    """Return once `condition` holds. Raises BenchError after the timeout."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise BenchError(f"{what}: not within {seconds:g} s; see the files *.stderr")
        time.sleep(pause)


def end(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process that was signalled; kill it if it doesn't end."""
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a free port on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
