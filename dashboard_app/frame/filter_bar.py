"""The widgets that choose the filter.

Each widget's key is its name in the URL, so a shared link opens the same view. They are drawn in
the frame, before the page: what a page draws is forgotten when another page is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from dashboard_app.countries import UNKNOWN, country_codes, country_name
from dashboard_app.filters import KEYS, MOST_VALUES, Filters

LABELS: Final = {
    "systems": ("Operating system", "All systems"),
    "versions": ("Application version", "All versions"),
    "hosts": ("Host version", "All hosts"),
}


def choose_filters(options: Mapping[str, Sequence[str]]) -> Filters:
    """Draw the filter; return what is chosen. `options` has the choices by field."""
    used = [code for code in options.get("countries", ()) if code in country_codes()]
    countries = _choose_some(
        "countries",
        "Country",
        "All countries",
        [*dict.fromkeys((*used, *country_codes(), UNKNOWN))],
        format_func=country_name,
    )
    chosen = {
        field: _choose_some(field, label, everything, _with_chosen(field, options))
        for field, (label, everything) in LABELS.items()
    }
    event = st.selectbox(
        "Event",
        _with_chosen("event", options),
        index=None,
        placeholder="All events",
        key=KEYS["event"],
        bind="query-params",
    )
    return Filters(countries=countries, **chosen, event=event)


def _choose_some(
    field: str, label: str, everything: str, options: Sequence[str], **more: Any
) -> tuple[str, ...]:
    chosen = st.multiselect(
        label,
        options,
        placeholder=everything,
        max_selections=MOST_VALUES,
        key=KEYS[field],
        bind="query-params",
        **more,
    )
    return tuple(chosen)


def _with_chosen(field: str, options: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a field's choices, those of the URL and of a click among them."""
    key = KEYS[field]
    kept = st.session_state.get(key) or []
    kept = [kept] if isinstance(kept, str) else kept
    return [*dict.fromkeys((*options.get(field, ()), *kept, *st.query_params.get_all(key)))]
