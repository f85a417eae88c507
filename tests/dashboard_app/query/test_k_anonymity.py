"""K_ANONYMITY on the dashboard: no answer to any query names a group of few visitors."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pytest

from dashboard_app.filters import Filters
from dashboard_app.query.k_anonymity import (
    ADDABLE,
    NUMBERS,
    OTHER,
    Question,
    hide,
    is_other,
    needed,
)
from dashboard_app.query.run import ask, variant
from tests.dashboard_app.conftest import RunApp
from tests.dashboard_app.query.test_run import NAMES, parameters
from tests.dashboard_app.running import ROOT
from tests.dashboard_app.sample import load
from tests.dashboard_app.test_streamlit_app import texts

PLAIN = [name for name in NAMES if not name.endswith("_filtered") and name != "frame/groups"]
TITLES = re.findall(r'AppPage\("([^"]+)"', (ROOT / "dashboard_app/streamlit_app.py").read_text())
FILTERED = Filters(versions=("1.9.0", "1.10.0", "1.0.0"))


def told(filled: str, name: str, k: int, filters: Filters) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return an answer before and after K_ANONYMITY."""
    values = parameters(name, 0, 40, filters)
    question = Question(name, values.get("dimension"))
    with psycopg.connect(filled) as connection:
        frame = ask(connection, variant(name, filtered=bool(filters)), **values).frame
        groups = frame.head(0)
        if behind := needed(question, {}):
            asked = {**parameters(behind[0], 0, 40, filters), **behind[1]}
            groups = ask(connection, behind[0], **asked).frame
    return frame, hide(frame, question, groups, k)


def names_of(frame: pd.DataFrame) -> list[str]:
    return list(frame.select_dtypes("str").columns)


@pytest.mark.parametrize("filters", [Filters(), FILTERED], ids=["all", "filtered"])
@pytest.mark.parametrize("name", PLAIN)
def test_if_all_groups_are_small_no_name_is_shown(filled: str, name: str, filters: Filters) -> None:
    frame, found = told(filled, name, 10**6, filters)
    assert found.dtypes.to_dict() == frame.dtypes.to_dict()
    for column in names_of(found):
        assert set(found[column]) <= {OTHER}, column
    if name == NUMBERS:
        assert found.empty
    elif not names_of(frame) and not name.startswith("retention/"):
        pd.testing.assert_frame_equal(found, frame)


@pytest.mark.parametrize("name", PLAIN)
def test_named_groups_have_enough_visitors_and_are_unchanged(filled: str, name: str) -> None:
    frame, found = told(filled, name, 9, Filters())
    names = names_of(found)
    if "visitors" not in found or not names:
        return
    named = found[(found[names] != OTHER).any(axis=1)]
    assert (named["visitors"] >= 9).all()
    merged = named.merge(frame, how="left", indicator=True)
    assert (merged["_merge"] == "both").all()
    if set(frame.columns) - set(names) <= ADDABLE and "events" in frame:
        assert found["events"].sum() == frame["events"].sum()


def test_events_are_shown_by_their_number_of_visitors(filled: str) -> None:
    frame, _ = told(filled, "overview/events", 2, Filters())
    with psycopg.connect(filled) as connection:
        groups = ask(
            connection, "frame/groups", **parameters("frame/groups", 0, 40, Filters())
        ).frame
    of_events = groups[groups["dimension"] == "evt"].set_index("value")["visitors"].sort_values()
    k = int(of_events.iloc[0]) + 1
    _, found = told(filled, "overview/events", k, Filters())
    assert of_events.index[0] not in set(found["event"])
    assert OTHER in set(found["event"])
    assert found["events"].sum() == frame["events"].sum()


def test_single_people_are_not_listed(filled: str) -> None:
    for name in ("sessions/recent", "sessions/top_runs", "explorer/events"):
        frame, found = told(filled, name, 2, Filters())
        assert len(frame)
        assert found.empty


def rows(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns)


def folded(frame: pd.DataFrame, k: int) -> dict[str, int]:
    found = hide(frame, Question("overview/versions", None), frame.head(0), k)
    return dict(zip(found["version"], found["events"], strict=True))


def test_other_can_t_be_computed_by_subtraction() -> None:
    frame = rows(version=["a", "b", "c"], events=[9, 8, 7], visitors=[9, 6, 1])
    assert folded(frame, 1) == {"a": 9, "b": 8, "c": 7}
    assert folded(frame, 3) == {"a": 9, OTHER: 15}
    assert folded(frame, 7) == {"a": 9, OTHER: 15}
    assert folded(frame, 10) == {OTHER: 24}


def test_each_day_and_each_continent_is_a_list_of_its_own() -> None:
    days = pd.to_datetime(["2026-01-01"] * 2 + ["2026-01-02"] * 2, utc=True)
    frame = rows(day=days, version=["a", "b"] * 2, events=[5, 5, 5, 5], visitors=[5, 5, 5, 1])
    found = hide(frame, Question("overview/versions", None), frame.head(0), 2)
    assert found["version"].tolist() == ["a", "b", OTHER]
    frame = rows(
        country=["DE", "FR", "IN", "JP"], continent=["EU", "EU", "AS", "AS"],
        events=[5, 5, 5, 5], visitors=[9, 2, 9, 3],
    )  # fmt: skip
    found = hide(frame, Question("geography/countries", None), frame.head(0), 5)
    assert found["country"].tolist() == [OTHER], "Europe without Germany would be France"


def test_a_page_says_that_too_few_match(
    run_app: RunApp, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K_ANONYMITY", "5000")
    app = run_app(filled)
    assert not app.exception
    assert "No events of 5,000 visitors or more in" in texts(app)
    monkeypatch.setenv("K_ANONYMITY", "5")
    app = run_app(filled)
    assert not app.exception
    assert app.metric
    monkeypatch.setenv("K_ANONYMITY", "one")
    assert "K_ANONYMITY should be a whole number from 2" in texts(run_app(filled))


def test_a_click_on_other_filters_nothing() -> None:
    assert not is_other(OTHER, None), "without K_ANONYMITY it is a version like any other"
    assert is_other(OTHER, 5)
    assert not is_other("1.10.0", 5)


VISITOR = r"(?:Visitor |Student #)[0-9a-f]{6}"


@pytest.mark.parametrize("title", TITLES)
def test_each_page_is_drawn_without_single_visitors(
    run_app: RunApp, filled: str, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    monkeypatch.setenv("K_ANONYMITY", "5")
    app = run_app(filled, title.lower().replace(" ", "-"), period="28d")
    assert not app.exception
    assert app.title[0].value == title
    assert "Groups of fewer than 5 visitors" in app.caption[1].value
    assert not re.search(VISITOR, texts(app))
    assert not any(
        frame.value.astype(str).apply(lambda column: column.str.contains(VISITOR)).any().any()
        for frame in app.dataframe
    )


NUMBER_NAMES = ("lowest", "p50", "p90", "p95", "p99", "highest")


def test_percentiles_of_few_visitors_are_hidden() -> None:
    days = pd.to_datetime(["NaT", "2026-01-01", "2026-01-02"], utc=True)
    numbers = {name: [float(place)] * 3 for place, name in enumerate(NUMBER_NAMES)}
    frame = rows(day=days, events=[90, 5, 4], **numbers)
    groups = rows(day=days, visitors=[60, 5, 1])
    found = hide(frame, Question(NUMBERS, None), groups, 5)
    assert found["events"].tolist() == [90, 5]
    told = [{name for name in NUMBER_NAMES if pd.notna(row[name])} for _, row in found.iterrows()]
    # half of 60 visitors may be beyond the median, six beyond p90, three beyond p95
    assert told == [{"p50", "p90"}, set()]


def test_the_explorer_does_not_narrow_down_to_few(
    run_app: RunApp, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K_ANONYMITY", "2")
    with psycopg.connect(filled) as connection:
        session = connection.execute(
            "select max(session_id::text) from telemetry.events"
        ).fetchone()
    assert session
    asked = {"event": "java.run.completed", "period": "28d", "property": "durationMs"}
    app = run_app(filled, "explorer", **asked)
    # some forty visitors: no two of them may be beyond p99
    assert [tile.label for tile in app.metric] == ["Median", "Mean", "p90"]
    app = run_app(filled, "explorer", **asked, only="sessionId", **{"is": session[0]})
    assert not app.exception
    assert "Too few visitors" in texts(app)
    assert not app.metric
    assert not app.get("vega_lite_chart")


def test_small_groups_are_hidden_in_both_periods(
    run_app: RunApp, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, day_ms = int(time.time() * 1000), 86_400_000
    # one visitor has the old version, and only one of the new version's was active a week ago
    seen = [("old", 0, 0), *(("new", n, 0) for n in range(1, 6)), ("new", 1, 8), ("new", 1, 20)]
    events: list[tuple[str | None, dict[str, Any]]] = [
        (None, {"anon": f"v{visitor}", "evt": "app.seen", "ext": version, "t": now - ago * day_ms})
        for version, visitor, ago in seen
    ]
    load(database, tmp_path, events)
    assert "compared with" in run_app(database, version="new").caption[0].value
    monkeypatch.setenv("K_ANONYMITY", "3")
    for page in ("", "live"):
        app = run_app(database, page, version="old")
        assert not app.exception
        assert "visitors or more match `old` in" in texts(app)
        assert not app.metric
        app = run_app(database, page, version="new")
        assert not app.exception
        assert app.metric
        assert {tile.delta for tile in app.metric} <= {"–", ""}
    assert "no earlier data to compare" in run_app(database, version="new").caption[0].value


def test_live_hides_single_events_and_says_so(
    run_app: RunApp, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K_ANONYMITY", "2")
    app = run_app(filled, "live")
    assert "Single events and sessions are hidden" in texts(app)
    assert "Active sessions" not in {tile.label for tile in app.metric}
    assert len(app.get("vega_lite_chart")) == 2


def test_what_is_folded_has_the_colour_of_the_rest(
    run_app: RunApp, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K_ANONYMITY", "6")
    app = run_app(filled, "versions", period="28d")
    assert not app.exception
    spec = json.loads(app.get("vega_lite_chart")[0].proto.spec)
    scale = spec["encoding"]["color"]["scale"]
    assert OTHER not in scale["domain"]
    assert len(scale["domain"]) == len(set(scale["range"]))
