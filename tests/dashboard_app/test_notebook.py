"""The database that notebooks query."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from dashboard_app.notebook import Source
from dashboard_app.window import Window


@pytest.fixture
def source(filled: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    monkeypatch.setenv("DATABASE_URL", filled)
    source = Source()
    yield source
    source.close()


def test_a_filter_asks_what_the_dashboard_would(source: Source) -> None:
    window = source.days(28)
    everyone = source.ask("overview/visitors", window).frame["visitors"].iloc[0]
    germans = source.ask("overview/visitors", window, countries=["DE"])
    assert 0 < germans.frame["visitors"].iloc[0] < everyone
    assert "{DE}" in germans.sql


def test_all_days_are_those_with_events(source: Source) -> None:
    window = source.all_days()
    assert window.last == source.today
    assert window.days == 40


def test_without_events_it_says_how_to_send_some(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    source = Source()
    with pytest.raises(LookupError, match="make demo"):
        source.all_days()
    january = Window(date(2026, 1, 1), date(2026, 1, 3))
    assert source.ask("overview/activity", january).frame["events"].tolist() == [0, 0, 0]
    source.close()
