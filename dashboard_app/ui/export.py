"""The export of events, as files made on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard_app import formats
from dashboard_app.query.cache import ask_once
from dashboard_app.view import View

MOST_EXPORTED: Final = 100_000
NAME: Final = "explorer/events"
# each run replaces the files behind the buttons; a click on a button that is not redrawn yet would
# fail
NOT_WHILE_DRAWING: Final = """<style>
[data-test-script-state="running"] .st-key-export { cursor: progress; }
[data-test-script-state="running"] .st-key-export button { pointer-events: none; opacity: 0.6; }
</style>"""


def draw_export(view: View, own: Mapping[str, Any]) -> None:
    """Draw the buttons that download the events of a view as CSV and Parquet.

    `own` are the query's parameters besides the view's. With K_ANONYMITY there are no buttons,
    since single events are hidden.
    """
    if not view.lists_people:
        st.caption("Single events are hidden by `K_ANONYMITY`.")
        return

    def made(write: Callable[[pd.DataFrame], bytes]) -> Callable[[], bytes]:
        # runs in a separate thread when the button is clicked
        return lambda: write(ask_once(view, NAME, **own, most=MOST_EXPORTED).frame)

    stem = f"events_{view.window.first}_{view.window.last}"
    with st.container(border=True):
        st.subheader("Export", anchor=False)
        st.caption(
            f"Up to {MOST_EXPORTED:,} events of the period and filter, newest first, with all "
            "properties as JSON. `value` is the value of the chosen property."
        )
        st.html(NOT_WHILE_DRAWING)
        with st.container(horizontal=True, key="export"):
            for kind, write, mime in (
                ("CSV", formats.csv, "text/csv"),
                ("Parquet", formats.parquet, "application/vnd.apache.parquet"),
            ):
                st.download_button(
                    f"Events as {kind}",
                    made(write),
                    file_name=f"{stem}.{kind.lower()}",
                    mime=mime,
                    on_click="ignore",
                    icon=":material/download:",
                    key=f"events {kind}",
                )
