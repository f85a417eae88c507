"""Geography: visitors and events by country, continent and region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard_app.charts.ranking import CONTINENTS, COUNTRIES, REGIONS, ranking_chart
from dashboard_app.charts.world import world_chart
from dashboard_app.filters import MOST_VALUES
from dashboard_app.places import UNKNOWN, continent_name, country_name, region_name
from dashboard_app.query.cache import ask_ahead, ask_view
from dashboard_app.query.k_anonymity import is_other
from dashboard_app.query.run import Answer
from dashboard_app.ui.card import Pick, card, cell
from dashboard_app.ui.choice import choose_measure, choose_shares
from dashboard_app.ui.headings import headings
from dashboard_app.ui.picking import choose
from dashboard_app.view import View

COLUMNS = headings(
    "country name continent visitors events visitor_share event_share",
    visitor_share="Share of visitors",
    event_share="Share of events",
)


def geography(view: View) -> None:
    """Draw the page. Raises UnavailableError before anything is drawn."""
    anywhere = view.but("countries")
    chosen = view.filters.countries
    ask_ahead(anywhere, "geography/continents")
    countries = _with_shares(ask_view("geography/countries", anywhere))
    continents = ask_view("geography/continents", anywhere)
    continents.frame["name"] = continents.frame["continent"].map(continent_name).astype("str")

    whole = [
        code
        for code in continents.frame["continent"]
        if chosen and set(chosen) == set(_of_continent(countries.frame, code, view.k))
    ]

    with st.container(horizontal=True):
        measure, shares = choose_measure(), choose_shares()
    regions = _regions(view, measure)
    picks = {"country": "countries"}
    world = world_chart(countries.frame, measure, chosen, shares=shares)
    card(world, countries, "world", view, COLUMNS, picks=picks)
    left, right = st.columns(2)
    ranking = ranking_chart(countries.frame, COUNTRIES, measure, chosen, shares=shares)
    card(ranking, countries, "countries", view, COLUMNS, picks=picks, beside=left)
    act = partial(_choose_continent, countries.frame, view)
    card(
        ranking_chart(continents.frame, CONTINENTS, measure, whole, shares=shares),
        continents,
        "continents",
        view,
        headings("continent name visitors events", continent="Code", name="Continent"),
        picks=Pick(("continent",), act, str(chosen)),
        beside=right,
    )
    with st.container(border=True):
        _draw_regions(regions, view, measure, shares=shares)


def _with_shares(countries: Answer) -> Answer:
    frame = countries.frame
    for share, counted in (("visitor_share", "visitors"), ("event_share", "events")):
        frame[share] = frame[counted] / max(1, int(frame[counted].sum()))
    return countries


def _of_continent(countries: pd.DataFrame, continent: str, k: int | None) -> tuple[str, ...]:
    """Return a continent's countries with the most visitors, up to the limit of a filter."""
    codes = countries.loc[countries["continent"] == continent, "country"]
    return tuple(code for code in codes.head(MOST_VALUES) if not is_other(code, k))


def _choose_continent(countries: pd.DataFrame, view: View, clicked: Mapping[str, Any]) -> None:
    """Filter by the clicked continent's countries, or clear that filter if it is already set."""
    codes = _of_continent(countries, str(clicked.get("continent")), view.k)
    if set(codes) == set(view.filters.countries):
        choose(view.filters.but("countries"))
    elif codes:
        choose(replace(view.filters, countries=codes))


def _regions(view: View, measure: str) -> Answer | None:
    """Return the regions of the chosen country; None unless exactly one is chosen."""
    if len(view.filters.countries) != 1 or view.filters.countries[0] == UNKNOWN:
        return None
    name = {"visitors": "geography/region_visitors", "events": "geography/regions"}[measure]
    # a separate parameter: with the country in the filter, the rollup could not answer
    answer = ask_view(name, view.but("countries"), country=view.filters.countries[0])
    answer.frame["name"] = answer.frame["region"].map(region_name).astype("str")
    return answer


def _draw_regions(regions: Answer | None, view: View, measure: str, *, shares: bool) -> None:
    if regions is None:
        st.subheader("Regions", anchor=False)
        st.caption("Click a country on the map or in the list to see its regions.")
        return
    country = country_name(view.filters.countries[0])
    if regions.frame.empty:
        st.subheader(f"Regions of {country}", anchor=False)
        st.caption(
            "No regions are known for this selection. They need a city database in `GEO_DB`; "
            "country headers of proxies don't include them."
        )
        return
    counted = "visitors events" if "visitors" in regions.frame else "events"
    cell(
        ranking_chart(regions.frame, REGIONS, measure, shares=shares, country=country),
        regions,
        "regions",
        view,
        headings(f"region name {counted}", name="Region"),
    )
