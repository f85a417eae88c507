"""A PostgreSQL cluster in a folder: start it, find it running, stop it.

Callers of `ensure_running` and `stop` must hold a lock, so that the calls never overlap. Another
lock, `life`, shows whether anything is left of an earlier server: PostgreSQL inherits its
descriptor, so the kernel holds it until the last backend is gone, even one that outlived a killed
postmaster, or one in another container, whose pid we can't see.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

from sql.embedded import account as accounts
from sql.embedded import programs

logger = logging.getLogger("sql.embedded.server")

SOCKET_NAME = ".s.PGSQL.5432"
# for processes that should end without our help
PATIENCE_S = 30


class Cluster:
    """The cluster at `path`, whose socket is in the folder `sockets`."""

    def __init__(self, path: Path, sockets: Path) -> None:
        self.path = path
        self.sockets = sockets

    def is_ready(self) -> bool:
        """Return whether the server runs and accepts connections."""
        process = self._postmaster()
        return process is not None and self._status(process) == "ready"

    def check_version(self) -> None:
        """Raise RuntimeError if the folder holds anything but a cluster that we can run."""
        if not self._exists():
            return
        try:
            version = (self.path / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise RuntimeError(
                f"{self.path} holds files but no PostgreSQL cluster; move it away and start again"
            ) from None
        if version != str(accounts.VERSION):
            raise RuntimeError(
                f"{self.path} was made by PostgreSQL {version}, this is {accounts.VERSION}. Do not "
                f"delete it: dump it with pg_dumpall of version {version}, move it away, start "
                "again, and restore the dump"
            )

    def ensure_running(self) -> None:
        """Create and start the server if needed; return once it accepts connections.

        Waits as long as its process lives: crash recovery may take minutes. If the process ends,
        raises RuntimeError with the last lines of the server's log.
        """
        deadline = time.monotonic() + PATIENCE_S
        while (process := self._postmaster()) is None or not self._await_ready(process):
            life = self._lock_life()
            if life is not None:
                try:
                    pid = self._start(life)
                finally:
                    os.close(life)  # from here on, only PostgreSQL's processes hold it
                self._await_start(pid)
            elif time.monotonic() < deadline:
                time.sleep(0.02)
            else:
                raise RuntimeError(
                    f"another PostgreSQL is using {self.path}: one in another container, or the "
                    "last queries of one that was killed; wait until it ends, or stop it"
                )

    def stop(self) -> None:
        """Stop the server, if it runs, in fast mode; return when its last process has ended."""
        process = self._postmaster()
        if process is None:
            return
        # a recovering server has nothing to save, and may ignore SIGINT: see _await_exit
        starting = self._status(process) == "starting"
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGQUIT if starting else signal.SIGINT)
        self._await_exit(process)
        self._await_end()
        if self.sockets != self.path:
            with suppress(FileNotFoundError):
                self.sockets.rmdir()

    def _exists(self) -> bool:
        return self.path.is_dir() and any(self.path.iterdir())

    def _postmaster(self) -> psutil.Process | None:
        """Return the server's process, or None if the pid in its file is stale or reused."""
        lines = pid_file_lines(self.path)
        try:
            process = psutil.Process(abs(int(lines[0]))) if lines else None
            return process if process is not None and self._is_server(process) else None
        except (ValueError, psutil.Error):
            return None

    def _is_server(self, process: psutil.Process) -> bool:
        if process.name() != "postgres":
            return False
        try:
            return Path(process.cwd()) == self.path
        except psutil.AccessDenied:
            # in a container, root may not see other users' working directories
            return os.fspath(self.path) in process.cmdline()

    def _status(self, process: psutil.Process) -> str:
        lines = pid_file_lines(self.path)
        return lines[7].strip() if len(lines) > 7 and lines[0] == str(process.pid) else "starting"

    def _await_ready(self, process: psutil.Process) -> bool:
        log_at = time.monotonic() + 5
        while _is_alive(process):
            status = self._status(process)
            if status == "ready":
                return True
            if status == "stopping":
                self._await_exit(process)
            elif time.monotonic() > log_at:
                logger.info("waiting for PostgreSQL in %s (process %d)", self.path, process.pid)
                log_at = float("inf")
            time.sleep(0.01)
        return False

    def _await_exit(self, process: psutil.Process) -> None:
        """Wait until a stopping server has ended.

        A fast shutdown during recovery can hang for ever (seen with PostgreSQL 18.4). An immediate
        one doesn't, and costs only another recovery.
        """
        deadline = time.monotonic() + PATIENCE_S
        while _is_alive(process):
            if time.monotonic() > deadline:
                logger.warning("PostgreSQL in %s does not stop; shutting down now", self.path)
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGQUIT)
                deadline = float("inf")
            time.sleep(0.01)

    def _lock_life(self) -> int | None:
        life = os.open(self.path.parent / "life", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(life, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(life)
            return None
        return life

    def _await_end(self) -> None:
        """Wait for a server's remaining processes, such as the one that writes its log."""
        deadline = time.monotonic() + PATIENCE_S
        while (life := self._lock_life()) is None and time.monotonic() < deadline:
            time.sleep(0.01)
        if life is not None:
            os.close(life)

    def _start(self, life: int) -> int:
        account = accounts.unprivileged_account(self.path)
        if account is not None:
            self._open_way(account)
        if self.sockets != self.path:
            accounts.ensure_private(self.sockets, account)
        if not self._exists():
            programs.make_cluster(self.path, account)
        # no server runs here, but the pids in these files may have been reused
        for file in (
            self.path / "postmaster.pid",
            self.sockets / SOCKET_NAME,
            self.sockets / f"{SOCKET_NAME}.lock",
        ):
            file.unlink(missing_ok=True)
        return programs.start_server(self.path, self.sockets, account, life)

    def _await_start(self, pid: int) -> None:
        with suppress(psutil.NoSuchProcess):
            if self._await_ready(psutil.Process(pid)):
                return
        self._await_end()
        raise RuntimeError(f"PostgreSQL in {self.path} ended:\n{programs.last_words(self.path)}")

    def _open_way(self, account: accounts.Account) -> None:
        accounts.open_programs(accounts.PROGRAMS.parent, accounts.LIBRARIES)
        ways = (accounts.PROGRAMS, self.path, self.sockets)
        opened = [folder for way in ways for folder in accounts.open_way(way, account)]
        elsewhere = [os.fspath(folder) for folder in opened if folder != self.path.parent]
        if elsewhere:
            logger.info("let the user that runs PostgreSQL pass through %s", ", ".join(elsewhere))


def pid_file_lines(cluster: Path) -> list[str]:
    """Return the lines of `postmaster.pid`: pid, folder, start, port, socket folder, …, status."""
    try:
        return (cluster / "postmaster.pid").read_text(errors="replace").split("\n")
    except FileNotFoundError:
        return []


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
