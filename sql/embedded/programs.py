"""PostgreSQL's own programs, and how we run them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from sql.embedded.account import PROGRAMS, Account

SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "fsync": "on",
    "full_page_writes": "on",
    "jit": "off",
    "track_io_timing": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # one file per day of the week, overwritten a week later
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "server-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
}
INITDB_OPTIONS = (
    "--username=postgres",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth-local=trust",
    "--auth-host=reject",
    "--no-instructions",
)
# sh exits immediately, and init adopts the server: as a child of ours, a killed server would stay a
# zombie, which looks to PostgreSQL like a running one
START_SCRIPT = '"$@" </dev/null >&2 & echo $!'
WEEK_S = 7 * 24 * 3600


def make_cluster(path: Path, account: Account | None) -> None:
    """Create a cluster at `path` atomically: an interrupted run leaves nothing there.

    If initdb fails, raises RuntimeError with its output.
    """
    for left_over in path.parent.glob("new-*"):
        # an initdb whose parent was killed may still write there; then the next start removes it
        shutil.rmtree(left_over, ignore_errors=True)
    new = Path(tempfile.mkdtemp(prefix="new-", dir=path.parent))
    if account is not None:
        os.chown(new, *account)
    made = subprocess.run(
        [PROGRAMS / "initdb", *INITDB_OPTIONS, "-D", new],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **_surroundings(path.parent, account),
    )
    if made.returncode != 0:
        shutil.rmtree(new, ignore_errors=True)
        reason = made.stdout.decode(errors="replace")[-2000:]
        raise RuntimeError(f"initdb can't create a PostgreSQL cluster in {path.parent}:\n{reason}")
    new.rename(path)
    parent = os.open(path.parent, os.O_RDONLY)
    os.fsync(parent)
    os.close(parent)


def start_server(path: Path, sockets: Path, account: Account | None, life: int) -> int:
    """Start the server in a new session and return its pid, without waiting until it is ready.

    It inherits only the descriptor `life`. Its output before it opens its log goes to `start.log`.
    """
    for old in (path / "log").glob("*.log"):
        if old.stat().st_mtime < time.time() - WEEK_S:  # else restarts would append to it for ever
            old.unlink()
    quoted = os.fspath(sockets).replace('"', '""')
    settings = {
        **SETTINGS,
        "unix_socket_directories": f'"{quoted}"',
        "wal_compression": "lz4" if "--with-lz4" in _build_options() else "pglz",
    }
    options = [text for item in settings.items() for text in ("-c", "=".join(item))]
    how = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW
    words = os.open(path.parent / "start.log", how, 0o600)
    try:
        shell = subprocess.run(
            ["/bin/sh", "-c", START_SCRIPT, "sh", PROGRAMS / "postgres", "-D", path, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=words,
            start_new_session=True,
            pass_fds=[life],
            check=True,
            **_surroundings(path.parent, account),
        )
    finally:
        os.close(words)
    return int(shell.stdout)


def last_words(path: Path) -> str:
    """Return the last lines of the newest of the server's logs."""
    files = [*(path / "log").glob("*.log"), path.parent / "start.log"]
    newest = max(files, key=lambda file: file.stat().st_mtime_ns)
    return "\n".join(newest.read_text(errors="replace").splitlines()[-10:])


def _build_options() -> str:
    return subprocess.check_output([PROGRAMS / "pg_config", "--configure"], text=True)


def _surroundings(folder: Path, account: Account | None) -> dict[str, Any]:
    """Return the programs' surroundings: a clean environment, so that PGPORT has no effect."""
    surroundings = {"cwd": folder, "env": {"PATH": os.defpath, "LC_ALL": "C"}, "umask": 0o077}
    if account is None:
        return surroundings
    return {**surroundings, "user": account.uid, "group": account.gid, "extra_groups": []}
