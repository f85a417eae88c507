"""Figures: alternating rounds, the ratio of each round, and the table."""

from __future__ import annotations

from bench.figures import Figure, alternate, markdown


def test_yardstick_and_ours_take_turns() -> None:
    calls = iter(range(1, 7))
    yardstick, ours = alternate(3, lambda: next(calls), lambda: next(calls))
    assert (yardstick, ours) == ([1, 3, 5], [2, 4, 6])


def test_a_slow_round_does_not_change_the_ratio() -> None:
    figure = Figure("m", "q", "/s", True, "limit", ours=[50, 5, 49], theirs=[100, 10, 100])
    assert figure.ratios == [0.5, 0.5, 0.49]
    assert figure.record()["median"] == {"ours": 49, "theirs": 100, "ratio": 0.5}


def test_the_ratio_comes_first() -> None:
    figure = Figure("loader", "events", "/s", True, "COPY", [60_000], [250_000], "note")
    row = markdown([figure]).splitlines()[-1]
    assert row == "| **0.24** |  | higher | loader: events (note) | 60,000 /s | 250,000 /s | COPY |"
