"""The choice of a property, and of a value that filters the events."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

import pandas as pd
import streamlit as st

from dashboard_app.query.property_path import PropertyPath, read_path, write_path

PROPERTY, ONLY, VALUE = "property", "only", "is"  # keys, in the URL too
LONGEST_PATH, LONGEST_VALUE = 500, 200
# almost a value per event: not useful as the default
DULL: Final = ("sessionId",)


class Only(NamedTuple):
    """The events to show: those with a value, as text, at a path; None: all."""

    path: PropertyPath | None = None
    value: str | None = None


def choose_property(found: pd.DataFrame, *, shows_all: bool) -> PropertyPath | None:
    """Draw the choice of a property; return it, None if there is none.

    `found` has the column path (str, a JSON list of keys), the most frequent first; `shows_all` is
    False if K_ANONYMITY may hide some.
    """
    paths = [tuple(json.loads(path)) for path in found["path"]]
    first = next((place for place, path in enumerate(paths) if path != DULL), 0)
    chosen = st.selectbox(
        "Property",
        [write_path(path) for path in paths],
        index=first if paths else None,
        accept_new_options=True,
        placeholder="Property, such as window.width",
        key=PROPERTY,
        bind="query-params",
        help="Properties of the newest events of the period and filter, the most frequent first. "
        "You can type any other: a path of keys with dots between, such as `window.width`.",
    )
    if chosen:
        return _readable(chosen)
    hidden = "" if shows_all else " that can be listed; you can type one"
    st.info(
        f"The newest events of this period and filter have no properties (`m`){hidden}.",
        icon=":material/search_off:",
    )
    return None


def choose_only() -> Only:
    """Draw the choice of a property's value."""
    left, right, end = st.columns([2, 2, 1], vertical_alignment="bottom")
    path = left.text_input(
        "Only events where",
        max_chars=LONGEST_PATH,
        placeholder="Property",
        key=ONLY,
        bind="query-params",
    )
    value = right.text_input(
        "is",
        max_chars=LONGEST_VALUE,
        placeholder="Value",
        key=VALUE,
        bind="query-params",
        disabled=not path,
    )
    end.button("All events", on_click=set_only, disabled=not path, width="stretch")
    keys = _readable(path) if path else None
    return Only(keys, (value or "").replace("\0", "")) if keys else Only()


def set_only(path: str = "", value: str = "") -> None:
    """Set the widgets to a value, or to all events: for callbacks."""
    st.session_state[ONLY], st.session_state[VALUE] = path, value


def _readable(text: str) -> PropertyPath | None:
    try:
        return read_path(text)
    except ValueError as error:
        st.warning("Invalid property:", icon=":material/edit:")
        st.text(str(error))
        return None
