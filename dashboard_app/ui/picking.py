"""Set the filter by a click."""

from __future__ import annotations

import streamlit as st

from dashboard_app.dimensions import FILTERED
from dashboard_app.filters import Filters


def choose(filters: Filters) -> None:
    """Set the sidebar's filter: for callbacks, which run before the sidebar is drawn."""
    for dimension in FILTERED:
        value = getattr(filters, dimension.field)
        st.session_state[dimension.key] = list(value) if isinstance(value, tuple) else value
