"""The charts of a property's values."""

from __future__ import annotations

import pytest

from dashboard_app.charts.properties import (
    LONGEST_LABEL,
    OTHERS,
    REST,
    numbers_chart,
    value_days_chart,
    values_chart,
)
from dashboard_app.theme import CATEGORIES, MEASURES, NEUTRAL
from tests.dashboard_app.charts.frames import DAYS, frame, rows_of

VALUES = "kind value events visitors share"
SOME = frame(
    VALUES,
    ("value", "keyboard", 50, 7, 0.5),
    ("value", "x" * 200, 30, 9, 0.3),
    ("other", None, 15, 3, 0.15),
    ("none", None, 5, 2, 0.05),
)
NUMBERS = "day events p50 p90 p95 p99"


@pytest.mark.parametrize("measure", ["events", "visitors"])
def test_values_keep_their_order_and_the_rest_is_grey(measure: str) -> None:
    spec = values_chart(SOME, "trigger", measure).to_dict()
    bars = spec["layer"][0]["encoding"]
    assert bars["x"]["field"] == measure
    assert bars["color"]["condition"][0]["value"] == MEASURES[measure]
    assert bars["color"]["value"] == NEUTRAL
    assert [row["label"] for row in rows_of(spec)][2:] == list(REST.values())
    assert [row["place"] for row in rows_of(spec)] == [0, 1, 2, 3]


def test_a_long_value_is_cut_where_it_is_a_label_only() -> None:
    spec = values_chart(SOME, "trigger", "events").to_dict()
    assert rows_of(spec)[1]["label"] == "x" * 200
    labels = spec["layer"][0]["encoding"]["y"]["axis"]["labelExpr"]
    assert '"' + "x" * (LONGEST_LABEL - 1) + "\\u2026" + '"' in labels


def test_what_a_client_sent_is_a_text_in_the_expression_of_the_labels() -> None:
    hostile = frame(VALUES, ("value", 'a"][0];alert(1)//', 1, 1, 1.0))
    labels = values_chart(hostile, "x", "events").to_dict()["layer"][0]["encoding"]["y"]["axis"]
    assert labels["labelExpr"] == '["a\\"][0];alert(1)//"][datum.value]'


def test_days_are_stacked_by_the_most_frequent_values() -> None:
    days = frame(
        "day value place events",
        ("2026-03-01", "b", 2, 5),
        ("2026-03-01", None, 3, 4),
        ("2026-03-02", "a", 1, 9),
    )
    spec = value_days_chart(days, "trigger", DAYS).to_dict()
    assert spec["encoding"]["color"]["scale"] == {
        "domain": ["a", "b", OTHERS],
        "range": [*CATEGORIES[:2], NEUTRAL],
    }
    assert spec["encoding"]["y"]["title"] == "Events per day"


@pytest.mark.parametrize(
    ("numbers", "scale", "said"),
    [
        ((40.0, 900.0, 1000.0, 5000.0), {"type": "log"}, "logarithmic"),
        ((40.0, 50.0, 60.0, 70.0), {}, "linear"),
        ((0.0, 900.0, 1000.0, 5000.0), {}, "linear"),
        ((-5.0, 900.0, 1000.0, 5000.0), {}, "linear"),
    ],
)
def test_a_wide_range_of_positive_numbers_is_logarithmic_and_says_so(
    numbers: tuple[float, ...], scale: dict[str, str], said: str
) -> None:
    days = frame(NUMBERS, (None, 9, *numbers), ("2026-03-01", 9, *numbers))
    spec = numbers_chart(days, "durationMs", DAYS).to_dict()
    assert spec["encoding"]["y"]["scale"] == scale
    assert said in spec["title"]["subtitle"]
    # the row of all days is not a point in time; a day without numbers is a gap
    rows = rows_of(spec)
    assert {row["percentile"]: row["number"] for row in rows if row["day"] < "2026-03-02"} == dict(
        zip(("median", "p90", "p95", "p99"), numbers, strict=True)
    )
    assert {row["number"] for row in rows if row["day"] >= "2026-03-02"} == {None}


def test_no_events_make_empty_charts() -> None:
    assert rows_of(values_chart(frame(VALUES), "x", "events").to_dict()) == []
    assert rows_of(value_days_chart(frame("day value place events"), "x", DAYS).to_dict()) == []
    numbers = rows_of(numbers_chart(frame(NUMBERS), "x", DAYS).to_dict())
    assert {row["number"] for row in numbers} == {None}


def test_another_measure_is_refused() -> None:
    with pytest.raises(KeyError):
        values_chart(SOME, "x", "sessions")
