"""One history for all tests that only look at it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ingest_api.commands.demo.generator import Arrival, History
from ingest_api.commands.demo.period import Period, period_up_to
from ingest_api.commands.demo.visits import SentEvent

NOW = datetime(2026, 3, 31, 15, 40, tzinfo=UTC)


@pytest.fixture(scope="session")
def period() -> Period:
    """90 days, up to the afternoon of the last."""
    return period_up_to(date(2026, 3, 31), 90, NOW)


@pytest.fixture(scope="session")
def history(period: Period) -> History:
    """The default demo."""
    return History(1, 60_000, period)


@pytest.fixture(scope="session")
def arrivals(history: History) -> list[Arrival]:
    """All that arrives in the default demo."""
    return list(history.arrivals())


@pytest.fixture(scope="session")
def events(arrivals: list[Arrival]) -> list[SentEvent]:
    """The default demo's events."""
    return [event for arrival in arrivals for event in arrival.events]
