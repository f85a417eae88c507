"""Each role can do its work and nothing else; without roles, the work continues."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from sql import roles
from sql.database import EmbeddedDatabase, ExternalDatabase, connect_as
from sql.embedded import server as embedded
from sql.migrate import migrate
from sql.roles import INGEST, READER, work_as
from sql.statements import statement
from tests.conftest import EMPTY, own_database

STRANGER = "create schema strangers; create table strangers.secret as select 1 as one"


@pytest.fixture(autouse=True)
def told() -> Iterator[None]:
    """Log messages that appear once per process appear again in each test."""
    roles._warn.cache_clear()
    yield
    roles._warn.cache_clear()


def login(database: str, role: str) -> psycopg.Connection:
    """Return a connection to a database as a role."""
    return psycopg.connect(make_conninfo(database, user=role), autocommit=True)


@pytest.fixture
def migrated(connection: psycopg.Connection, database: str) -> str:
    """A database with our tables and one that isn't ours."""
    connection.execute(STRANGER)
    return database


NOBODYS = [
    "select * from strangers.secret",
    "insert into strangers.secret values (2)",
    "create table strangers.mine (one int)",
    "create table telemetry.mine (one int)",
    "create schema mine",
    "create role mine",
    "alter role current_user superuser",
    "set role postgres",
    "select * from pg_authid",
    "select pg_read_file('postgresql.conf')",
    "copy telemetry.days to program 'cat'",
    "alter table telemetry.events add column mine int",
    "drop table telemetry.events",
    "drop materialized view telemetry.daily_activity",
    "refresh materialized view telemetry.daily_activity",
    "truncate telemetry.days",
    "update telemetry.events set evt = 'changed'",
    "delete from telemetry.events",
    "delete from telemetry.events_2026_11",
    "delete from telemetry.migrations",
    "update telemetry.made set digest = ''",
]
ONLY_THE_LOADERS = [
    "insert into telemetry.events (t, id, anon, evt, os, ext, vscode)"
    " values (now(), 1, gen_random_uuid(), 'x', 'x', 'x', 'x')",
    "insert into telemetry.events_odd select * from telemetry.events",
    "update telemetry.days set events = 0",
    "delete from telemetry.log_files",
    "update telemetry.freshness set version = 0",
    "select telemetry.ensure_partition('2030-01-01')",
    "select telemetry.refresh_view('daily_activity')",
    "select telemetry.drop_month_before('2020-01-01')",
    "select telemetry.delete_odd_before('2020-01-01')",
    "set role telemetry_ingest",
]


@pytest.mark.parametrize(
    ("role", "forbidden"), [(READER, NOBODYS + ONLY_THE_LOADERS), (INGEST, NOBODYS)]
)
def test_a_role_has_no_right_but_those_of_its_work(
    role: str, forbidden: list[str], migrated: str, connection: psycopg.Connection
) -> None:
    connection.execute("select telemetry.ensure_partition('2026-11-01')")
    allowed = []
    with login(migrated, role) as limited:
        for attempt in forbidden:
            try:
                limited.execute(attempt.encode())
                allowed.append(attempt)
            except errors.InsufficientPrivilege:
                pass
    assert allowed == []


def test_only_views_are_refreshed(migrated: str) -> None:
    with login(migrated, INGEST) as loader, pytest.raises(errors.UndefinedTable):
        loader.execute(statement("maintenance/refresh_view"), {"view": "countries"})


def test_what_is_made_later_can_be_read(migrated: str, connection: psycopg.Connection) -> None:
    with login(migrated, INGEST) as loader:
        loader.execute("select telemetry.ensure_partition('2026-11-01')")
        loader.execute(
            "insert into telemetry.events (t, id, anon, evt, os, ext, vscode)"
            " values ('2026-11-05', 1, gen_random_uuid(), 'x', 'x', 'x', 'x')"
        )
        loader.execute(statement("maintenance/refresh_view"), {"view": "daily_activity"})
    connection.execute("update telemetry.made set digest = 'of older files'")
    connection.execute("create table telemetry.of_a_later_version (one int)")
    migrate(connection)
    connection.execute("create materialized view telemetry.later as select 1 as one")
    with login(migrated, READER) as reader:
        for name in ("events", "events_2026_11"):
            found = reader.execute(f"select count(*) from telemetry.{name}".encode())
            assert found.fetchone() == (1,)
        for name in ("daily_activity", "of_a_later_version", "later"):
            reader.execute(f"select * from telemetry.{name}".encode())
    with login(migrated, INGEST) as loader:
        loader.execute("insert into telemetry.of_a_later_version values (1)")
        loader.execute("delete from telemetry.of_a_later_version")


def test_tables_without_rights_get_them_at_the_next_start(connection: psycopg.Connection) -> None:
    connection.execute("revoke all on all tables in schema telemetry from telemetry_reader")
    migrate(connection)
    connection.execute("set role telemetry_reader")
    connection.execute("select * from telemetry.events")


def test_the_owner_lends_the_login_without_its_rights(migrated: str) -> None:
    database = ExternalDatabase(migrated)
    with connect_as(READER, database, "test") as reader:
        row = reader.execute("select session_user, current_user").fetchone()
        assert row == ("postgres", READER)
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute("delete from telemetry.days")


def test_in_the_embedded_database_no_statement_gets_the_owners_rights_back(
    folder: Path,
) -> None:
    database = EmbeddedDatabase(folder)
    database.ensure_running()
    try:
        with connect_as(READER, database, "test") as reader:
            for attempt in ("set role none", "reset role", "reset session authorization"):
                reader.execute(attempt.encode())
                assert reader.execute("select current_user").fetchone() == (READER,)
    finally:
        database.release()


@pytest.fixture(scope="module")
def bare_cluster() -> Iterator[str]:
    """A cluster in which our roles don't exist yet."""
    with (
        tempfile.TemporaryDirectory(prefix="telemetry-") as folder,
        embedded.start(Path(folder) / "postgres") as server,
    ):
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("drop role telemetry_ingest, telemetry_reader")
            connection.execute("create role plain login")
            connection.execute("create role managing login createrole")
        yield server.url


@pytest.fixture
def no_roles(bare_cluster: str) -> Iterator[str]:
    """The same for each test."""
    yield bare_cluster
    with psycopg.connect(bare_cluster, autocommit=True) as connection:
        connection.execute("drop role if exists telemetry_ingest, telemetry_reader")


def test_databases_of_one_cluster_make_the_roles_at_once(no_roles: str) -> None:
    failed: list[Exception] = []
    ready = threading.Barrier(6)

    def start() -> None:
        with own_database(no_roles, EMPTY) as database:
            ready.wait(30)
            try:
                with psycopg.connect(database, autocommit=True) as connection:
                    migrate(connection)
            except psycopg.Error as error:
                failed.append(error)
            ready.wait(60)
            login(database, INGEST).close()

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_login_that_may_make_no_roles_goes_on_and_says_so(
    no_roles: str, caplog: pytest.LogCaptureFixture
) -> None:
    with own_database(no_roles, EMPTY) as database:
        as_plain = make_conninfo(database, user="plain")
        with psycopg.connect(database, autocommit=True) as owner:
            owner.execute(
                "grant create on database current_database to plain".replace(
                    "current_database", owner.info.dbname
                ).encode()
            )
            with psycopg.connect(as_plain, autocommit=True) as connection:
                migrate(connection)
            assert (
                "the roles telemetry_ingest and telemetry_reader can't be created or granted"
                in caplog.text
            )
            with connect_as(INGEST, ExternalDatabase(as_plain), "test") as loader:
                assert loader.execute("select current_user").fetchone() == ("plain",)
            assert "can't use the role telemetry_ingest" in caplog.text
            # later the administrator creates them
            owner.execute(statement("access/roles"))
            owner.execute("grant telemetry_ingest to plain")
            with psycopg.connect(as_plain, autocommit=True) as connection:
                migrate(connection)
            for role in (INGEST, READER):
                with connect_as(role, ExternalDatabase(as_plain), "test") as limited:
                    assert limited.execute("select current_user").fetchone() == (role,)
                    limited.execute("select * from telemetry.days")
            owner.execute("drop owned by telemetry_ingest, telemetry_reader")


def test_a_login_that_may_make_roles_works_as_them(no_roles: str) -> None:
    with own_database(no_roles, EMPTY) as database:
        managing = ExternalDatabase(make_conninfo(database, user="managing"))
        with psycopg.connect(database, autocommit=True) as owner:
            owner.execute(f"grant create on database {owner.info.dbname} to managing".encode())
        with psycopg.connect(managing.conninfo, autocommit=True) as connection:
            migrate(connection)
            assert migrate(connection) == []
        for role in (INGEST, READER):
            with connect_as(role, managing, "test") as limited:
                assert limited.execute("select current_user").fetchone() == (role,)


def test_a_connection_from_before_the_first_start_takes_its_role_later(
    no_roles: str, caplog: pytest.LogCaptureFixture
) -> None:
    with own_database(no_roles, EMPTY) as database:
        early = connect_as(READER, ExternalDatabase(database), "test")
        with psycopg.connect(database, autocommit=True) as owner:
            migrate(owner)
        assert early.execute("select current_user").fetchone() == ("postgres",)
        work_as(READER, early)
        assert early.execute("select current_user").fetchone() == (READER,)
        early.close()
        assert "can't use the role" not in caplog.text


def test_a_login_without_the_owners_rights_finds_nothing_to_do(migrated: str) -> None:
    with login(migrated, INGEST) as connection:
        assert migrate(connection) == []
