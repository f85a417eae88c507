"""Started by root, PostgreSQL runs as a user who can see only its own files."""

from __future__ import annotations

import multiprocessing
import os
import stat
from pathlib import Path

import psycopg
import pytest

from sql.embedded import server as embedded
from sql.embedded.account import Account, open_programs, open_way, unprivileged_account
from tests.sql.clusters import kill_postmaster, postgres_processes

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")


def start_as(account: Account, folder: Path) -> None:
    """Become an ordinary user, and use a server; an exception fails the process."""
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    with embedded.start(folder) as server:
        kill_postmaster(folder)
        server.ensure_running()
        psycopg.connect(server.url).close()
        assert {process.uids().real for process in postgres_processes(folder)} == {account.uid}
    assert postgres_processes(folder) == []


@as_root
def test_an_ordinary_user_runs_it_then_root(empty_folder: Path) -> None:
    folder = empty_folder
    account = unprivileged_account(folder)
    assert account
    home = folder.parents[1]
    os.chown(home, *account)
    # a fork: the interpreter may be in a folder where only root can run it
    child = multiprocessing.get_context("fork").Process(target=start_as, args=[account, folder])
    child.start()
    child.join(30)
    assert child.exitcode == 0
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (home, folder.parent, folder)]
    assert modes == [0o700] * 3
    with embedded.start(folder):
        assert {process.uids().real for process in postgres_processes(folder)} == {account.uid}


@as_root
def test_root_makes_folders_traversable_only(
    empty_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = empty_folder.parents[1]
    group_only = home / "group"
    closed = group_only / "closed"
    way = closed / "open"
    for path, mode in ((group_only, 0o750), (closed, 0o700), (way, 0o755)):
        path.mkdir()
        path.chmod(mode)
    folder = way / "data" / "postgres"
    caplog.set_level("INFO", "sql.embedded.server")
    with embedded.start(folder) as server:
        psycopg.connect(server.url).close()
        account = unprivileged_account(folder)
        assert account
        assert account.uid != 0
        assert (folder / "cluster").stat().st_uid == account.uid
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in (group_only, closed, way, folder)}
    assert found == {group_only: 0o751, closed: 0o710, way: 0o755, folder: 0o710}
    assert (closed.stat().st_gid, folder.stat().st_gid) == (account.gid, account.gid)
    assert f"{group_only}, {closed}" in caplog.text
    assert str(way) + "," not in caplog.text
    assert open_way(folder / "cluster", account) == []


def test_a_socket_folder_that_others_may_enter_is_refused(empty_folder: Path) -> None:
    folder = empty_folder / ("l" * 120)
    sockets = embedded.socket_dir(folder)
    sockets.mkdir(mode=0o755)
    try:
        with pytest.raises(RuntimeError, match=f"{sockets} is not a private folder"):
            embedded.start(folder)
    finally:
        sockets.rmdir()


def test_programs_that_a_strict_umask_installed_can_be_run_by_all(tmp_path: Path) -> None:
    program, template = tmp_path / "bin" / "postgres", tmp_path / "bin" / "postgres.bki"
    program.parent.mkdir(mode=0o700)
    program.touch(mode=0o711)
    template.touch(mode=0o600)
    open_programs(program.parent, tmp_path / "not there")
    found = [stat.S_IMODE(path.stat().st_mode) for path in (program.parent, program, template)]
    assert found == [0o755, 0o755, 0o644]
