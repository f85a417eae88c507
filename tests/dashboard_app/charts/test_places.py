"""The chart of countries."""

from __future__ import annotations

import pytest

from dashboard_app.charts.places import TOP, countries_chart
from dashboard_app.theme import MEASURES
from tests.dashboard_app.charts.frames import frame, rows_of

COLUMNS = "country name continent events visitors"
SOME = frame(
    COLUMNS,
    ("DE", "Germany", "EU", 10, 5),
    ("US", "United States", "NA", 90, 3),
    ("FR", "France", "EU", 20, 2),
)


@pytest.mark.parametrize(
    ("measure", "order"),
    [
        ("visitors", ["Germany", "United States", "France"]),
        ("events", ["United States", "France", "Germany"]),
    ],
)
def test_the_longest_bar_is_on_top_in_the_measure_s_colour(measure: str, order: list[str]) -> None:
    spec = countries_chart(SOME, measure).to_dict()
    bars = spec["layer"][0]["encoding"]
    assert bars["y"]["sort"] == order
    assert bars["x"]["field"] == measure
    assert bars["color"]["condition"][0]["value"] == MEASURES[measure]
    assert measure in spec["title"]["text"]


def test_shares_are_of_all_countries_not_of_those_drawn() -> None:
    many = frame(COLUMNS, *((f"{n:02}", f"Land {n}", "EU", 1, 1) for n in range(2 * TOP)))
    rows = rows_of(countries_chart(many, "visitors").to_dict())
    assert len(rows) == TOP
    assert rows[0]["share"] == pytest.approx(1 / (2 * TOP))


def test_an_unknown_country_is_explained_only_where_there_is_one() -> None:
    unknown = frame(COLUMNS, ("Unknown", "Unknown", "Unknown", 4, 4))
    assert "Unknown" in countries_chart(unknown, "events").to_dict()["title"]["subtitle"]
    assert "Unknown" not in countries_chart(SOME, "events").to_dict()["title"]["subtitle"]


def test_no_countries_make_an_empty_chart() -> None:
    assert rows_of(countries_chart(frame(COLUMNS), "visitors").to_dict()) == []


def test_another_measure_is_refused() -> None:
    with pytest.raises(KeyError):
        countries_chart(SOME, "sessions")
