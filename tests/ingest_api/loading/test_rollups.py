"""The rollups equal a recomputation from the events, in whatever order and portions they came."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.contract import LogLine
from ingest_api.events.geo import Place
from ingest_api.events.reading import Reader
from ingest_api.loading.loader import Loader
from ingest_api.log.writer import LogWriter
from ingest_api.metrics.meters import Meters
from ingest_api.settings import MAX_VALUES
from tests.applications import application
from tests.ingest_api.random_events import random_events

EVENTS = 8000

# the events, for all the queries below
PLAIN = """
with plain as (
    select *,
        (t at time zone 'UTC')::date as day, date_trunc('hour', t at time zone 'UTC') as hour,
        extract(year from t at time zone 'UTC')::integer as year,
        extract(month from t at time zone 'UTC')::integer as month,
        coalesce(country, 'Unknown') as place,
        evt = 'java.run.started' as started, evt = 'java.run.completed' as completed,
        evt = 'java.run.error' and coalesce(error_phase, '') = 'compile' as compile_error,
        evt = 'java.run.error' and coalesce(error_phase, '') <> 'compile' as runtime_error
    from telemetry.events
)
"""
RECOMPUTED = {
    "days": """
        select day, count(*), count(distinct anon), count(*) filter (where evt = 'install.created'),
            count(*) filter (where started), count(*) filter (where completed),
            count(*) filter (where compile_error), count(*) filter (where runtime_error),
            count(*) filter (where completed and scanner_usage),
            count(*) filter (where completed and truncated_output),
            count(*) filter (where completed and duration_ms is not null),
            count(*) filter (where completed and duration_ms + wait_ms_total::bigint is not null),
            coalesce(sum(wait_ms_total)
                filter (where completed and duration_ms is not null), 0)::bigint
        from plain group by day""",
    "hours": "select hour at time zone 'UTC', count(*) from plain group by hour",
    "day_values": """
        select day, 'country', place, count(*), count(distinct anon) from plain group by 1, 3
        union all
        select day, 'os', os, count(*), count(distinct anon) from plain group by 1, 3
        union all
        select day, 'ext', ext, count(*), count(distinct anon) from plain group by 1, 3
        union all
        select day, 'vscode', vscode, count(*), count(distinct anon) from plain group by 1, 3
        union all
        select day, 'evt', evt, count(*), null from plain group by 1, 3
        union all
        select day, 'region', country || '-' || region, count(*), null from plain
        where region is not null group by 1, 3
        union all
        select day, 'exit', coalesce(exit_code::text, '-'), count(*), null from plain
        where completed group by 1, 3
        union all
        select day, 'output', coalesce(out_bytes_bucket, '-'), count(*), null from plain
        where completed group by 1, 3
        union all
        select day, 'exception', exception_hash, count(*), null from plain
        where evt = 'java.run.error' and exception_hash is not null group by 1, 3
        union all
        select day, 'duration', (
            select count(*)
            from unnest(array[500, 1000, 3000, 10000, 30000, 60000, 120000]) as bound
            where bound <= duration_ms
        )::text, count(*), null from plain
        where completed and duration_ms is not null group by 1, 3""",
    "day_durations": """
        select day, case duration_ms when 0 then -1
            else ceil(log(1.02, duration_ms::numeric)) end::smallint, count(*)
        from plain where completed and duration_ms is not null group by 1, 2""",
    "day_version_durations": """
        select day, ext, case duration_ms when 0 then -1
            else ceil(log(1.02, duration_ms::numeric)) end::smallint, count(*)
        from plain where completed and duration_ms is not null group by 1, 2, 3""",
    "day_exceptions": """
        select day, exception_hash, case when compile_error then 'compile' else 'runtime' end,
            os, ext, count(*)
        from plain where evt = 'java.run.error' and exception_hash is not null
        group by 1, 2, 3, 4, 5""",
    "day_top_runs": """
        select day, kind, t, anon, id, duration_ms, interactive, out_bytes_bucket from (
            select *, row_number() over (partition by day, kind order by
                case when (kind = 'frustrated') = interactive then 2 else 1 end,
                case when duration_ms is null then 2 else 1 end,
                case kind when 'frustrated' then duration_ms else -duration_ms end,
                t, anon, id) as n
            from (
                select *, scanner_usage is true as interactive,
                    case exit_code when 130 then 'frustrated' when 0 then 'success'
                        else 'unreported' end as kind
                from plain where completed and coalesce(exit_code, 0) in (0, 130)
            ) as runs
        ) as ranked where n <= 20""",
    "visitor_days": """
        select day, anon, place, os, ext, vscode,
            bit_or(1 << extract(hour from hour)::integer), count(*)::integer,
            sum(started::integer)::integer, sum(completed::integer)::integer,
            sum(compile_error::integer)::integer, sum(runtime_error::integer)::integer
        from plain group by 1, 2, 3, 4, 5, 6""",
    "visitor_years": """
        select year, anon, place,
            (select string_agg((make_date(year, 1, 1) + n = any (days))::integer::text, ''
                order by n) from generate_series(0, 365) as n),
            (select string_agg((n = any (hours))::integer::text, '' order by n)
                from generate_series(1, 288) as n)
        from (
            select year, anon, place, array_agg(distinct day) as days,
                array_agg(distinct 24 * month - extract(hour from hour)::integer) as hours
            from plain group by 1, 2, 3
        ) as years""",
    "visitors": """
        select distinct on (anon) anon, day, place, os, ext, vscode from plain
        order by anon, day, place collate "C", os collate "C", ext collate "C",
            (vscode collate "C")""",
    "session_days": """
        select day, anon, session_id, count(*)::integer, min(t), max(t),
            max(t) filter (where completed),
            (array_agg(exit_code order by t desc) filter (where completed))[1],
            (array_agg(duration_ms order by t desc) filter (where completed))[1],
            (array_agg(scanner_usage is true order by t desc) filter (where completed))[1]
        from plain where session_id is not null group by 1, 2, 3""",
}


@pytest.fixture(scope="module")
def lines() -> list[LogLine]:
    """What events from many countries are logged as, some of them twice."""
    chance = random.Random(3)
    now_ms = int(time.time() * 1000)
    reader = Reader(Anonymiser("a secret of the tests"), chance)
    found = []
    for event, country, _ in random_events(11, now_ms, EVENTS):
        body = json.dumps({"schema": "jwc.v1", "batch": [event]}).encode()
        region = chance.choice(("BY", "01", None)) if country else None
        found += reader.read(body, Place(country, region), now_ms).lines
    return found


def load(
    database: str,
    folder: Path,
    lines: Sequence[LogLine],
    portion: int,
    most: int = MAX_VALUES,
) -> None:
    """Load lines, `portion` at a time; the rollups take `most` names of a day and dimension."""
    folder.mkdir()
    meters = Meters.create(2)
    writer = LogWriter(folder, 1, 10**8, time.time, Meters(meters.fd, 1))
    loader = Loader(application(database, folder), "java.run", meters, max_values=most)
    for start in range(0, len(lines), portion):
        writer.append(msgspec.json.Encoder().encode_lines(lines[start : start + portion]))
        while loader.load_available():
            pass
    loader.close()
    writer.close()
    assert (meters.total("loaded_events"), meters.total("rejected_events")) == (len(lines), 0)


def rows_of(connection: psycopg.Connection, query: str) -> list[tuple[Any, ...]]:
    """Return a query's rows, sorted."""
    return sorted(connection.execute(query.encode()).fetchall(), key=str)


@pytest.mark.parametrize("portion", [100, 1700, 10**6])
def test_rollups_equal_a_recomputation_from_the_events(
    database: str, tmp_path: Path, lines: list[LogLine], portion: int
) -> None:
    shuffled = random.Random(portion).sample(lines, len(lines))
    load(database, tmp_path / "logs", shuffled, portion)
    with psycopg.connect(database, autocommit=True) as connection:
        distinct = {(line.t, line.anon, line.id) for line in lines}
        assert rows_of(connection, "select count(*) from telemetry.events") == [(len(distinct),)]
        for table, query in RECOMPUTED.items():
            expected = rows_of(connection, PLAIN + query)
            assert rows_of(connection, f"select * from telemetry.{table}") == expected, table
