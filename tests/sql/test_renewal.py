"""What is made anew when its files change: functions, views, countries; what is not ours stays."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from sql.migrate import MigrationError, migrate
from tests.sql.test_migrate import change, code, tables

__all__ = ["code"]  # a fixture

DAY_BIT = """day_bit(day date) returns bit
language sql immutable parallel safe as $$
    select 0::bit(366) << (366 - extract(doy from day)::integer)
"""
ONE_MORE = (
    "create or replace function telemetry.one_more() returns int language sql as 'select 1';"
    "revoke execute on function telemetry.one_more() from public"
)


def test_a_changed_list_of_countries_reaches_an_existing_database(
    connection: psycopg.Connection, code: Path
) -> None:
    path = code / "countries.csv"
    change(path, path.read_text().replace("Sweden", "Sverige") + "QQ,Nowhere,AN\n")
    migrate(connection)
    query = "select code, name from telemetry.countries where code in ('SE', 'QQ') order by code"
    assert connection.execute(query).fetchall() == [("QQ", "Nowhere"), ("SE", "Sverige")]


def functions(connection: psycopg.Connection) -> dict[str, int]:
    """Return the functions by their name and arguments; another number is another function."""
    rows = connection.execute(
        "select oid::regprocedure::text, oid::int from pg_proc"
        " where pronamespace = 'telemetry'::regnamespace"
    )
    return dict(rows.fetchall())


def test_functions_are_replaced_when_their_file_changed(
    connection: psycopg.Connection, code: Path
) -> None:
    before = functions(connection)
    migrate(connection)
    assert functions(connection) == before
    path = code / "functions" / "bits.sql"
    change(path, path.read_text().replace("telemetry.day_bit(day date)", "telemetry.a_bit(d text)"))
    with pytest.raises(MigrationError, match="functions/bits was not applied"):
        migrate(connection)
    assert functions(connection) == before
    change(path, path.read_text().replace("extract(doy from day)", "extract(doy from d::date)"))
    migrate(connection)
    after = functions(connection)
    assert after.keys() ^ before.keys() == {"telemetry.day_bit(date)", "telemetry.a_bit(text)"}
    assert after.items() - before.items() == {
        ("telemetry.a_bit(text)", after["telemetry.a_bit(text)"])
    }
    ours = connection.execute("select to_regprocedure(signature)::text from telemetry.functions")
    assert {signature for (signature,) in ours} == after.keys()


def test_an_operators_function_and_view_outlive_ours(
    connection: psycopg.Connection, code: Path
) -> None:
    connection.execute("create role an_operator")
    try:
        connection.execute("grant usage, create on schema telemetry to an_operator")
        connection.execute("set role an_operator")
        connection.execute(
            "create function telemetry.own() returns int language sql as 'select 1';"
            "create view telemetry.own_view as select telemetry.day_bit('2026-01-01') as bits,"
            " telemetry.bucket_ms(70::smallint) as ms;"
            "revoke all on function telemetry.own() from public"
        )
        connection.execute("reset role")
        bits, runs = (code / "functions" / name for name in ("bits.sql", "runs.sql"))
        # replaced, with another name of its parameter, and no longer there
        for path, old, new in (
            (bits, "1::bit(366) <<", "0::bit(366) <<"),
            (bits, DAY_BIT, DAY_BIT.replace("day date", "d date").replace("from day", "from d")),
            (runs, "telemetry.bucket_ms(", "telemetry.to_ms("),
        ):
            change(path, path.read_text().replace(old, new))
            migrate(connection)
            assert connection.execute("select ms from telemetry.own_view").fetchone() == (4.0,)
        ours = connection.execute("select signature from telemetry.functions").fetchall()
        assert {("telemetry.day_bit(date)",), ("telemetry.to_ms(smallint)",)} < set(ours)
        assert {"telemetry.own()", "telemetry.day_bit(date)"} < functions(connection).keys()
        named = "select telemetry.day_bit(d => '2026-01-01') = 0::bit(366)"
        assert connection.execute(named).fetchone() == (True,)
        assert connection.execute(
            "select has_function_privilege('telemetry_ingest', 'telemetry.own()', 'execute')"
        ).fetchone() == (False,)
    finally:
        connection.execute("reset role")
        connection.execute("drop owned by an_operator cascade; drop role an_operator")


def test_functions_of_a_later_version_are_left_as_they_are(
    connection: psycopg.Connection, code: Path
) -> None:
    before = functions(connection)
    change(code / "functions" / "one.sql", ONE_MORE)
    connection.execute("update telemetry.made set version = '{999}'")
    migrate(connection)
    assert functions(connection) == before
    connection.execute("update telemetry.made set version = '{0,0,9}'")
    migrate(connection)
    assert functions(connection).keys() - before.keys() == {"telemetry.one_more()"}


def test_new_functions_come_with_their_rights_or_not_at_all(
    connection: psycopg.Connection, code: Path
) -> None:
    before = functions(connection)
    change(code / "functions" / "one.sql", ONE_MORE)
    grants = (code / "access" / "grants.sql").read_text()
    change(code / "access" / "grants.sql", "select 1/0")
    with pytest.raises(MigrationError, match="division by zero"):
        migrate(connection)
    assert functions(connection) == before
    change(code / "access" / "grants.sql", grants)
    migrate(connection)
    connection.execute("set role telemetry_ingest")
    connection.execute("select telemetry.one_more()")


def test_functions_that_are_made_anew_are_no_public_ones(connection: psycopg.Connection) -> None:
    granted = (
        "select proacl::text from pg_proc where pronamespace = 'telemetry'::regnamespace"
        " and prosecdef order by proname"
    )
    before = connection.execute(granted).fetchall()
    assert len(before) == 5
    connection.execute("update telemetry.made set digest = 'of older files'")
    migrate(connection)
    assert connection.execute(granted).fetchall() == before
    connection.execute("set role telemetry_reader")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select telemetry.drop_month_before('2020-01-01')")


def test_views_are_created_anew_when_their_file_changed(connection: psycopg.Connection) -> None:
    connection.execute("update telemetry.made set digest = 'of older files'")
    connection.execute("insert into telemetry.views values ('dropped_view')")
    connection.execute("create materialized view telemetry.dropped_view as select 1 as one")
    before = oid(connection)
    migrate(connection)
    assert oid(connection) != before
    assert "dropped_view" not in tables(connection)
    before = oid(connection)
    migrate(connection)
    assert oid(connection) == before


def oid(connection: psycopg.Connection) -> int:
    """Return what changes when a view is created anew."""
    row = connection.execute("select 'telemetry.daily_activity'::regclass::oid::int").fetchone()
    assert row is not None
    return int(row[0])
