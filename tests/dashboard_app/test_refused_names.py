"""Names past MAX_VALUES on the dashboard: `(other)` is shown and explained, but is no filter."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dashboard_app.query.k_anonymity import is_other
from ingest_api.events.contract import LogLine
from tests.dashboard_app.conftest import RunApp
from tests.ingest_api.loading.test_rollups import load

FEW = 5


@pytest.fixture
def crowded(database: str, tmp_path: Path) -> str:
    """A database whose rollups refused today's versions and nothing else."""
    now = int(time.time() * 1000)
    lines = [
        LogLine(n, now - n, f"{n:032x}", "java.run.completed", "linux", f"1.{n}.0", "1", now)
        for n in range(20)
    ]
    load(database, tmp_path / "logs", lines, 10**6, most=FEW)
    return database


@pytest.mark.parametrize(
    ("page", "says"),
    [("", True), ("versions", True), ("release-health", True), ("performance", False),
     ("errors", True), ("activity", False)],
)  # fmt: skip
def test_a_page_says_that_names_are_missing(
    run_app: RunApp, crowded: str, page: str, says: bool
) -> None:
    app = run_app(crowded, page=page)
    assert not app.exception
    told = [caption.value for caption in app.caption if "MAX_VALUES" in caption.value]
    assert len(told) == says
    assert all("Some versions count as `(other)`" in text for text in told)


def test_the_filter_does_not_offer_other(run_app: RunApp, crowded: str) -> None:
    app = run_app(crowded, page="versions")
    (offered,) = (choice.options for choice in app.multiselect if choice.key == "version")
    assert len(offered) == FEW
    assert "(other)" not in offered
    assert is_other("(other)", None)
    assert not is_other("1.0.0", None)


def test_with_an_event_s_filter_no_version_is_lost(run_app: RunApp, crowded: str) -> None:
    app = run_app(crowded, page="versions", event="java.run.completed")
    assert not app.exception
    app.session_state["made of versions"] = True
    app.run()
    assert len(app.dataframe[0].value) == 20
