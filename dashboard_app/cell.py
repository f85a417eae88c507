"""A cell: one question, how to read the answer, the chart, and what it is made of.

To add a chart: write a pure function in charts/ that returns it with a title (the question) and a
subtitle (how to read it), and draw it on a page with `cell`. To let a click on a mark filter, add
`pickable(chart, "country")` of charts/picking.py with the data's fields that are clicked, ask for
its data with `view.but("countries")` so that what it can be filtered to stays there, and say here
which fields of the filter they set: `picks={"country": "countries"}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard_app import formats
from dashboard_app.charts.picking import PICK
from dashboard_app.filters import Filters, choose
from dashboard_app.queries import Answer
from dashboard_app.view import View

MOST_ROWS, ROW_PIXELS, HEADER_PIXELS = 8, 35, 38


def cell(
    chart: alt.Chart | alt.LayerChart | alt.VConcatChart,
    answer: Answer,
    *,
    name: str,
    view: View,
    columns: Mapping[str, str],
    picks: Mapping[str, str] | None = None,
    heading: DeltaGenerator | None = None,
) -> None:
    """Draw a chart with its title and subtitle as text, and its table, CSV and SQL to unfold.

    `name` tells cells apart and, with the window's days, names the CSV file; `columns` are the
    table's headings by the frame's columns; `picks` are the filter's fields that a click on a mark
    sets, by the fields of the chart's data; the text goes to `heading`, where something is to
    stand between it and the chart. Text wraps on a phone, a title in a chart does not.
    """
    title: alt.TitleParams = chart.title
    with heading or st.container():
        st.subheader(title.text, anchor=False)
        st.caption(title.subtitle)
    drawn = chart.copy(deep=False)
    drawn.title = alt.Undefined
    if picks:
        _pickable(drawn, name, view.filters, picks, title.text)
    else:
        st.altair_chart(drawn, width="stretch", key=f"chart {name}", alt=title.text)
    made_of = st.expander("Table, CSV and SQL", key=f"made of {name}", on_change="rerun")
    if made_of.open:
        with made_of:
            _made_of(answer, name, f"{name}_{view.window.first}_{view.window.last}.csv", columns)


def _pickable(
    chart: alt.Chart | alt.LayerChart | alt.VConcatChart,
    name: str,
    filters: Filters,
    picks: Mapping[str, str],
    text: str,
) -> None:
    # a chart of its own for each choice, so that it forgets the click that led to it
    chosen = [getattr(filters, field) for field in picks.values()]
    key = f"chart {name} {chosen}"

    def pick() -> None:
        points = st.session_state[key].selection.get(PICK) or [{}]
        values = {
            field: str(points[0][column])
            for column, field in picks.items()
            if points[0].get(column) is not None
        }
        if values:
            choose(filters.picked(values))

    st.altair_chart(chart, width="stretch", key=key, alt=text, on_select=pick)


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
