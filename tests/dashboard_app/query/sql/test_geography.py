"""The geography queries match the raw events, under any filter."""

from __future__ import annotations

import psycopg
import pytest

from dashboard_app.filters import Filters
from tests.dashboard_app.query.sql.raw import FILTERS, WINDOWS, asked, counted, window

CONTINENTS = {"DE": "EU", "FR": "EU", "US": "NA", "IN": "AS", "Unknown": "Unknown"}


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("days", WINDOWS)
def test_continents_are_those_of_the_events(
    filled: str, filters: Filters, days: tuple[int, int]
) -> None:
    shown = window(*days)
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "geography/continents", shown, filters).frame
        rows = counted(connection, "select distinct place, anon, id from seen", shown, filters)
    events: dict[str, int] = {}
    visitors: dict[str, set[str]] = {}
    for place, anon, _ in rows:
        continent = CONTINENTS[place]
        events[continent] = events.get(continent, 0) + 1
        visitors.setdefault(continent, set()).add(anon)
    found = {
        continent: (number, people)
        for continent, number, people in frame.itertuples(index=False, name=None)
    }
    assert found == {key: (events[key], len(visitors[key])) for key in events}


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_regions_are_those_of_the_country_s_events(filled: str, filters: Filters) -> None:
    shown = window(0, 40)
    query = """
        select 'DE-' || region, count(*), count(distinct anon) from seen
        where country = 'DE' and region is not null group by 1
    """
    with psycopg.connect(filled) as connection:
        events = asked(connection, "geography/regions", shown, filters, country="DE").frame
        people = asked(connection, "geography/region_visitors", shown, filters, country="DE").frame
        expected = counted(connection, query, shown, filters)
    assert sorted(people.itertuples(index=False, name=None)) == sorted(expected)
    assert dict(zip(events["region"], events["events"], strict=True)) == dict(
        zip(people["region"], people["events"], strict=True)
    )
    if not filters:
        assert set(people["region"]) == {"DE-BY", "DE-BE"}
