"""The embedded server is shared, stopped by its last user, and found again after any crash."""

from __future__ import annotations

import multiprocessing
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from sql.embedded import server as embedded
from tests.sql.clusters import ROOT, holding, is_up, postgres_processes, postmaster_pid

START_AND_VANISH = """
import os, sys
from pathlib import Path
from sql.embedded import server as embedded
embedded.start(Path(sys.argv[1]))
os._exit(0)
"""


def test_stop_leaves_no_process_and_no_socket_and_a_start_finds_the_data_again(
    empty_folder: Path,
) -> None:
    folder = empty_folder
    with embedded.start(folder) as server, psycopg.connect(server.url) as connection:
        assert connection.info.dbname == "telemetry"
        assert connection.info.user == "postgres"
        connection.execute("create table kept as select 'Zoë' as name")
    assert postgres_processes(folder) == []
    assert not [path for path in (folder / "cluster").iterdir() if path.name.startswith(".s.")]
    assert not is_up(folder)
    with embedded.start(folder) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("select name from kept").fetchone() == ("Zoë",)


def test_it_listens_on_its_socket_and_on_no_port(folder: Path) -> None:
    with embedded.start(folder) as server, psycopg.connect(server.url) as connection:
        address = connection.execute("select inet_server_addr()").fetchone()
        assert address == (None,)
        for process in postgres_processes(folder):
            assert process.net_connections("inet") == []
        assert not stat.S_IMODE((folder / "cluster" / ".s.PGSQL.5432").stat().st_mode) & 0o077


def test_the_last_of_several_processes_stops_it(folder: Path) -> None:
    server = embedded.start(folder)
    with holding(folder) as first, holding(folder) as second:
        first.let_go()
        assert first.process.wait(20) == 0
        server.release()
        assert is_up(folder)
        second.let_go()
        assert second.process.wait(20) == 0
    assert postgres_processes(folder) == []


def test_several_leases_of_one_process_count_each_and_only_once(folder: Path) -> None:
    first, second = embedded.start(folder), embedded.start(folder)
    first.release()
    first.release()
    assert is_up(folder)
    second.release()
    assert postgres_processes(folder) == []
    with pytest.raises(RuntimeError, match="released"):
        second.ensure_running()


def test_a_forked_child_does_not_give_its_parents_lease_back(folder: Path) -> None:
    with embedded.start(folder) as server:
        child = multiprocessing.get_context("fork").Process(target=server.release)
        child.start()
        child.join(20)
        assert child.exitcode == 0
        assert is_up(folder)
    assert postgres_processes(folder) == []


def test_a_killed_holder_holds_nothing(folder: Path) -> None:
    with holding(folder) as holder:
        server = embedded.start(folder)
        holder.kill()
    server.release()
    assert postgres_processes(folder) == []


def test_a_server_left_over_by_a_killed_holder_is_adopted(folder: Path) -> None:
    with holding(folder) as holder:
        holder.kill()
    pid = postmaster_pid(folder)
    with embedded.start(folder):
        assert postmaster_pid(folder) == pid
    assert postgres_processes(folder) == []


def test_processes_that_start_at_once_share_one_server(empty_folder: Path) -> None:
    with (
        holding(empty_folder, started=False) as first,
        holding(empty_folder, started=False) as second,
        embedded.start(empty_folder) as server,
        psycopg.connect(server.url) as connection,
    ):
        first.await_start()
        second.await_start()
        assert connection.execute("select 1").fetchone() == (1,)
        parents = {process.ppid() for process in postgres_processes(empty_folder)}
        assert len(parents - {postmaster_pid(empty_folder)}) == 1


def test_a_start_while_another_process_stops_it_gets_a_running_server(folder: Path) -> None:
    for _ in range(4):
        with holding(folder) as holder:
            holder.let_go()
            with embedded.start(folder) as server:
                holder.process.wait(20)
                psycopg.connect(server.url).close()


def test_the_starter_can_end_while_its_output_is_read(folder: Path) -> None:
    command = [sys.executable, "-c", START_AND_VANISH, str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=20)
    assert is_up(folder)


@pytest.mark.parametrize("name", ['it\'s "50 %" #1 $HOME `x` \\ Zoë 数据', "l" * 120, "a,b"])
def test_any_folder_name_will_do(empty_folder: Path, name: str) -> None:
    folder = empty_folder / name
    with embedded.start(folder) as server, psycopg.connect(server.url) as connection:
        data = connection.execute("show data_directory").fetchone()
        assert data == (str(folder / "cluster"),)
        sockets = embedded.socket_dir(folder)
        assert (sockets / ".s.PGSQL.5432").is_socket()
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert not (sockets / ".s.PGSQL.5432").exists()
    assert sockets == folder / "cluster" or not sockets.exists()


def test_a_folder_that_cant_be_made_is_named(empty_folder: Path) -> None:
    empty_folder.parent.write_text("a file")
    with pytest.raises(RuntimeError, match=f"{empty_folder} can't hold the embedded PostgreSQL"):
        embedded.start(empty_folder)
