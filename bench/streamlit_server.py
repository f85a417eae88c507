"""Streamlit as a separate process, with the dashboard or a minimal page."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.client import Client
from bench.errors import BenchError
from bench.servers import START_SECONDS, end, free_port, wait_for

DASHBOARD = Path("dashboard_app")
STATIC_PAGE = Path(__file__).parent / "static_page.py"


class StreamlitServer:
    """Serves `target` on a free loopback port for the duration of its context."""

    def __init__(self, target: Path, folder: Path, database: str = "") -> None:
        self.port = 0
        self._target = target
        self._folder = folder
        self._database = database
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> Self:
        self.port = free_port()
        options = {
            "server.port": self.port, "server.address": "127.0.0.1", "server.headless": "true",
            "browser.gatherUsageStats": "false", "server.fileWatcherType": "none",
        }  # fmt: skip
        command = [sys.executable, "-m", "streamlit", "run", str(self._target)]
        command += [f"--{name}={value}" for name, value in options.items()]
        with (self._folder / "streamlit.stderr").open("ab") as stderr:
            self._process = subprocess.Popen(
                command,
                env={
                    **os.environ,
                    "HOME": str(self._folder),  # without the user's own settings
                    "DATA_DIR": str(self._folder),
                    "DATABASE_URL": self._database,
                },
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                process_group=0,
            )
        try:
            wait_for(self._answers, f"an answer of {self._target.name}", START_SECONDS)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        end(self._process)

    def _answers(self) -> bool:
        with (
            contextlib.suppress(OSError, BenchError),
            Client(self.port, timeout=5.0) as client,
        ):
            return client.ask("/_stcore/health") == b"ok"
        return False
