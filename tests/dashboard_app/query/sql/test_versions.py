"""The version and release queries match the raw events."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from dashboard_app.filters import Filters
from tests.dashboard_app.query.sql.raw import FILTERS, asked, counted, told, window

DIMENSIONS = ("ext", "vscode", "os")


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_visitors_of_a_day_are_distinct_by_each_attribute(
    filled: str, filters: Filters, dimension: str
) -> None:
    shown = window(0, 40)
    with psycopg.connect(filled) as connection:
        frame = asked(
            connection, "versions/adoption", shown, filters, dimension=dimension, named=50
        ).frame
        rows = counted(
            connection,
            f"select day, {dimension}, count(*), count(distinct anon) from seen group by 1, 2",
            shown, filters,
        )  # fmt: skip
    assert set(told(frame, "day", "value", "events", "visitors")) == set(rows)
    assert frame.groupby("day")["share"].sum().to_numpy() == pytest.approx(1)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_values_beyond_the_named_ones_are_one_row_a_day(filled: str, filters: Filters) -> None:
    with psycopg.connect(filled) as connection:
        few, all_ = (
            asked(
                connection, "versions/adoption", window(0, 40), filters,
                dimension="ext", named=named,
            ).frame
            for named in (2, 50)
        )  # fmt: skip
    assert few["value"].nunique() == 2
    assert not few.duplicated(["day", "value"]).any()
    assert few.groupby("day")["visitors"].sum().equals(all_.groupby("day")["visitors"].sum())


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_installs_are_those_of_the_window_and_of_all_days(filled: str, filters: Filters) -> None:
    shown = window(3, 20)
    query = """
        select
            count(*) filter (where evt = 'install.created'),
            (select count(*) from telemetry.events where evt = 'install.created')
        from seen
    """
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "versions/installs", shown, filters).frame
        assert told(frame) == counted(connection, query, shown, filters)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_what_is_used_is_counted_and_dated(filled: str, filters: Filters, dimension: str) -> None:
    shown = window(3, 20)
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "versions/used", shown, filters, dimension=dimension).frame
        rows = counted(
            connection,
            f"select {dimension}, count(*), count(distinct anon), max(day),"
            f" (select min((t at time zone 'UTC')::date) from telemetry.events as e"
            f" where e.{dimension} = seen.{dimension})"
            " from seen group by 1",
            shown, filters,
        )  # fmt: skip
    columns = "value", "events", "visitors", "last_day", "first_day"
    assert set(told(frame, *columns)) == set(rows)
    assert frame["events"].is_monotonic_decreasing
    assert frame["share"].sum() == pytest.approx(1)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_pairs_of_versions_have_distinct_visitors(filled: str, filters: Filters) -> None:
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "versions/matrix", window(0, 40), filters, named=50).frame
        few = asked(connection, "versions/matrix", window(0, 40), filters, named=2).frame
        rows = counted(
            connection,
            "select ext, vscode, count(distinct anon) from seen group by 1, 2",
            window(0, 40), filters,
        )  # fmt: skip
    assert set(told(frame)) == set(rows)
    assert few["version"].nunique() <= 2
    assert few["host"].nunique() <= 2


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_a_release_s_spread_covers_half_a_year(filled: str, filters: Filters) -> None:
    shown = window(5, 2)
    half_a_year = {**shown, "first": shown["last"] - timedelta(days=182)}
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "versions/uptake", shown, filters).frame
        rows = counted(
            connection,
            "select day, ext, count(distinct anon) from seen group by 1, 2",
            half_a_year, filters,
        )  # fmt: skip
    assert set(told(frame)) == set(rows)


EACH_VISITOR = """
    select ext, anon, crashes, case when started < crashes then crashes else started end as runs
    from (
        select ext, anon, count(*) filter (where evt = 'java.run.started') as started,
            count(*) filter (where evt = 'java.run.error' and error_phase <> 'compile') as crashes
        from seen where day between %(first_day)s and %(last_day)s group by ext, anon
    ) as counted
"""
SUMS = """
    count(*), count(*) filter (where runs > 0), count(*) filter (where crashes > 0),
    sum(runs)::bigint, sum(crashes)::bigint, sum(runs ^ 2)::bigint,
    sum(case when runs > 0 then crashes ^ 2 / runs else 0 end)
"""


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_a_release_s_health_is_counted_by_visitor(filled: str, filters: Filters) -> None:
    shown = window(0, 40)
    days = {"first_day": shown["first"], "last_day": shown["last"]}
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "releases/health", shown, filters, named=50).frame
        rows = counted(
            connection,
            f"select ext, {SUMS} from ({EACH_VISITOR}) as each_visitor group by ext",
            {**shown, **days}, filters,
        )  # fmt: skip
        ran = counted(
            connection,
            "select ext, min(day), max(day) from seen where evt = 'java.run.started'"
            " or evt = 'java.run.error' and error_phase <> 'compile' group by ext",
            shown, filters,
        )  # fmt: skip
    sums = frame.drop(columns=["first_day", "last_day"])
    assert sorted(told(sums)) == [pytest.approx(row) for row in sorted(rows)]
    assert frame["visitors"].is_monotonic_decreasing
    with_runs = frame[frame["runs"] > 0]
    assert set(told(with_runs, "version", "first_day", "last_day")) == set(ran)
    assert frame.loc[frame["runs"] == 0, "first_day"].isna().all()


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_two_releases_are_counted_on_the_days_they_share(filled: str, filters: Filters) -> None:
    shown = window(0, 40)
    short = {"first_day": window(3, 20)["first"], "last_day": window(3, 20)["last"]}
    long = {"first_day": shown["first"], "last_day": shown["last"]}
    with psycopg.connect(filled) as connection:
        frame = asked(
            connection, "releases/shared_days", shown, filters,
            releases=["1.10.0", "1.9.0"], befores=["1.9.0", "1.2.0"],
            first_days=[short["first_day"], long["first_day"]],
            last_days=[short["last_day"], long["last_day"]],
        ).frame  # fmt: skip
        rows = [
            row
            for version, before, days in (("1.10.0", "1.9.0", short), ("1.9.0", "1.2.0", long))
            for row in counted(
                connection,
                f"select '{version}', ext, {SUMS} from ({EACH_VISITOR}) as each_visitor"
                f" where ext in ('{version}', '{before}') group by ext",
                {**shown, **days}, filters,
            )
        ]  # fmt: skip
    assert sorted(told(frame)) == [pytest.approx(row) for row in sorted(rows)]
