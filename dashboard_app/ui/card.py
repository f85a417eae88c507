"""A cell: one question, how to read the answer, the chart, and what it is made of.

To add a chart: write a pure function in charts/ that returns it with a title (the question) and a
subtitle (how to read it), and draw it on a page with `card`. To let a click on a mark filter, ask
for its data with `view.but("countries")`, so that what it can be filtered to stays there, and say
which of the data's fields set which of the filter's: `picks={"country": "countries"}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, cast

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard_app import formats
from dashboard_app.query.k_anonymity import is_other
from dashboard_app.query.run import Answer
from dashboard_app.ui.picking import choose
from dashboard_app.view import View

# Streamlit leaves much room around legends and titles, and moves an axis' last labels inwards
FITTED: Final = alt.Config(
    padding={"left": 0, "top": 4, "right": 4, "bottom": 4},
    axis=alt.AxisConfig(labelFlush=False, titlePadding=8, labelPadding=6),
    legend=alt.LegendConfig(padding=0, offset=10, titlePadding=4, rowPadding=2),
)
BY_KEYBOARD: Final = "By keyboard: the sidebar's filters do what a click does."
PICK: Final = "pick"  # by which the page hears of a click
MOST_ROWS, ROW_PIXELS, HEADER_PIXELS = 8, 35, 38

Chart = alt.Chart | alt.LayerChart | alt.VConcatChart
# a heading, or with it how a column's values are shown
Columns = Mapping[str, str | ColumnConfig]


class Pick(NamedTuple):
    """What a click on a mark does."""

    fields: tuple[str, ...]  # of the chart's data, whose values are told
    act: Callable[[Mapping[str, Any]], None]
    chosen: str  # what was clicked before: another value makes the chart forget it


def card(
    chart: Chart,
    answer: Answer,
    name: str,
    view: View,
    columns: Columns,
    *,
    picks: Mapping[str, str] | Pick | None = None,
    beside: DeltaGenerator | None = None,
) -> None:
    """Draw a cell in a border of its own; in a column of the page, `beside` others, as high."""
    with beside.container(border=True, height="stretch") if beside else st.container(border=True):
        cell(chart, answer, name, view, columns, picks=picks)


def cell(
    chart: Chart,
    answer: Answer,
    name: str,
    view: View,
    columns: Columns,
    *,
    picks: Mapping[str, str] | Pick | None = None,
    heading: DeltaGenerator | None = None,
) -> None:
    """Draw a chart with its title and subtitle as text, and its table, CSV and SQL to unfold.

    `name` tells cells apart and, with the window's days, names the CSV file; `columns` are the
    table's headings by the frame's columns; `picks` are the filter's fields that a click on a mark
    sets, by the fields of the chart's data, or what else it does; the text goes to `heading`, where
    something is to stand between it and the chart. Text wraps on a phone, a title in a chart does
    not. Words stand in the place of a chart that would be empty.
    """
    title: alt.TitleParams = chart.title
    with heading or st.container():
        st.subheader(title.text, anchor=False)
        st.caption(title.subtitle, help=BY_KEYBOARD if isinstance(picks, Mapping) else None)
    drawn = chart.copy(deep=False)
    drawn.title, drawn.config = alt.Undefined, FITTED
    if answer.frame.empty:
        st.info("There is none in this view.", icon=":material/search_off:")
    elif picks:
        pick = picks if isinstance(picks, Pick) else _filtering(view, picks)
        _pickable(drawn, name, pick, title.text)
    else:
        st.altair_chart(unchecked(drawn), width="stretch", key=f"chart {name}", alt=title.text)
    made_of(answer, name=name, view=view, columns=columns)


def made_of(answer: Answer, *, name: str, view: View, columns: Columns | None = None) -> None:
    """Draw what an answer is made of, to unfold: CSV, SQL and, with `columns`, its table."""
    label = "CSV and SQL" if columns is None else "Table, CSV and SQL"
    folded = st.expander(label, key=f"made of {name}", on_change="rerun")
    if not folded.open:
        return
    with folded:
        if columns is not None:
            _table(answer.frame, columns)
        st.download_button(
            "Download CSV",
            formats.csv(answer.frame),
            file_name=f"{name}_{view.window.first}_{view.window.last}.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            key=f"csv {name}",
        )
        st.code(answer.sql.strip(), language="sql", wrap_lines=True)


def _filtering(view: View, picks: Mapping[str, str]) -> Pick:
    def act(values: Mapping[str, Any]) -> None:
        wanted = {
            field: str(values[column])
            for column, field in picks.items()
            if values.get(column) is not None and not is_other(values[column], view.k)
        }
        if wanted:
            choose(view.filters.picked(wanted))

    return Pick(tuple(picks), act, str([getattr(view.filters, field) for field in picks.values()]))


def _pickable(chart: Chart, name: str, pick: Pick, text: str) -> None:
    # a chart of its own for each choice, so that it forgets the click that led to it
    key = f"chart {name} {pick.chosen}"

    def act() -> None:
        points = st.session_state[key].selection.get(PICK)
        if points:
            pick.act(points[0])

    clicked = chart.add_params(alt.selection_point(name=PICK, fields=list(pick.fields)))
    st.altair_chart(unchecked(clicked), width="stretch", key=key, alt=text, on_select=act)


def _table(frame: pd.DataFrame, columns: Columns) -> None:
    table = formats.days_as_text(frame)
    st.dataframe(
        table,
        hide_index=True,
        column_order=list(columns),
        column_config={
            column: _column(heading, table[column]) if isinstance(heading, str) else heading
            for column, heading in columns.items()
        },
        height=HEADER_PIXELS + ROW_PIXELS * min(MOST_ROWS, max(1, len(table))),
    )


def _column(heading: str, values: pd.Series[Any]) -> ColumnConfig | str:
    if pd.api.types.is_integer_dtype(values.dtype):
        return st.column_config.NumberColumn(heading, format="localized")
    if pd.api.types.is_float_dtype(values.dtype):
        return st.column_config.NumberColumn(heading, format="percent")
    return heading


def unchecked(chart: Chart) -> Chart:
    """Return what Streamlit takes for the chart: it asks for nothing but its specification."""
    return cast("Chart", _Unchecked(chart))


class _Unchecked:
    """A chart that is not checked against Vega-Lite's schema: that adds 0.6 s to a page."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    def to_dict(self) -> dict[str, Any]:
        return self._chart.to_dict(validate=False)
