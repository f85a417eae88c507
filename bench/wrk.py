"""Load from wrk: as fast as the server answers, or throttled."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from bench.errors import BenchError

SCRIPT = Path(__file__).parent / "load.lua"
TIMEOUT_SECONDS = 20


class Load(msgspec.Struct):
    """The result of a load."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    errors: int

    @property
    def rate(self) -> float:
        """Answered requests per second."""
        return self.requests / self.seconds


def require_wrk() -> str:
    """Return the path of wrk. Raises BenchError if it is missing."""
    path = shutil.which("wrk")
    if path is None:
        raise BenchError("wrk, which makes the load, is missing: apt-get install wrk")
    return path


class Pressing:
    """Sends a file's requests to /t in the background until its block ends."""

    def __init__(
        self, port: int, requests: Path, connections: int, seconds: int, delay_ms: float = 0
    ) -> None:
        """Take the number of connections, and each one's delay before a request."""
        self._seconds = seconds
        self._command = [require_wrk(), "-t1", f"-c{connections}", f"-d{seconds}s"]
        self._command += [f"--timeout={TIMEOUT_SECONDS}s", f"--script={SCRIPT}"]
        self._command.append(f"http://127.0.0.1:{port}/t")
        self._environ = {"REQUESTS": str(requests), "DELAY_MS": f"{delay_ms:.3f}"}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            env={**os.environ, **self._environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def is_running(self) -> bool:
        """Return whether it is still sending."""
        return self._process.poll() is None

    def finish(self) -> Load:
        """Wait for the end; return the result. Raises BenchError if a request failed."""
        try:
            content, _ = self._process.communicate(timeout=self._seconds + 2 * TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            raise BenchError("wrk does not end") from None
        output = content.decode(errors="replace").strip()
        _, found, result = output.rpartition("RESULT ")
        if not found:
            raise BenchError(f"wrk failed: {output[-500:]}")
        load = msgspec.json.decode(result, type=Load)
        if load.errors or not load.requests:
            raise BenchError(f"{load.errors} of {load.requests} requests failed: {output}")
        return load


def press(port: int, requests: Path, connections: int, seconds: int) -> Load:
    """Send for a while as fast as the server answers. Raises BenchError if a request failed."""
    with Pressing(port, requests, connections, seconds) as pressing:
        return pressing.finish()
