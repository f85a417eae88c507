"""A cell: one question, how to read the answer, the chart, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard_app import formats
from dashboard_app.queries import Answer
from dashboard_app.window import Window

MOST_ROWS, ROW_PIXELS, HEADER_PIXELS = 8, 35, 38


def cell(
    chart: alt.Chart | alt.LayerChart | alt.VConcatChart,
    answer: Answer,
    *,
    name: str,
    window: Window,
    columns: Mapping[str, str],
    heading: DeltaGenerator | None = None,
) -> None:
    """Draw a chart with its title and subtitle as text, and its table, CSV and SQL to unfold.

    `name` tells cells apart and, with the window's days, names the CSV file; `columns` are the
    table's headings by the frame's columns; the text goes to `heading`, where something is to
    stand between it and the chart. Text wraps on a phone, a title in a chart does not.
    """
    title: alt.TitleParams = chart.title
    with heading or st.container():
        st.subheader(title.text, anchor=False)
        st.caption(title.subtitle)
    drawn = chart.copy(deep=False)
    drawn.title = alt.Undefined
    st.altair_chart(drawn, width="stretch", key=f"chart {name}", alt=title.text)
    made_of = st.expander("Table, CSV and SQL", key=f"made of {name}", on_change="rerun")
    if made_of.open:
        with made_of:
            _made_of(answer, name, f"{name}_{window.first}_{window.last}.csv", columns)


def _made_of(answer: Answer, name: str, file_name: str, columns: Mapping[str, str]) -> None:
    table = formats.days_as_text(answer.frame)
    st.dataframe(
        table,
        hide_index=True,
        column_order=list(columns),
        column_config={
            column: _column(heading, table[column]) for column, heading in columns.items()
        },
        height=HEADER_PIXELS + ROW_PIXELS * min(MOST_ROWS, max(1, len(table))),
    )
    st.download_button(
        "Download CSV",
        formats.csv(answer.frame),
        file_name=file_name,
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key=f"csv {name}",
    )
    st.code(answer.sql.strip(), language="sql", wrap_lines=True)


def _column(heading: str, values: pd.Series[Any]) -> ColumnConfig | str:
    if pd.api.types.is_integer_dtype(values.dtype):
        return st.column_config.NumberColumn(heading, format="localized")
    if pd.api.types.is_float_dtype(values.dtype):
        return st.column_config.NumberColumn(heading, format="percent")
    return heading
