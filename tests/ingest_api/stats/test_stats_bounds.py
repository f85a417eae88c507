"""`GET /stats` when clients make up names without end: the answer has an end, and adds up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest_api.stats.answer import MOST_DAILY_VALUES, MOST_VALUES
from tests.server import RunningServer, event

MADE_UP = MOST_VALUES + 30
BATCH = 206


@pytest.fixture
def server(database: str, tmp_path: Path) -> Iterator[RunningServer]:
    """A server whose rollups take more names a day than an answer has room for."""
    with RunningServer(database, tmp_path / "data", MAX_VALUES="10000") as running:
        yield running


def test_values_past_the_bound_are_summed(server: RunningServer) -> None:
    for start in range(0, MADE_UP, BATCH):
        batch = [made_up(number) for number in range(start, start + BATCH)]
        assert server.post(*batch).json()["accepted"] == BATCH
    often = [made_up(MADE_UP - 1), event(ext="other")]
    assert server.post(*often * 2).json()["accepted"] == 4
    server.settle()
    stats = server.get("/stats").json()
    total = MADE_UP + 4
    assert stats["total"] == total
    for name in ("byOs", "byVscode", "exitCodes", "outputBuckets"):
        assert len(stats[name]) == MOST_VALUES + 1, name
        assert list(stats[name])[-1] == "other", name
    assert sum(stats["byOs"].values()) == sum(stats["byExt"].values()) == total
    # a value that somebody really calls so counts with the rest
    values = list(stats["byExt"].items())
    assert (values[0], values[-1]) == ((f"e{MADE_UP - 1}", 3), ("other", 33))
    # how many there are stays exact, and the tables hold real values only
    assert (stats["osTypes"], stats["extTypes"]) == (MADE_UP + 1, MADE_UP + 1)
    assert "other" not in [row["key"] for row in stats["tables"]["vscodeTop"]]
    assert len(stats["tables"]["exitTop"]) == 20
    (outcomes,) = stats["dailyLearningOutcomes"].values()
    assert len(outcomes) == MOST_DAILY_VALUES + 1
    assert sum(outcomes.values()) == sum(stats["exitCodes"].values()) == stats["runs"]["completed"]


def made_up(number: int) -> dict[str, object]:
    return event(
        evt="java.run.completed",
        os=f"o{number}",
        ext=f"e{number}",
        vscode=f"v{number}",
        m={"exit": number, "cumulativeBytesBucket": f"b{number}"},
    )
