"""The old table is read as it was at one moment, byte by byte."""

from __future__ import annotations

import json

import psycopg
import pytest

from ingest_api.commands.import_events.source import Source
from ingest_api.failure import CannotStartError
from tests.ingest_api.commands.import_events.databases import OldDatabase, make_0_1


def test_rows_that_come_while_it_is_read_are_not_seen(old: OldDatabase) -> None:
    old.add_runs(10)
    with Source(old.conninfo, "telemetry_events") as source:
        old.add_runs(5)
        assert source.count() == 10
        old.add_runs(5)
        assert len(list(source.rows())) == 10


def test_rows_come_in_the_order_of_time_whole(old: OldDatabase) -> None:
    for hour in (3, 1, 2):
        old.add(t=f"2026-03-01T0{hour}:00:00+01:00", m={"text": 'ä\n\\ "😀'})
    with Source(old.conninfo, "public.telemetry_events") as source:
        assert source.missing_columns() == []
        rows = [json.loads(row) for row in source.rows()]
    assert [row["t"] for row in rows] == [f"2026-03-01T0{hour}:00:00+00:00" for hour in (0, 1, 2)]
    assert rows[0]["m"] == {"text": 'ä\n\\ "😀'}


def test_text_that_is_not_utf_8_does_not_stop_the_reading(cluster: str) -> None:
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(
            "create database no_encoding template template0 encoding 'SQL_ASCII' locale 'C'"
        )
        try:
            old = f"{cluster} dbname=no_encoding"
            with psycopg.connect(old) as rows:
                rows.execute("create table events (t bigint, anon text, evt text)")
                rows.execute(r"insert into events values (2, 'a', 'b'), (1, E'\xff', 'b')")
            with Source(old, "events") as source:
                found = list(source.rows())
        finally:
            connection.execute("drop database no_encoding with (force)")
    assert found == [b'{"t":1,"anon":"\xff","evt":"b"}', b'{"t":2,"anon":"a","evt":"b"}']


def test_of_two_tables_one_must_be_named(old: OldDatabase) -> None:
    old.add_runs(3)
    with Source(old.conninfo) as source:
        assert source.name == "telemetry_events"
    make_0_1(old.connection)
    both = "has both telemetry_events and telemetry.events; name one with --table"
    with pytest.raises(CannotStartError, match=both):
        Source(old.conninfo)
    for name, rows in (("telemetry_events", 3), ("telemetry.events", 0)):
        with Source(old.conninfo, name) as source:
            assert source.count() == rows
            assert source.is_stored() == (name == "telemetry.events")
