"""The dashboard as a process, started with the Procfile's own command."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from tests.server import START_SECONDS, free_port, wait_until

ROOT = Path(__file__).parent.parent.parent


def procfile_command(name: str) -> str:
    """Return a process's command in the Procfile."""
    found = re.search(rf"^{name}: (.*)$", (ROOT / "Procfile").read_text(), re.MULTILINE)
    assert found, f"the Procfile has no {name}"
    return found[1]


class RunningDashboard:
    """The dashboard on its own port, with its stderr in a file."""

    def __init__(self, database: str, folder: Path, **settings: str) -> None:
        self.port = free_port()
        base = settings.get("DASHBOARD_BASE_PATH", "")
        self.url = f"http://127.0.0.1:{self.port}/{base}".rstrip("/") + "/"
        self.stderr = folder / "dashboard.stderr"
        self._environ = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),  # without the user's own settings
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database,
            "DASHBOARD_PORT": str(self.port),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self.stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                ["sh", "-c", procfile_command("dashboard")],
                cwd=ROOT,
                env=self._environ,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )
        try:
            wait_until(self._is_answering, "an answer of the dashboard", START_SECONDS)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        finally:
            self._process.kill()

    def log_text(self) -> str:
        """Return its stderr."""
        return self.stderr.read_text()

    def _is_answering(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log_text()
        with contextlib.suppress(requests.ConnectionError, requests.Timeout):
            return requests.get(f"{self.url}_stcore/health", timeout=5).ok
        return False
