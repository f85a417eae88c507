"""The retention queries match a walk through the raw events, under any filter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import psycopg
import pytest

from dashboard_app.analysis.weeks import cohort_weeks, monday_of
from dashboard_app.filters import Filters
from dashboard_app.window import Window
from tests.dashboard_app.query.sql.raw import FILTERS, asked

WINDOWS = [(0, 28), (3, 10), (9, 1)]  # days ago, days
GROUPS = {"ext": 2, "vscode": 3, "os": 1, "country": 0}  # of a visitor's attributes


class Life(NamedTuple):
    """One visitor's activity."""

    first: date
    attributes: tuple[str, str, str, str]  # country, os, ext, vscode of the first day
    days: Mapping[str, set[date]]  # by event


def lives(connection: psycopg.Connection) -> list[Life]:
    """Return every visitor's activity, from the raw events."""
    rows = connection.execute(
        "select anon, (t at time zone 'UTC')::date, coalesce(country, 'Unknown'), os, ext, vscode,"
        " evt from telemetry.events"
    ).fetchall()
    days: dict[Any, dict[str, set[date]]] = defaultdict(lambda: defaultdict(set))
    began: dict[Any, tuple[Any, ...]] = {}
    for anon, day, *attributes, evt in rows:
        days[anon][evt].add(day)
        began[anon] = min(began.get(anon, (day, *attributes)), (day, *attributes))
    return [Life(first, tuple(rest), days[anon]) for anon, (first, *rest) in began.items()]


def newcomers(found: list[Life], weeks: Window, filters: Filters) -> list[Life]:
    """Return the visitors who were new in the weeks and match."""
    wanted = (filters.countries, filters.systems, filters.versions, filters.hosts)
    return [
        life
        for life in found
        if weeks.first <= life.first <= weeks.last
        and all(
            not some or value in some for some, value in zip(wanted, life.attributes, strict=True)
        )
    ]


def weeks_since(life: Life, last: date, event: str | None) -> set[int]:
    """Return the weeks, counted from the first, in which a visitor was active."""
    days = set.union(*life.days.values()) if event is None else life.days.get(event, set())
    return {(monday_of(day) - monday_of(life.first)).days // 7 for day in days if day <= last}


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("days", WINDOWS)
def test_cohorts_are_those_of_the_events(
    filled: str, filters: Filters, days: tuple[int, int]
) -> None:
    today = datetime.now(UTC).date()
    weeks = cohort_weeks(Window.up_to(today - timedelta(days=days[0]), days[1]))
    with psycopg.connect(filled) as connection:
        frame = asked(
            connection, "retention/cohorts", {"first": weeks.first, "last": weeks.last}, filters,
            first_week=weeks.first, today=today,
        ).frame  # fmt: skip
        new = newcomers(lives(connection), weeks, filters)
    sizes = Counter(monday_of(life.first) for life in new)
    came = Counter(
        (monday_of(life.first), since)
        for life in new
        for since in weeks_since(life, weeks.last, filters.event)
    )
    expected = [
        (
            cohort, since, size, came[cohort, since], came[cohort, since] / size,
            cohort + timedelta(days=7 * since + 6) <= min(weeks.last, today - timedelta(days=1)),
        )
        for cohort, size in sorted(sizes.items())
        for since in range((monday_of(weeks.last) - cohort).days // 7 + 1)
    ]  # fmt: skip
    rows = frame.assign(cohort=frame["cohort"].dt.date).itertuples(index=False, name=None)
    assert list(rows) == expected
    assert expected


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_curves_are_those_of_the_events(filled: str, filters: Filters, by: str) -> None:
    today = datetime.now(UTC).date()
    weeks = cohort_weeks(Window.up_to(today, 28))
    with psycopg.connect(filled) as connection:
        frame = asked(
            connection, "retention/curves", {"first": weeks.first, "last": weeks.last}, filters,
            first_week=weeks.first, today=today, by=by, named=100,
        ).frame  # fmt: skip
        new = newcomers(lives(connection), weeks, filters)
        names: dict[str, str] = dict(
            connection.execute("select code, name from telemetry.countries").fetchall()
        )
    visitors: Counter[tuple[str | None, int]] = Counter()
    returned: Counter[tuple[str | None, int]] = Counter()
    for life in new:
        value = life.attributes[GROUPS[by]]
        came = weeks_since(life, weeks.last, filters.event)
        for since in range((monday_of(today) - monday_of(life.first)).days // 7):
            for group in (None, names.get(value, value) if by == "country" else value):
                visitors[group, since] += 1
                returned[group, since] += since in came
    groups = [value if isinstance(value, str) else None for value in frame["value"]]
    rows = zip(groups, frame["since"], strict=True)
    counts = zip(frame["visitors"], frame["returned"], strict=True)
    assert dict(zip(rows, counts, strict=True)) == {
        key: (size, returned[key]) for key, size in visitors.items()
    }
    assert (frame["share"] == frame["returned"] / frame["visitors"]).all()


@pytest.mark.parametrize(("days", "quiet"), [((0, 40), 7), ((5, 30), 3), ((20, 20), 30)])
def test_lifetimes_are_those_of_the_events(filled: str, days: tuple[int, int], quiet: int) -> None:
    last = datetime.now(UTC).date() - timedelta(days=days[0])
    window = Window.up_to(last, days[1])
    filters = Filters(countries=("DE", "US"))
    with psycopg.connect(filled) as connection:
        frame = asked(
            connection, "notebooks/lifetimes", {"first": window.first, "last": last}, filters,
            quiet_days=quiet,
        ).frame  # fmt: skip
        new = newcomers(lives(connection), window, filters)
    expected: Counter[tuple[int, bool]] = Counter()
    horizon = last - timedelta(days=quiet)
    for life in new:
        if life.first <= horizon:
            newest = max(day for day in set.union(*life.days.values()) if day <= last)
            expected[(min(newest, horizon) - life.first).days, newest <= horizon] += 1
    rows = {(row.days, row.ended): row.visitors for row in frame.itertuples()}
    assert rows == expected


def test_a_visitor_who_came_every_week_of_a_year_has_a_mark_in_each(
    connection: psycopg.Connection,
) -> None:
    first = date(2024, 12, 30)  # the Monday of a week in which a month ends
    weeks = [first + timedelta(weeks=week, days=week % 7) for week in range(53)]
    anon = "00000000-0000-0000-0000-000000000001"
    connection.execute(
        "insert into telemetry.visitors values (%s, %s, 'DE', 'o', '1', '1')", [anon, first]
    )
    for day in weeks:
        connection.execute(
            "insert into telemetry.visitor_years (year, anon, country, days, hours)"
            " values (%(year)s, %(anon)s, 'DE', telemetry.day_bit(%(day)s), 0::bit(288))"
            " on conflict (year, anon, country) do update"
            " set days = visitor_years.days | excluded.days",
            {"day": day, "anon": anon, "year": day.year},
        )
    frame = asked(
        connection, "retention/cohorts", {"first": first, "last": weeks[-1]}, Filters(),
        first_week=first, today=weeks[-1],
    ).frame  # fmt: skip
    assert frame["returned"].tolist() == [1] * 53
