"""A funnel matches a walk through each visitor's raw events."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import psycopg
import pytest

from dashboard_app.filters import Filters
from tests.dashboard_app.query.sql.raw import FILTERS, asked, counted, window


def reached(events: list[str], steps: list[str]) -> int:
    """Return how many steps were done in this order."""
    done = 0
    for event in events:
        done += done < len(steps) and event == steps[done]
    return done


@pytest.mark.parametrize(
    "steps",
    [
        ["app.started", "java.run.started", "java.run.completed"],
        ["java.run.error", "java.run.error", "java.run.completed", "java.run.error"],
        ["nobody.sent.it", "app.started"],
        ["app.started"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("filters", FILTERS[:3], ids=str)
def test_steps_are_those_of_the_raw_events(filled: str, filters: Filters, steps: list[str]) -> None:
    days = window(0, 30)
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "notebooks/funnel", days, filters, steps=steps).frame
        rows = counted(connection, "select anon, evt from seen order by t, id", days, filters)
    visitors: dict[Any, list[str]] = defaultdict(list)
    for anon, evt in rows:
        visitors[anon].append(evt)
    depths = [reached(events, steps) for events in visitors.values()]
    assert frame["event"].tolist() == steps
    assert frame["visitors"].tolist() == [
        sum(depth >= place for depth in depths) for place in range(1, len(steps) + 1)
    ]
