"""The statistics of releases, against known values, and how often they are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard_app.analysis.release_health import (
    BETTER,
    FEWEST_VISITORS,
    FIRST,
    NO_EVIDENCE,
    WORSE,
    difference,
    effective_runs,
    interval,
    release_health,
    verdict,
)

Visitors = Sequence[tuple[int, int]]  # each one's runs and crashes


def counts(**releases: Visitors) -> pd.DataFrame:
    """Return what the query does, of each release's visitors: v1_2 is 1.2."""
    rows = []
    for name, visitors in releases.items():
        runs, crashes = np.array(visitors, dtype=int).reshape(-1, 2).T
        rows.append(
            {
                "version": name.removeprefix("v").replace("_", "."),
                "visitors": len(runs),
                "runners": int((runs > 0).sum()),
                "crashed_visitors": int((crashes > 0).sum()),
                "runs": int(runs.sum()),
                "crashes": int(crashes.sum()),
                "runs_squared": int((runs**2).sum()),
                "crashes_squared": int((crashes**2).sum()),
                "runs_times_crashes": int((runs * crashes).sum()),
            }
        )
    return pd.DataFrame(rows)


def by_version(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the health of each release, newest first."""
    records = release_health(table).to_dict("records")
    return {record["version"]: dict(record) for record in records}  # type: ignore[arg-type]


def test_wilson_s_interval_is_that_of_the_literature() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 857, table I: method 3
    published = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605),
                 (0, 20): (0.0, 0.1611), (1, 29): (0.0061, 0.1718)}  # fmt: skip
    number = pd.Series([whole for _, whole in published])
    share = pd.Series([part / whole for part, whole in published])
    low, high = interval(share, number)
    assert list(zip(low.round(4), high.round(4), strict=True)) == list(published.values())


def test_newcombe_s_interval_is_that_of_the_literature() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 873, table II: method 10
    published = {(56, 70, 48, 80): (0.0524, 0.3339), (9, 10, 3, 10): (0.1705, 0.8090),
                 (5, 56, 0, 29): (-0.0381, 0.1926), (10, 10, 0, 10): (0.6075, 1.0)}  # fmt: skip
    for (part, whole, part_before, before), ends in published.items():
        found = difference(part / whole, whole, part_before / before, before)
        assert found == pytest.approx(ends, abs=6e-5)


def test_runs_of_visitors_who_all_differ_count_as_they_are() -> None:
    each_ran_once = [(1, 1)] * 50 + [(1, 0)] * 450
    assert effective_runs(counts(v1=each_ran_once)).tolist() == pytest.approx([499])


def test_runs_that_resemble_each_other_count_less() -> None:
    # rate 1/2; 20/19 * 20 * 5^2 / 200^2 is 0.01316, and 0.25 / 200 would be 0.00125
    all_or_nothing = [(10, 10)] * 10 + [(10, 0)] * 10
    assert effective_runs(counts(v1=all_or_nothing)).tolist() == pytest.approx([19])
    # more alike than chance would have them: no more than there are
    alike = [(10, 5)] * 20
    assert effective_runs(counts(v1=alike)).tolist() == [200]


def test_without_any_crash_each_visitor_counts_as_one_run() -> None:
    health = release_health(counts(v1=[(100, 0)] * 30))
    assert health["effective_runs"].tolist() == [30]
    assert health["crash_free_runs"].tolist() == [1]
    low, high = interval(pd.Series([1.0]), pd.Series([30]))
    assert health["crash_free_runs_low"].tolist() == low.tolist() != [1]
    assert health["crash_free_runs_high"].tolist() == high.tolist() == [1]


def test_shares_are_of_runs_and_of_visitors_who_ran() -> None:
    health = by_version(counts(v1=[(10, 1), (10, 0), (20, 1), (0, 0)]))["1"]
    assert health["visitors"] == 4
    assert health["crash_free_runs"] == pytest.approx(0.95)
    assert health["crash_free_visitors"] == pytest.approx(1 / 3)
    assert health["crash_free_visitors_low"] < 1 / 3 < health["crash_free_visitors_high"]


def test_releases_are_compared_with_the_one_before_by_number() -> None:
    fine, faulty = [(5, 0)] * 190 + [(5, 1)] * 10, [(5, 0)] * 100 + [(5, 2)] * 100
    table = counts(v1_9=fine, v1_10=faulty, v1_11=fine, v1_12=fine, v1_8=[(5, 5)] * 3)
    health = by_version(table)
    assert list(health) == ["1.12", "1.11", "1.10", "1.9", "1.8"]
    verdicts = [release["verdict"] for release in health.values()]
    assert verdicts == [NO_EVIDENCE, BETTER, WORSE, FIRST, FIRST]
    assert [health[version]["before"] for version in ("1.12", "1.11", "1.10")] == [
        "1.11",
        "1.10",
        "1.9",
    ]
    assert pd.isna(health["1.9"]["before"])
    assert health["1.10"]["difference"] == pytest.approx(0.2 - 0.01)
    assert health["1.10"]["difference_low"] > 0
    assert health["1.10"]["crash_rate_before"] == pytest.approx(0.01)


def test_a_release_of_few_visitors_is_neither_judged_nor_compared_with() -> None:
    fine, few = [(5, 0)] * 200, [(9, 9)] * (FEWEST_VISITORS - 1)
    health = by_version(counts(v1=fine, v2=few, v3=fine))
    assert {version: release["verdict"] for version, release in health.items()} == {
        "1": FIRST,
        "2": NO_EVIDENCE,
        "3": NO_EVIDENCE,
    }
    assert health["3"]["before"] == "1"


def test_releases_that_never_ran_have_no_verdict() -> None:
    health = release_health(counts(v1=[(0, 0)] * 20, v2=[(0, 0)]))
    assert health["crash_free_runs"].isna().all()
    assert health["crash_free_runs_low"].isna().all()
    assert health["verdict"].tolist() == [FIRST, FIRST]
    assert release_health(counts(v1=[(1, 0)]).head(0)).empty


def test_equal_releases_seldom_look_different_however_visitors_differ() -> None:
    """A test that takes runs for independent is wrong five times as often as it says."""
    chance = np.random.default_rng(1)

    rounds = 400
    releases = pd.concat(counts(v1=visitors(chance)) for _ in range(2 * rounds))
    rates = releases["crashes"] / releases["runs"]

    def wrong(numbers: pd.Series[float]) -> float:
        """Return how often the interval of the difference of two of them is without zero."""
        each = list(zip(rates, numbers, strict=True))
        ends = [
            difference(*new, *old) for new, old in zip(each[:rounds], each[rounds:], strict=True)
        ]
        return sum(verdict(low, high) != NO_EVIDENCE for low, high in ends) / rounds

    assert wrong(effective_runs(releases)) < 0.08
    assert wrong(releases["runs"]) > 0.25


def visitors(chance: np.random.Generator) -> Visitors:
    """Return 150 visitors who run things some ten times, many never with a crash, some often."""
    runs = chance.geometric(0.08, 150)
    return list(zip(runs, chance.binomial(runs, chance.beta(0.4, 3.6, 150)), strict=True))
