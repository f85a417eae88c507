"""The widgets that set the filter.

Each widget's key is its name in the URL, so a shared link opens the same view. The frame draws them
before the page, since the state of a page's own widgets is lost when another page opens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard_app.dimensions import FILTERED, Dimension
from dashboard_app.filters import MOST_VALUES, Filters
from dashboard_app.places import UNKNOWN, country_codes, country_name


def choose_filters(options: Mapping[str, Sequence[str]]) -> Filters:
    """Draw the filter; return what is chosen. `options` has the values by field."""
    chosen: dict[str, Any] = {
        dimension.field: _choose(dimension, options.get(dimension.field, ()))
        for dimension in FILTERED
    }
    return Filters(**chosen)


def _choose(dimension: Dimension, options: Sequence[str]) -> tuple[str, ...] | str | None:
    if dimension.column == "evt":
        return st.selectbox(
            dimension.label,
            _with_chosen(dimension.key, options),
            index=None,
            placeholder="All events",
            key=dimension.key,
            bind="query-params",
        )
    if dimension.column == "country":
        used = [code for code in options if code in country_codes()]
        values = [*dict.fromkeys((*used, *country_codes(), UNKNOWN))]
    else:
        values = _with_chosen(dimension.key, options)
    chosen = st.multiselect(
        dimension.label,
        values,
        placeholder=f"All {dimension.field}",
        max_selections=MOST_VALUES,
        format_func=country_name if dimension.column == "country" else str,
        key=dimension.key,
        bind="query-params",
    )
    return tuple(chosen)


def _with_chosen(key: str, options: Sequence[str]) -> list[str]:
    """Return a widget's values, including those set by the URL or a click."""
    kept = st.session_state.get(key) or []
    kept = [kept] if isinstance(kept, str) else kept
    return [*dict.fromkeys((*options, *kept, *st.query_params.get_all(key)))]
