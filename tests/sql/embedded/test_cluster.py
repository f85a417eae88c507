"""The cluster survives crashes, and is never opened by two servers or by the wrong one."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import closing
from pathlib import Path

import psutil
import psycopg
import pytest

from sql.embedded import cluster as embedded_cluster
from sql.embedded import server as embedded
from tests.sql.clusters import (
    holding,
    is_up,
    kill_postmaster,
    postgres_processes,
    postmaster_pid,
    until,
)


def test_it_listens_on_a_private_socket_only_and_is_durable(folder: Path) -> None:
    with embedded.start(folder) as server, psycopg.connect(server.url) as connection:
        postmaster = psutil.Process(postmaster_pid(folder))
        assert postmaster.net_connections(kind="inet") == []
        assert stat.S_IMODE((folder / "cluster").stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "cluster" / ".s.PGSQL.5432").stat().st_mode) == 0o700
        settings = ("fsync", "full_page_writes", "data_checksums", "timezone", "server_encoding")
        found = [connection.execute(f"show {name}").fetchone() for name in settings]
        assert found == [("on",), ("on",), ("on",), ("UTC",), ("UTF8",)]


def test_the_server_is_in_a_session_of_its_own_without_our_descriptors(folder: Path) -> None:
    with tempfile.TemporaryFile() as ours:
        os.set_inheritable(ours.fileno(), True)
        with embedded.start(folder):
            pid = postmaster_pid(folder)
            assert os.getsid(pid) != os.getsid(0)
            its_files = {link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir()}
        assert Path(f"/proc/self/fd/{ours.fileno()}").readlink() not in its_files
        assert its_files.isdisjoint({folder / "lease", folder / "lock"})


def test_ensure_running_restarts_a_killed_server_with_all_that_was_committed(folder: Path) -> None:
    with embedded.start(folder) as server, holding(folder):
        with psycopg.connect(server.url) as connection:
            connection.execute("create table committed as select 1")
        pid = postmaster_pid(folder)
        server.ensure_running()
        assert postmaster_pid(folder) == pid
        kill_postmaster(folder)
        server.ensure_running()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("select * from committed").fetchone() == (1,)


def test_a_start_waits_while_the_server_recovers_from_a_crash_of_its_own(folder: Path) -> None:
    with embedded.start(folder) as server, closing(psycopg.connect(server.url)) as connection:
        psutil.Process(connection.info.backend_pid).kill()
        until(lambda: not is_up(folder))
        embedded.start(folder).release()
        assert is_up(folder)


@pytest.mark.timeout(30)
def test_a_server_that_hangs_in_its_shutdown_is_ended(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_cluster, "PATIENCE_S", 1)
    with embedded.start(folder) as server, closing(psycopg.connect(server.url)) as connection:
        logs = (folder / "cluster" / "log").iterdir()
        log = max(logs, key=lambda file: file.stat().st_mtime_ns)
        read = log.stat().st_size
        psutil.Process(connection.info.backend_pid).kill()
        until(lambda: b"; reinitializing" in log.read_bytes()[read:])
    assert postgres_processes(folder) == []


def test_a_query_that_outlives_a_killed_server_ends_before_the_next_one_starts(
    folder: Path,
) -> None:
    busy = b"""do $$ declare till timestamptz := clock_timestamp() + interval '1.5 s'; begin
    while clock_timestamp() < till loop end loop; end $$"""
    with embedded.start(folder) as server, closing(psycopg.connect(server.url)) as connection:
        backend = psutil.Process(connection.info.backend_pid)
        connection.pgconn.send_query(busy)
        with psycopg.connect(server.url, autocommit=True) as other:
            state = "select state = 'active' from pg_stat_activity where pid = %s"
            until(lambda: other.execute(state, [backend.pid]).fetchone() == (True,))
        kill_postmaster(folder)
        assert backend in postgres_processes(folder)
        server.ensure_running()
        assert backend not in postgres_processes(folder)
        assert is_up(folder)


def test_a_stale_pid_that_belongs_to_another_process_now_is_not_adopted(
    folder: Path, empty_folder: Path
) -> None:
    with embedded.start(empty_folder):
        lines = (empty_folder / "cluster" / "postmaster.pid").read_text().split("\n")
        of_another_postgres = lines[0]
        for pid in (of_another_postgres, str(os.getpid())):
            stale = "\n".join([pid, *lines[1:]])
            (folder / "cluster" / "postmaster.pid").write_text(stale)
            with embedded.start(folder) as server, psycopg.connect(server.url) as connection:
                data = connection.execute("show data_directory").fetchone()
                assert data == (str(folder / "cluster"),)


def test_a_cluster_whose_making_was_cut_short_is_made_anew(empty_folder: Path) -> None:
    with holding(empty_folder, started=False) as holder:
        until(lambda: any(empty_folder.glob("new-*/global")))
        holder.kill()
    assert not (empty_folder / "cluster").exists()
    with embedded.start(empty_folder):
        assert is_up(empty_folder)


@pytest.mark.parametrize(
    ("version", "advice"), [("16", "dump it with pg_dumpall of version 16"), (None, "move it away")]
)
def test_data_that_this_version_cant_read_is_refused_and_kept(
    empty_folder: Path, version: str | None, advice: str
) -> None:
    cluster = empty_folder / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "precious").touch()
    if version is not None:
        (cluster / "PG_VERSION").write_text(f"{version}\n")
    with pytest.raises(RuntimeError, match=advice):
        embedded.start(empty_folder)
    assert (cluster / "precious").exists()


def test_a_server_that_does_not_start_says_why(empty_folder: Path) -> None:
    folder = empty_folder
    embedded.start(folder).release()
    (folder / "cluster" / "pg_wal").rename(folder / "pg_wal")
    with pytest.raises(RuntimeError, match='directory "pg_wal" does not exist'):
        embedded.start(folder)
    (folder / "pg_wal").rename(folder / "cluster" / "pg_wal")
    with (folder / "cluster" / "postgresql.auto.conf").open("a") as settings:
        settings.write("work_mem = plenty\n")
    with pytest.raises(RuntimeError, match='invalid value for parameter "work_mem": "plenty"'):
        embedded.start(folder)
    assert postgres_processes(folder) == []
