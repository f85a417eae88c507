"""A ranked list: a title, a caption, and rows to choose from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd
import streamlit as st

from dashboard_app.query.run import Answer
from dashboard_app.ui.card import HEADER_PIXELS, ROW_PIXELS, Columns, made_of
from dashboard_app.view import View

ROWS_SHOWN: Final = 10


def ranked_list(
    title: str,
    caption: str,
    answer: Answer,
    shown: pd.DataFrame,
    *,
    name: str,
    view: View,
    columns: Columns,
    choose: Callable[[int], None],
) -> None:
    """Draw the rows `shown` of an answer, and an expander with its CSV and SQL.

    `columns` are the headings by the frame's columns; `choose` gets the place, from 0, of the
    clicked row.
    """
    st.subheader(title, anchor=False)
    st.caption(caption)
    key = f"list {name}"

    def act() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            choose(int(rows[0]))

    st.dataframe(
        shown,
        hide_index=True,
        column_order=list(columns),
        column_config=dict(columns),
        height=HEADER_PIXELS + ROW_PIXELS * min(ROWS_SHOWN, max(1, len(shown))),
        key=key,
        on_select=act,
        selection_mode="single-row",
        placeholder="–",
        alt=title,
    )
    made_of(answer, name=name, view=view)
