"""A ranked list: one question, how to read the answer, and the rows, of which one can be chosen."""

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
    question: str,
    reading: str,
    answer: Answer,
    shown: pd.DataFrame,
    *,
    name: str,
    view: View,
    columns: Columns,
    choose: Callable[[int], None],
) -> None:
    """Draw the rows `shown` of an answer, and its CSV and SQL to unfold.

    `columns` are the headings by the frame's columns; `choose` is told the place, from 0, of a row
    that is clicked.
    """
    st.subheader(question, anchor=False)
    st.caption(reading)
    key = f"list {name}"

    def tell() -> None:
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
        on_select=tell,
        selection_mode="single-row",
        placeholder="–",
        alt=question,
    )
    made_of(answer, name=name, view=view)
