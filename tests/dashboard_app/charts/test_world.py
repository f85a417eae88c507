"""The map."""

from __future__ import annotations

from typing import Any

import pycountry
import pytest

from dashboard_app.charts.world import shape_codes, world_chart
from dashboard_app.theme import MEASURES
from tests.dashboard_app.charts.frames import frame

COLUMNS = "country name continent events visitors"
SOME = frame(
    COLUMNS,
    ("DE", "Germany", "EU", 10, 5),
    ("US", "United States", "NA", 90, 0),
    ("SG", "Singapore", "AS", 20, 5),
    ("Unknown", "Unknown", "Unknown", 20, 10),
)


def looked_up(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows joined to the shapes."""
    (lookup,) = (step for step in spec["layer"][1]["transform"] if "lookup" in step)
    rows: list[dict[str, Any]] = lookup["from"]["data"]["values"]
    return rows


@pytest.mark.parametrize("measure", ["visitors", "events"])
def test_countries_with_a_shape_and_a_number_are_coloured(measure: str) -> None:
    spec = world_chart(SOME, measure).to_dict()
    drawn = {row["country"] for row in looked_up(spec)}
    assert drawn == {"visitors": {"DE"}, "events": {"DE", "US"}}[measure]
    assert spec["layer"][1]["mark"]["fill"] == MEASURES[measure]
    assert measure in spec["title"]["text"]
    # a number format would use the largest value's unit: 0k
    assert "format" not in spec["layer"][1]["encoding"]["opacity"]["legend"]


def test_shares_are_of_all_places_the_unknown_too() -> None:
    spec = world_chart(SOME, "visitors", shares=True).to_dict()
    assert looked_up(spec)[0]["share"] == pytest.approx(5 / 20)
    assert spec["layer"][1]["encoding"]["opacity"]["field"] == "share"


def test_the_chosen_country_has_an_outline() -> None:
    rows = looked_up(world_chart(SOME, "events", ["US"]).to_dict())
    assert {row["country"] for row in rows if row["chosen"]} == {"US"}


def test_each_shape_has_the_code_of_a_country() -> None:
    known = {country.alpha_2 for country in pycountry.countries} | {"XK"}
    assert shape_codes() <= known
    assert len(shape_codes()) > 170
    assert {"DE", "US", "IN", "BR", "ZA", "AU", "XK"} <= shape_codes()


def test_no_countries_make_an_empty_map() -> None:
    assert looked_up(world_chart(frame(COLUMNS), "visitors").to_dict()) == []
