"""A card: a title, a caption, a chart, and the data and SQL behind it.

To add a chart: write a pure function in charts/ that returns it with a title and a caption (see
`titled`), and draw it on a page with `card`. To filter by a click on a mark, ask for the data with
`view.but("countries")`, so that the other values stay visible, and map the data's fields to the
filter's: `picks={"country": "countries"}`.
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

# Streamlit adds wide margins around legends and titles, and moves an axis' last labels inwards
FITTED: Final = alt.Config(
    padding={"left": 0, "top": 4, "right": 4, "bottom": 4},
    axis=alt.AxisConfig(labelFlush=False, titlePadding=8, labelPadding=6),
    legend=alt.LegendConfig(padding=0, offset=10, titlePadding=4, rowPadding=2),
)
CLICK: Final = (
    "Click to filter by a value, click again to clear. With a keyboard, use the sidebar's filters."
)
PICK: Final = "pick"  # the name of the click's selection
MOST_ROWS, ROW_PIXELS, HEADER_PIXELS = 8, 35, 38

Chart = alt.Chart | alt.LayerChart | alt.VConcatChart
# a heading, or a heading and a format
Columns = Mapping[str, str | ColumnConfig]


class Pick(NamedTuple):
    """What a click on a mark does."""

    fields: tuple[str, ...]  # of the chart's data, whose values `act` gets
    act: Callable[[Mapping[str, Any]], None]
    chosen: str  # the current choice: if it changes, the chart drops its selection


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
    """Draw a cell with a border; `beside` is a column, in which it is as high as its neighbours."""
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
    """Draw a chart with its title and caption as text, and an expander with table, CSV and SQL.

    `name` identifies the cell and, with the window's days, names the CSV file; `columns` are the
    table's headings by the frame's columns; `picks` maps fields of the chart's data to those of the
    filter that a click sets, or says what else a click does; the text goes to `heading` if other
    widgets come between it and the chart. Text wraps on a phone; titles in charts do not. An empty
    chart is replaced by a message.
    """
    title: alt.TitleParams = chart.title
    with heading or st.container():
        st.subheader(title.text, anchor=False)
        caption, _, how_to_read = title.subtitle.partition("\n")
        click = CLICK if isinstance(picks, Mapping) else ""
        st.caption(caption, help=f"{how_to_read} {click}".strip() or None)
    drawn = chart.copy(deep=False)
    drawn.title, drawn.config = alt.Undefined, FITTED
    if answer.frame.empty:
        st.info("No data for this selection", icon=":material/search_off:")
    elif picks:
        pick = picks if isinstance(picks, Pick) else _filtering(view, picks)
        _pickable(drawn, name, pick, title.text)
    else:
        st.altair_chart(unchecked(drawn), width="stretch", key=f"chart {name}", alt=title.text)
    made_of(answer, name=name, view=view, columns=columns)


def made_of(answer: Answer, *, name: str, view: View, columns: Columns | None = None) -> None:
    """Draw the expander with an answer's CSV and SQL and, with `columns`, its table."""
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
    # a new chart for each choice, so that it drops the selection of the click
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
    """Return a stand-in for the chart: Streamlit only needs its specification."""
    return cast("Chart", _Unchecked(chart))


class _Unchecked:
    """A chart without the check against Vega-Lite's schema, which adds 0.6 s to a page."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    def to_dict(self) -> dict[str, Any]:
        return self._chart.to_dict(validate=False)
