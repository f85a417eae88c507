"""The frame: what it shows instead of a page, and the range of days in the URL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from sql.migrate import migrate
from sql.roles import READER
from tests.dashboard_app.conftest import RunApp


def today() -> date:
    return datetime.now(UTC).date()


def texts(app: object) -> str:
    """Return all text of a run of the app."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "code", "info", "warning")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(app, kind))


def test_a_page_is_drawn_and_says_how_fresh_its_data_is(run_app: RunApp, filled: str) -> None:
    app = run_app(filled)
    assert not app.exception
    assert app.title[0].value == "Overview"
    assert "Data as of" in app.caption[0].value
    assert "UTC" in app.caption[0].value


def test_a_page_needs_no_right_but_the_readers(run_app: RunApp, filled: str) -> None:
    app = run_app(make_conninfo(filled, user=READER))
    assert not app.exception
    assert "Data as of" in app.caption[0].value


def test_a_page_is_drawn_again_in_its_frame(run_app: RunApp, filled: str) -> None:
    # a returning browser requests its page, which must not run without the frame
    app = run_app(filled).run()
    assert app.title[0].value == "Overview"
    assert app.sidebar.multiselect[0].label == "Country"


def test_seven_days_are_shown_unless_the_setting_or_the_url_says_otherwise(
    run_app: RunApp, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first_day(app_caption: str) -> str:
        return app_caption.partition(" –")[0]

    def day(days_ago: int) -> str:
        found = today() - timedelta(days=days_ago)
        return f"{found.day} {found:%b %Y}"

    assert first_day(run_app(filled).caption[0].value) == day(6)
    assert first_day(run_app(filled, period="28d").caption[0].value) == day(27)
    assert first_day(run_app(filled, period="nonsense").caption[0].value) == day(6)
    monkeypatch.setenv("STATS_WINDOW_DAYS", "10")
    assert first_day(run_app(filled).caption[0].value) == day(9)


def test_a_chosen_range_comes_from_the_url(run_app: RunApp, filled: str) -> None:
    query = {"period": "custom", "from": "2026-01-05", "to": "2026-02-01"}
    assert run_app(filled, **query).caption[0].value.startswith("5 Jan 2026 – 1 Feb 2026")
    del query["from"]
    assert run_app(filled, **query).caption[0].value.startswith("26 Jan 2026 – 1 Feb 2026")


def test_a_range_that_can_not_be_shown_says_why(run_app: RunApp, filled: str) -> None:
    reversed_days = {"period": "custom", "from": "2026-02-01", "to": "2026-01-05"}
    assert "after" in run_app(filled, **reversed_days).warning[0].value
    too_long = {"period": "custom", "from": "1990-01-01", "to": "2026-01-05"}
    assert "3,660" in run_app(filled, **too_long).warning[0].value


def test_a_filter_without_matches_says_so_and_what_would_match(
    run_app: RunApp, filled: str
) -> None:
    app = run_app(filled, **{"period": "custom", "from": "2001-01-01", "to": "2001-01-31"})
    assert not app.exception
    assert app.info[0].value == "No events in 1 Jan 2001 – 31 Jan 2001."
    assert f"to={today()}" in app.get("html")[0].proto.body


def test_an_empty_database_says_how_to_send_the_first_event(
    run_app: RunApp, connection: psycopg.Connection, database: str
) -> None:
    app = run_app(database)
    assert not app.exception
    assert "curl" in app.code[0].value


def test_a_database_without_tables_is_waited_for(run_app: RunApp, empty_database: str) -> None:
    app = run_app(empty_database)
    assert not app.exception
    assert app.header[0].value == "Waiting for the database"
    assert "no tables yet" in texts(app)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        migrate(connection)
    app.run()
    assert app.header[0].value == "Waiting for the first event"


def test_an_unreachable_database_is_waited_for_without_showing_its_password(
    run_app: RunApp,
) -> None:
    app = run_app("postgresql://user:hidden@127.0.0.1:1/telemetry")
    assert not app.exception
    assert app.header[0].value == "Waiting for the database"
    assert "hidden" not in texts(app)


@pytest.mark.parametrize(
    ("variable", "value"), [("STATS_WINDOW_DAYS", "week"), ("DATABASE_URL", "nonsense")]
)
def test_a_setting_that_can_not_be_used_is_named(
    run_app: RunApp, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv("STATS_WINDOW_DAYS", "7")
    database = "postgresql://127.0.0.1:1/telemetry"
    if variable == "DATABASE_URL":
        database = value
    else:
        monkeypatch.setenv(variable, value)
    app = run_app(database)
    assert not app.exception
    assert app.code[0].value.startswith(variable)
