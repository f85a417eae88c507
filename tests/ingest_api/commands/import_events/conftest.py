"""An old server's database, the settings of a new one, and the command as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ingest_api.commands.import_events.databases import OldDatabase, old_database

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def old(cluster: str) -> Iterator[OldDatabase]:
    """The old server's database, with its table."""
    with old_database(cluster) as old:
        yield old


@pytest.fixture
def data(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder, not made yet; the environment is that of a server on `database`."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("YEARLY_SALT", "a secret of the tests")
    return tmp_path / "data"


@pytest.fixture
def start(old: OldDatabase, data: Path) -> Iterator[Start]:
    """Starts the command as a process, with some variables of its environment set otherwise."""
    processes = []

    def run(**environ: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "ingest_api", "import", "--from", old.conninfo),
            ],
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.communicate()
