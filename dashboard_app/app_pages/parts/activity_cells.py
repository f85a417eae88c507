"""Events and visitors per day, side by side, for two pages."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard_app.charts.activity import activity_chart
from dashboard_app.query.run import Answer
from dashboard_app.ui.card import card
from dashboard_app.ui.headings import headings
from dashboard_app.view import View


def draw_activity(activity: Answer, before: pd.DataFrame | None, view: View) -> None:
    """Draw the answer of overview/activity, compared with the previous period if there is one."""
    columns = headings("day events visitors new_visitors started completed errors")
    for column, measure in zip(st.columns(2), ("events", "visitors"), strict=True):
        chart = activity_chart(activity.frame, measure, view.today, before)
        card(chart, activity, f"daily_{measure}", view, columns, beside=column)
