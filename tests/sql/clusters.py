"""What the embedded server's tests observe, and the processes that they start."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from sql.embedded import server as embedded

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from sql.embedded import server as embedded
with embedded.start(Path(sys.argv[1])):
    print("started", flush=True)
    sys.stdin.readline()
"""


def postgres_processes(folder: Path) -> list[psutil.Process]:
    """Return the PostgreSQL processes whose working directory is in the folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and Path(process.cwd()).is_relative_to(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found


def postmaster_pid(folder: Path) -> int:
    return int((folder / "cluster" / "postmaster.pid").read_text().split("\n")[0])


def is_up(folder: Path) -> bool:
    try:
        psycopg.connect(embedded.conninfo(folder)).close()
    except psycopg.OperationalError:
        return False
    return True


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def kill_postmaster(folder: Path) -> None:
    process = psutil.Process(postmaster_pid(folder))
    process.kill()
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


def end_processes(folder: Path) -> None:
    for process in postgres_processes(folder):
        with suppress(psutil.NoSuchProcess):  # it has ended since
            process.kill()
    until(lambda: not postgres_processes(folder))


class Holder:
    """Another process with a lease."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", HOLD, str(folder)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)

    def await_start(self) -> None:
        assert self.process.stdout
        assert self.process.stdout.readline() == "started\n"

    def let_go(self) -> None:
        """Make it release its lease; don't wait until it ends."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def holding(folder: Path, *, started: bool = True) -> Iterator[Holder]:
    holder = Holder(folder)
    with holder.process:
        try:
            if started:
                holder.await_start()
            yield holder
        finally:
            holder.process.kill()
