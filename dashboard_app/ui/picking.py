"""Marks that can be clicked, to filter by what they show; and the choice of that filter."""

from __future__ import annotations

from typing import Final, TypeVar

import altair as alt
import streamlit as st

from dashboard_app.dimensions import FILTERED
from dashboard_app.filters import Filters

# the name by which the page hears of it
PICK: Final = "pick"

Drawn = TypeVar("Drawn", alt.Chart, alt.LayerChart)


def pickable(chart: Drawn, *fields: str) -> Drawn:
    """Return the chart with marks that can be clicked; `fields` of their data are then told."""
    return chart.add_params(alt.selection_point(name=PICK, fields=list(fields)))


def choose(filters: Filters) -> None:
    """Choose a filter in the sidebar's stead: for callbacks, which run before it is drawn."""
    for dimension in FILTERED:
        value = getattr(filters, dimension.field)
        st.session_state[dimension.key] = list(value) if isinstance(value, tuple) else value
