"""A process that only fills a database, with our loader or a plain COPY.

`python -m bench.loading load FOLDER DATABASE` or `… copy FILE DATABASE`; prints what it cost.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import msgspec
import psutil
import psycopg

from ingest_api.loading.loader import Loader
from ingest_api.metrics.meters import Meters
from sql.application import Application
from sql.database import ExternalDatabase

RUN_EVENTS = "java.run"
PIECE_BYTES = 1 << 18


class Filling(msgspec.Struct):
    """The cost of filling a database."""

    seconds: float
    peak_mb: float


def load_folder(folder: Path, database: str) -> float:
    """Load a whole log folder; return the seconds it took."""
    loader = Loader(
        Application("bench", folder, ExternalDatabase(database), folder),
        RUN_EVENTS,
        Meters.create(1),
    )
    began = time.perf_counter()
    while loader.load_available():
        pass
    seconds = time.perf_counter() - began
    loader.close()
    return seconds


def copy_file(path: Path, database: str) -> float:
    """Copy rows into the plain table, as durably as the loader does; return the seconds it took."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("set synchronous_commit = off")
        began = time.perf_counter()
        with (
            connection.cursor().copy("copy copied from stdin") as copy,
            path.open("rb") as file,
        ):
            while piece := file.read(PIECE_BYTES):
                copy.write(piece)
        return time.perf_counter() - began


def peak_mb() -> float:
    """Return this process's peak memory in MB; outside Linux, its current memory."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1000
    return psutil.Process().memory_info().rss / 1e6


if __name__ == "__main__":
    fill = {"load": load_folder, "copy": copy_file}[sys.argv[1]]
    taken = fill(Path(sys.argv[2]), sys.argv[3])
    print(msgspec.json.encode(Filling(taken, peak_mb())).decode())
