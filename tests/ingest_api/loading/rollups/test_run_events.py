"""RUN_EVENTS is the database's: nobody makes its rollups with another one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from dashboard_app.notebook import Source
from ingest_api.commands.import_events.target import Target
from ingest_api.failure import CannotStartError
from ingest_api.loading.rollups.rebuilding import Rebuild
from sql.database import ExternalDatabase
from sql.migrate import migrate
from sql.run_events import RunEventsError, claim_run_events, hold_run_events, recorded
from tests.applications import application
from tests.ingest_api.loading.rollups.filled import numbered_lines, rebuilt
from tests.ingest_api.loading.test_rollups import load
from tests.rollups import all_differences
from tests.server import RunningServer, event

RUNS = "select coalesce(sum(started), 0)::int, coalesce(sum(completed), 0)::int from telemetry.days"


def run(server: RunningServer, *arguments: str, **environ: str) -> tuple[int, str, str]:
    """Run a command with a server's settings; return its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "ingest_api", *arguments],
        env={**server.environ(), **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.rpartition("\r")[2].strip()


def runs(database: str) -> tuple[int, int]:
    """Return the runs that were started, and completed."""
    with psycopg.connect(database) as connection:
        row = connection.execute(RUNS).fetchone()
    assert row is not None
    return row


def refused_start(server: RunningServer) -> str:
    """Start a server that ends by itself; return its last line."""
    done = subprocess.run(
        [sys.executable, "-m", "ingest_api"],
        env=server.environ(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    return done.stderr.splitlines()[-1]


@pytest.fixture
def app(empty_database: str, tmp_path: Path) -> RunningServer:
    """A server whose run events are called otherwise; not started."""
    return RunningServer(empty_database, tmp_path / "data", RUN_EVENTS="app.run")


def test_forget_leaves_the_runs_of_others(app: RunningServer, empty_database: str) -> None:
    with app:
        for anon in ("a", "b"):
            app.post(
                *(event(anon=anon, evt=f"app.run.{kind}") for kind in ("started", "completed")),
                event(anon=anon, evt="app.run.started"),
            )
        app.settle()
        assert runs(empty_database) == (4, 2)
        code, _, said = run(app, "forget", "--anon", "a", RUN_EVENTS="")
        assert (code, said) == (0, "")
        assert runs(empty_database) == (2, 1)
        assert app.get("/stats").json()["runs"] == {"started": 2, "completed": 1}


def test_a_start_with_another_prefix_stops_and_says_how_to_change_it(
    app: RunningServer, empty_database: str
) -> None:
    with app:
        app.post(event(evt="app.run.started"), event(evt="other.started"))
        app.settle()
        # while a server loads with the old prefix, nobody changes it
        code, _, said = run(app, "rebuild", "--run-events", "other")
        assert code == 2
        assert "stop it first" in said
        assert runs(empty_database) == (1, 0)
        assert run(app, "verify")[0] == 0
    app.settings = {"RUN_EVENTS": "other"}
    told = refused_start(app)
    assert told.startswith("minigem-telemetry can't start: RUN_EVENTS is other, but this database ")
    assert "`minigem rebuild --run-events other`" in told
    code, said, told = run(app, "rebuild", RUN_EVENTS="other")
    assert (code, said) == (2, "")
    assert told.startswith("Nothing was rebuilt: RUN_EVENTS is other, but this database ")
    app.settings = {}
    with app:
        app.post(event(evt="app.run.completed"))
        app.settle()
        assert runs(empty_database) == (1, 1)
    code, said, _ = run(app, "rebuild", "--run-events", "other")
    assert (code, said) == (0, "The rollups of 1 days were rebuilt.\n")
    app.settings = {"RUN_EVENTS": "other"}
    with app:
        app.settle()
        assert runs(empty_database) == (1, 0)
        assert run(app, "verify")[0] == 0


def test_a_rebuild_with_another_prefix_that_was_interrupted_is_noticed_and_resumed(
    server: RunningServer, database: str, tmp_path: Path
) -> None:
    server.stop()
    load(database, tmp_path / "logs", numbered_lines(300), 300)
    with psycopg.connect(database, autocommit=True) as connection:
        work = Rebuild(connection, "app")
        assert len(work.days) > 2
        work.make_day(work.days[0])
    told = refused_start(server)
    assert f"from {work.days[1]} on are not yet rebuilt with RUN_EVENTS app: " in told
    assert "run `minigem rebuild` to its end first" in told
    code, said, warned = run(server, "verify")
    assert (code, said) == (1, "")
    assert "are not yet rebuilt with RUN_EVENTS app" in warned
    assert "are not yet rebuilt" in run(server, "forget", "--anon", "a")[2]
    code, said, _ = run(server, "rebuild", "--from", "2026-01-01")
    assert code == 2
    code, said, _ = run(server, "rebuild")
    assert code == 0
    assert said.startswith(f"The rollups of {len(work.days) - 1} days were rebuilt")
    with psycopg.connect(database, autocommit=True) as connection:
        assert recorded(connection).rebuilt_before is None
        assert all_differences(connection) == []
        rebuilt(connection, "java.run")
        assert all_differences(connection) == []
    server.start()


def test_a_database_keeps_the_prefix_of_the_server_that_made_it(empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        assert migrate(connection, "app.run")
        assert migrate(connection, "other") == []
        assert recorded(connection).run_events == "app.run"


def test_an_import_leaves_it_to_the_server_to_bring_a_database_up_to_date(
    connection: psycopg.Connection, database: str, tmp_path: Path
) -> None:
    connection.execute("delete from telemetry.migrations where name = 'schema/5_sessions'")
    with pytest.raises(CannotStartError, match="start the server first"):
        Target(application(database, tmp_path / "logs"), "app.run")


def test_notebooks_read_the_prefix_from_the_database(
    connection: psycopg.Connection, database: str
) -> None:
    connection.execute("update telemetry.settings set run_events = 'app.run'")
    source = Source(ExternalDatabase(database))
    assert source.run_events == "app.run"
    source.close()


def test_the_prefix_does_not_change_under_those_who_make_rollups(
    connection: psycopg.Connection, database: str
) -> None:
    assert hold_run_events(connection) == "java.run"
    with psycopg.connect(database, autocommit=True) as other:
        assert hold_run_events(other, "java.run") == "java.run"
        with pytest.raises(RunEventsError, match="stop it first"):
            claim_run_events(other)
        with pytest.raises(RunEventsError, match="RUN_EVENTS is app, but"):
            hold_run_events(other, "app")
