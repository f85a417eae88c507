"""Retention: which visitors come back, by the week of their first visit."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard_app.analysis.weeks import FEWEST_WEEKS, MOST_WEEKS, cohort_weeks
from dashboard_app.charts.retention import cohorts_chart, curves_chart
from dashboard_app.dimensions import DIMENSIONS
from dashboard_app.query.cache import ask_view
from dashboard_app.ui.card import card, cell
from dashboard_app.ui.choice import choose_one
from dashboard_app.ui.headings import headings
from dashboard_app.view import View

GROUPS: Final = {name: DIMENSIONS[name].label for name in ("ext", "country", "os", "vscode")}
NAMED_GROUPS: Final = 5


def retention(view: View) -> None:
    """Draw the page. Raises UnavailableError before anything is drawn."""
    weeks = cohort_weeks(view.window)
    followed = view._replace(window=weeks)
    cohorts = ask_view("retention/cohorts", followed, first_week=weeks.first, today=view.today)
    st.caption(
        f"Visitors who were new in {weeks}: the weeks of the period, at least {FEWEST_WEEKS} and "
        f"at most {MOST_WEEKS}. Filters apply to the first visit; with an event filter, visitors "
        "count only in weeks in which they sent that event."
    )
    if cohorts.frame.empty:
        st.info("No new visitors in these weeks for this filter", icon=":material/search_off:")
        return
    of_week = headings("since visitors returned share", visitors="New visitors")
    card(
        cohorts_chart(cohorts.frame),
        cohorts,
        "cohorts",
        followed,
        {"cohort": "Week of the first visit (UTC)", **of_week},
    )
    with st.container(border=True):
        heading = st.container()
        by = choose_one("By", GROUPS, "by", hides_label=True)
        own = {"first_week": weeks.first, "today": view.today, "by": by, "named": NAMED_GROUPS}
        curves = ask_view("retention/curves", followed, **own)
        cell(
            curves_chart(curves.frame, by),
            curves,
            "retention_curves",
            followed,
            {"value": GROUPS[by], **of_week},
            heading=heading,
        )
