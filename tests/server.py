"""A whole ingest server for tests: real processes, real sockets."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import requests

START_SECONDS = 30
# runs a command as a script's `&` and nohup do: what it starts ignores Ctrl-C's signal too
IGNORING_SIGINT = ("sh", "-c", 'trap "" INT; exec "$0" "$@"')
SETTLE_SECONDS = 30


def free_port() -> int:
    """Return a free port on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], Any], what: str, seconds: float = SETTLE_SECONDS) -> Any:
    """Return what `condition` returns once that is true. Raises AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)


class RunningServer:
    """`python -m ingest_api` on its own port, with its stderr in a file."""

    def __init__(
        self,
        database: str | None,
        data: Path,
        run_by: Sequence[str] = (),
        *,
        arguments: Sequence[str] = (),
        **settings: str,
    ) -> None:
        """Take its database, its folder, a command that runs it, such as strace, and arguments."""
        self.run_by = run_by
        self.arguments = arguments
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        self.database = database
        self.settings = settings
        self.stderr = data.parent / f"{data.name}.stderr"
        self.process: subprocess.Popen[bytes] | None = None
        self.session = requests.Session()

    def environ(self) -> Mapping[str, str]:
        """Return the environment that the server gets."""
        kept = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "LANG", "TMPDIR")
            if name in os.environ
        }
        return {
            **kept,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": str(self.data),
            "RATE_LIMIT_MAX": "1000000",
            "WEB_CONCURRENCY": "2",
            **({"DATABASE_URL": self.database} if self.database else {}),
            **self.settings,
        }

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.session.close()
        self.stop()

    def start(self) -> None:
        """Start and wait until it answers."""
        with self.stderr.open("ab") as stderr:
            self.process = subprocess.Popen(
                [*self.run_by, sys.executable, "-m", "ingest_api", *self.arguments],
                env=self.environ(),
                stderr=stderr,
            )
        try:
            wait_until(self.is_answering, "an answer", START_SECONDS)
        except AssertionError as error:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{error}; stderr: {self.log_text()}") from None

    def is_answering(self) -> bool:
        """Return whether it answers. Raises AssertionError if it has ended."""
        assert self.process is not None
        assert self.process.poll() is None, "it has ended"
        with contextlib.suppress(requests.ConnectionError, requests.Timeout):
            return requests.get(f"{self.url}/health", timeout=5).ok
        return False

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Signal the parent, wait for its end, return its exit code."""
        assert self.process is not None
        family = self.family()
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(timeout=20)
        _, alive = psutil.wait_procs(family, timeout=20)
        assert not alive, f"left over: {alive}"
        return code

    def family(self) -> list[psutil.Process]:
        """Return the parent's workers."""
        assert self.process is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children()
            return [child for child in children if "ingest_api.serving.worker" in child.cmdline()]
        return []

    def log_text(self) -> str:
        """Return its stderr."""
        return self.stderr.read_text() if self.stderr.exists() else ""

    def post(self, *events: dict[str, Any], **options: Any) -> requests.Response:
        """Send a batch."""
        return self.session.post(
            f"{self.url}/t", json={"schema": "jwc.v1", "batch": list(events)}, timeout=30, **options
        )

    def get(self, path: str, **options: Any) -> requests.Response:
        """Get a path."""
        return self.session.get(self.url + path, timeout=30, **options)

    def metric(self, name: str) -> float:
        """Return the sum of a metric's samples."""
        lines = self.get("/metrics").text.splitlines()
        found = [line for line in lines if line.startswith((f"{name} ", f"{name}{{"))]
        return sum(float(line.rpartition(" ")[2]) for line in found)

    def settle(self) -> None:
        """Wait until everything logged before this call is loaded."""
        # the second round from now starts after this call
        rounds = self.metric("telemetry_loader_rounds_total") + 2

        def is_settled() -> bool:
            return (
                self.metric("telemetry_loader_rounds_total") >= rounds
                and self.metric("telemetry_database_up") == 1
                and self.metric("telemetry_waiting_events") == 0
            )

        self.wait_for(is_settled, "all events loaded")

    def wait_for(self, condition: Callable[[], Any], what: str) -> Any:
        """Return what `condition` returns once that is true."""
        return wait_until(condition, f"{what}; stderr: {self.log_text()}")


def event(**fields: Any) -> dict[str, Any]:
    """Return a valid event with some fields replaced."""
    return {"anon": "user123", "evt": "app.started", "t": int(time.time() * 1000), **fields}
