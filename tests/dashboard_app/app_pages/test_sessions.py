"""The sessions page, without a browser."""

from __future__ import annotations

import json
import time
from pathlib import Path

import psycopg
import pytest

from tests.dashboard_app.conftest import RunApp
from tests.dashboard_app.sample import load


def newest_session(database: str) -> tuple[str, int]:
    """Return the id of a session and the number of its events."""
    with psycopg.connect(database) as connection:
        row = connection.execute(
            "select session_id::text, count(*) from telemetry.events"
            " group by session_id order by max(t) desc limit 1"
        ).fetchone()
    assert row is not None
    return row


def test_the_lists_are_drawn_and_no_session_is_until_one_is_chosen(
    run_app: RunApp, filled: str
) -> None:
    app = run_app(filled, "sessions", period="28d")
    assert not app.exception
    assert [heading.value for heading in app.main.subheader] == [
        "Newest sessions",
        "Longest successful runs",
        "Runs abandoned early",
    ]
    recent, longest, abandoned = (table.value for table in app.dataframe)
    assert len(recent) == 100
    assert len(longest) == len(abandoned) == 20
    assert set(abandoned["exit_code"]) == {130}
    assert set(recent["exit"].dropna()) == {"0", "1", "130", "143", "not reported"}
    assert recent.loc[~recent["completed"], "exit"].isna().all()
    # a run of a few ms would need three decimals
    shown = json.loads(app.dataframe[2].proto.columns)["seconds"]["type_config"]["format"]
    assert shown % 0.004 == "0.004 s"
    assert not app.get("vega_lite_chart")


def test_a_session_in_the_url_is_drawn_event_by_event(run_app: RunApp, filled: str) -> None:
    session, events = newest_session(filled)
    app = run_app(filled, "sessions", session=session)
    spec = json.loads(app.get("vega_lite_chart")[0].proto.spec)
    assert spec["encoding"]["y"]["field"] == "evt"
    app.session_state["made of session"] = True
    app.run()
    assert len(app.dataframe[0].value) == events


@pytest.mark.parametrize("session", ["nobody's", "0" * 32, "\0"])
def test_a_missing_session_shows_a_message(run_app: RunApp, filled: str, session: str) -> None:
    app = run_app(filled, "sessions", session=session)
    assert not app.exception
    assert "No such session" in app.info[0].value
    assert len(app.dataframe) == 3


def test_two_visitors_equal_ids_are_two_sessions(
    run_app: RunApp, database: str, tmp_path: Path
) -> None:
    now = int(time.time() * 1000)
    event = {"evt": "app.started", "t": now, "sessionId": "1"}
    load(database, tmp_path, [(None, {**event, "anon": name}) for name in ("one", "other")])
    app = run_app(database, "sessions")
    recent = app.dataframe[0].value
    assert len(set(recent["id"])) == len(set(recent["visitor"])) == 2
    app = run_app(database, "sessions", session=recent["id"].iloc[0].replace("-", ""))
    app.session_state["made of session"] = True
    app.run()
    assert len(app.dataframe[0].value) == 1
