"""The rankings of countries, versions and events."""

from __future__ import annotations

import pytest

from dashboard_app.charts.ranking import (
    CONTINENTS,
    COUNTRIES,
    EVENTS,
    REGIONS,
    SYSTEMS,
    TOP,
    VERSIONS,
    ranking_chart,
)
from dashboard_app.theme import MEASURES
from tests.dashboard_app.charts.frames import frame, rows_of

COLUMNS = "country name continent events visitors"
SOME = frame(
    COLUMNS,
    ("DE", "Germany", "EU", 10, 5),
    ("US", "United States", "NA", 90, 3),
    ("FR", "France", "EU", 20, 2),
)
MANY = frame(COLUMNS, *((f"{n:02}", f"Land {n}", "EU", 99 - n, 99 - n) for n in range(2 * TOP)))


@pytest.mark.parametrize(
    ("measure", "order"),
    [
        ("visitors", ["Germany", "United States", "France"]),
        ("events", ["United States", "France", "Germany"]),
    ],
)
def test_the_longest_bar_is_on_top_in_the_measure_s_colour(measure: str, order: list[str]) -> None:
    spec = ranking_chart(SOME, COUNTRIES, measure).to_dict()
    bars = spec["layer"][0]["encoding"]
    assert bars["y"]["sort"] == order
    assert bars["x"]["field"] == measure
    assert bars["color"]["condition"][0]["value"] == MEASURES[measure]
    assert measure.capitalize() in spec["title"]["text"]


def test_shares_are_of_all_not_of_those_drawn() -> None:
    rows = rows_of(ranking_chart(MANY, COUNTRIES, "visitors").to_dict())
    assert len(rows) == TOP
    assert rows[0]["share"] == pytest.approx(99 / MANY["visitors"].sum())


def test_what_is_chosen_is_drawn_however_short_and_the_rest_is_paler() -> None:
    rows = rows_of(ranking_chart(MANY, COUNTRIES, "visitors", ["18", "01"]).to_dict())
    assert {row["country"] for row in rows if not row["paler"]} == {"01", "18"}
    assert len(rows) == TOP + 1
    assert not any(
        row["paler"] for row in rows_of(ranking_chart(SOME, COUNTRIES, "visitors").to_dict())
    )


def test_an_unknown_country_is_explained_only_where_there_is_one() -> None:
    unknown = frame(COLUMNS, ("Unknown", "Unknown", "Unknown", 4, 4))
    assert "Unknown" in ranking_chart(unknown, COUNTRIES, "events").to_dict()["title"]["subtitle"]
    assert "Unknown" not in ranking_chart(SOME, COUNTRIES, "events").to_dict()["title"]["subtitle"]


def test_versions_and_events_are_ranked_alike() -> None:
    versions = frame("version events visitors", ("1.0", 5, 1), ("2.0", 4, 3))
    spec = ranking_chart(versions, VERSIONS, "visitors", ["1.0"]).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["2.0", "1.0"]
    assert [row["paler"] for row in rows_of(spec)] == [True, False]
    events = frame("event events", ("app.started", 4), ("java.run.started", 9))
    spec = ranking_chart(events, EVENTS, "events").to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["java.run.started", "app.started"]
    assert spec["layer"][0]["encoding"]["color"]["condition"][0]["value"] == MEASURES["events"]


def test_continents_regions_and_systems_are_counted_alike() -> None:
    continents = frame(
        "continent name events visitors", ("EU", "Europe", 5, 9), ("AS", "Asia", 7, 3)
    )
    regions = frame("name events visitors", ("Bayern", 5, 9), ("Berlin", 7, 3))
    systems = frame("value events visitors", ("Linux", 5, 9), ("Darwin", 7, 3))
    for measure, first in (("visitors", 0), ("events", 1)):
        for chart, names in (
            (ranking_chart(continents, CONTINENTS, measure, ["EU"]), ["Europe", "Asia"]),
            (
                ranking_chart(regions, REGIONS, measure, country="Germany", shares=True),
                ["Bayern", "Berlin"],
            ),
            (ranking_chart(systems, SYSTEMS, measure), ["Linux", "Darwin"]),
        ):
            spec = chart.to_dict()
            assert spec["layer"][0]["encoding"]["y"]["sort"][0] == names[first]
            assert measure.capitalize() in spec["title"]["text"]
    shares = [
        row["share"]
        for row in rows_of(ranking_chart(regions, REGIONS, "events", country="Germany").to_dict())
    ]
    assert shares == pytest.approx([7 / 12, 5 / 12])


def test_nothing_makes_an_empty_chart() -> None:
    assert rows_of(ranking_chart(frame(COLUMNS), COUNTRIES, "visitors").to_dict()) == []
    assert rows_of(ranking_chart(frame("event events"), EVENTS, "events").to_dict()) == []


def test_another_measure_is_refused() -> None:
    with pytest.raises(KeyError):
        ranking_chart(SOME, COUNTRIES, "sessions")
