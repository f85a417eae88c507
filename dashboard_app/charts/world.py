"""The world map of visitors or events.

The shapes are Natural Earth 1:110m (public domain) from the npm package world-atlas, without
Antarctica, rounded, with two-letter ISO 3166 codes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from functools import cache
from pathlib import Path

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.scales import COUNT, PERCENT
from dashboard_app.theme import MEASURES, NEUTRAL

HEIGHT = 340
LEGEND = 50
# the extent of world.json's land in the projection at scale 1: to each side, up and down
ASIDE, UP, DOWN = 2.71, 1.31, 1.04
TITLES = {
    "visitors": "World map of visitors",
    "events": "World map of events",
}
CAPTION = (
    "The stronger the colour, the more {measure}. Grey: none.\nPlaces too small for the map are in "
    "the table below it."
)
# pale on one background is strong on the other, so keep the weakest distinct from grey
WEAKEST, STRONGEST = 0.3, 1.0


def world_chart(
    frame: pd.DataFrame, measure: str, chosen: Collection[str] = (), *, shares: bool = False
) -> alt.LayerChart:
    """Draw the countries, stronger the more visitors or events (`measure`) they have.

    `frame` has the columns country (code or Unknown), name (str), events and visitors (int64),
    one row per country; the `chosen` codes get an outline; `shares` shows shares of the total.
    Raises KeyError for another measure.
    """
    total = int(frame[measure].sum())
    rows = frame.assign(
        share=frame[measure] / total if total else 0.0, chosen=frame["country"].isin(list(chosen))
    )
    seen = rows[rows["country"].isin(shape_codes()) & (rows[measure] > 0)]
    outline = next(colour for other, colour in MEASURES.items() if other != measure)
    amount, shown = ("share", PERCENT) if shares else (measure, COUNT)
    # fetched once instead of sent with each map; server/own_files.py serves it
    shapes = alt.UrlData(
        url=f"./static/{shapes_name()}",
        format=alt.TopoDataFormat(type="topojson", feature="countries"),
    )
    found = alt.LookupData(
        data=alt.Data(values=seen.to_dict("records")),  # type: ignore[no-untyped-call]
        key="country",
        fields=["name", "visitors", "events", "share", "chosen"],
    )
    land = alt.Chart().mark_geoshape(
        fill=NEUTRAL, fillOpacity=0.18, stroke=NEUTRAL, strokeWidth=0.3
    )
    countries = (
        alt.Chart()
        .transform_calculate(country="datum.properties.code")
        .transform_lookup(lookup="country", from_=found)
        .transform_filter("isValid(datum.visitors)")
        .mark_geoshape(fill=MEASURES[measure], cursor="pointer")
        .encode(
            opacity=alt.Opacity(
                f"{amount}:Q",
                title=f"{'Share of ' if shares else ''}{measure}".capitalize(),
                scale=alt.Scale(type="sqrt", range=[WEAKEST, STRONGEST], domainMin=0),
                legend=alt.Legend(
                    orient="bottom-left",  # in the ocean, or below the map where it is narrow
                    direction="horizontal",
                    labelExpr=shown,
                    tickCount=4,
                    symbolType="square",
                    symbolFillColor=MEASURES[measure],
                    symbolStrokeWidth=0,
                ),
            ),
            stroke=value_where(alt.StrokeValue, "datum.chosen", outline, NEUTRAL),
            strokeWidth=value_where(alt.StrokeWidthValue, "datum.chosen", 2, 0.5),
            tooltip=[
                alt.Tooltip("name:N", title="Country"),
                alt.Tooltip("visitors:Q", title="Visitors", format=","),
                alt.Tooltip("events:Q", title="Events", format=","),
                alt.Tooltip("share:Q", title=f"Share of {measure}", format=".1%"),
            ],
        )
    )
    scale = f"min(width / {2 * ASIDE}, {HEIGHT / (UP + DOWN):.1f})"
    # on a phone the land is less high, with the legend below it
    height = alt.param(name="height", expr=f"min({HEIGHT}, {scale} * {UP + DOWN} + {LEGEND})")
    title = alt.Title(text=TITLES[measure], subtitle=CAPTION.format(measure=measure))
    chart = alt.LayerChart(data=shapes, layer=[land, countries], title=title, height=HEIGHT)
    return chart.add_params(height).project(
        type="equalEarth",
        scale=alt.expr(scale),
        translate=alt.expr(f"[width / 2, {UP} * {scale}]"),
    )


@cache
def shapes_of_world() -> bytes:
    """Return the shapes as TopoJSON; each has the property code."""
    return (Path(__file__).parent / "world.json").read_bytes()


@cache
def shapes_name() -> str:
    """Return the shapes' file name, which changes with its content, so browsers can cache it."""
    return f"world.{hashlib.sha256(shapes_of_world()).hexdigest()[:8]}.json"


@cache
def shape_codes() -> frozenset[str]:
    """Return the codes of the countries that have a shape."""
    countries = json.loads(shapes_of_world())["objects"]["countries"]["geometries"]
    return frozenset(country["properties"]["code"] for country in countries)
