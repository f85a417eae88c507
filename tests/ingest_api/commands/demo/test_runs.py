"""Runs end in all the ways there are, and the faulty release is slower and fails more."""

from __future__ import annotations

import random
from collections import Counter
from statistics import median

import pytest

from ingest_api.commands.demo.distributions import NEW_EXCEPTION
from ingest_api.commands.demo.period import Period
from ingest_api.commands.demo.releases import Release
from ingest_api.commands.demo.runs import Run, draw_run
from ingest_api.commands.demo.visitors import Audience

SOUND, FAULTY = Release("1.0.0", 0), Release("1.1.0", 0, faulty=True)
LONGEST_MS = 300_000


@pytest.fixture(scope="module")
def runs(period: Period) -> dict[str, list[Run]]:
    """4000 runs of one visitor, of a sound and of the faulty release."""
    visitor = Audience(1, period).visitor(1)
    rng = random.Random(1)
    return {
        release.version: [
            draw_run(visitor, release, visitor.days[0] + 5, LONGEST_MS, rng) for _ in range(4000)
        ]
        for release in (SOUND, FAULTY)
    }


def test_a_run_ends_with_success_most_often_and_in_every_way(runs: dict[str, list[Run]]) -> None:
    exits = Counter(run.ended["exit"] for run in runs["1.0.0"] if "exit" in run.ended)
    assert set(exits) == {0, 1, 130, 143}
    assert exits[0] > 0.8 * exits.total()
    phases = Counter(run.ended["phase"] for run in runs["1.0.0"] if "phase" in run.ended)
    assert set(phases) == {"compile", "runtime"}


def test_a_run_is_never_longer_than_it_may_be(runs: dict[str, list[Run]]) -> None:
    for run in runs["1.0.0"] + runs["1.1.0"]:
        assert 0 <= run.length_ms <= LONGEST_MS
        assert run.ended.get("durationMs", run.length_ms) == run.length_ms
        assert run.ended["sessionId"] == run.started["sessionId"]


def test_only_an_interactive_run_waits(runs: dict[str, list[Run]]) -> None:
    completed = [run.ended for run in runs["1.0.0"] if run.outcome == "java.run.completed"]
    assert all(bool(m["waitMsTotal"]) == m["scannerUsage"] for m in completed)
    assert all(run.ended.get("waitMsTotal", 0) <= run.length_ms for run in runs["1.0.0"])
    assert 0.1 < sum(bool(m["scannerUsage"]) for m in completed) / len(completed) < 0.4


def test_the_faulty_release_fails_more_often_and_with_an_exception_of_its_own(
    runs: dict[str, list[Run]],
) -> None:
    def failures(version: str) -> list[object]:
        ended = [run.ended for run in runs[version]]
        return [m["exceptionHash"] for m in ended if m.get("phase") == "runtime"]

    assert len(failures("1.1.0")) > 3 * len(failures("1.0.0"))
    assert NEW_EXCEPTION not in failures("1.0.0")
    assert failures("1.1.0").count(NEW_EXCEPTION) > 0.5 * len(failures("1.1.0"))


def test_the_faulty_release_is_slower(runs: dict[str, list[Run]]) -> None:
    def typical_ms(version: str) -> float:
        return median(run.length_ms for run in runs[version] if run.ended.get("exit") == 0)

    assert typical_ms("1.1.0") > 1.5 * typical_ms("1.0.0")
