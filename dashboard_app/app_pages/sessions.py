"""Sessions: the newest, the longest successful runs, abandoned runs, and a session timeline."""

from __future__ import annotations

import uuid
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard_app.charts.sessions import session_chart
from dashboard_app.query.cache import ask_view
from dashboard_app.query.run import Answer
from dashboard_app.theme import NOT_REPORTED
from dashboard_app.ui.card import Columns, cell
from dashboard_app.ui.table import ranked_list
from dashboard_app.view import View

SESSION = "session"  # its key, in the URL too
MOST_EVENTS: Final = 2000
SECOND: Final = "YYYY-MM-DD HH:mm:ss"
MINUTE: Final = "D MMM YYYY, HH:mm"
RECENT_COLUMNS: Final[Columns] = {
    "visitor": "Visitor",
    "last_at": st.column_config.DatetimeColumn("Last event (UTC)", format=SECOND),
    "events": st.column_config.NumberColumn("Events", format="localized"),
    "completed": st.column_config.CheckboxColumn("Completed a run"),
    "exit": "Exit code",
    "seconds": st.column_config.NumberColumn("Duration", format="%.4g s"),
    "interactive": st.column_config.CheckboxColumn("Interactive"),
    "started_at": st.column_config.DatetimeColumn("First event (UTC)", format=SECOND),
    "id": "Session",
}
RUN_COLUMNS: Final[Columns] = {
    "place": st.column_config.NumberColumn("#", width=40),
    "visitor": "Visitor",
    "seconds": st.column_config.NumberColumn("Duration", format="%.4g s"),
    "t": st.column_config.DatetimeColumn("Ended (UTC)", format=MINUTE),
    "interactive": st.column_config.CheckboxColumn("Interactive"),
    "output": "Output",
    "id": "Session",
}
RUN_LISTS: Final = {
    "success": (
        "Longest successful runs",
        "The top 20 runs with exit code 0: interactive runs first, then the longest.",
    ),
    "frustrated": (
        "Runs abandoned early",
        "The top 20 interrupted runs (exit code 130): runs without input first, then the shortest.",
    ),
}


def sessions(view: View) -> None:
    """Draw the page. Raises UnavailableError before anything is drawn."""
    if not view.lists_people:
        st.info("Sessions are hidden by `K_ANONYMITY`.", icon=":material/visibility_off:")
        return
    recent = ask_view("sessions/recent", view)
    recent = recent._replace(frame=recent.frame.assign(exit=exits(recent.frame)))
    runs = ask_view("sessions/top_runs", view)
    draw_session(view)
    with st.container(border=True):
        draw_list(
            "Newest sessions",
            "The 100 sessions with the newest events of the period. Select a row to see its "
            "timeline above.",
            recent,
            name="sessions_recent",
            view=view,
            columns=RECENT_COLUMNS,
        )
    for side, (kind, (title, caption)) in zip(st.columns(2), RUN_LISTS.items(), strict=True):
        of_kind = runs._replace(frame=runs.frame[runs.frame["kind"] == kind])
        with side.container(border=True, height="stretch"):
            draw_list(title, caption, of_kind, name=f"runs_{kind}", view=view, columns=RUN_COLUMNS)


def exits(sessions: pd.DataFrame) -> pd.Series[Any]:
    """Return the exit code of each session's newest completed run, as text."""
    codes = sessions["exit_code"].map("{:.0f}".format, na_action="ignore").astype("str")
    return codes.mask(sessions["completed"] & codes.isna(), NOT_REPORTED)


def draw_list(
    title: str, caption: str, answer: Answer, *, name: str, view: View, columns: Columns
) -> None:
    """Draw a ranked list whose rows open their session."""
    frame = answer.frame.reset_index(drop=True)

    def open_session(place: int) -> None:
        if pd.notna(frame["id"].iloc[place]):
            st.session_state[SESSION] = str(frame["id"].iloc[place])

    ranked_list(
        title,
        caption,
        answer,
        frame.assign(seconds=frame["duration_ms"] / 1000),
        name=name,
        view=view,
        columns=columns,
        choose=open_session,
    )


def draw_session(view: View) -> None:
    """Draw the session that is chosen in the URL, if any."""
    named = st.text_input(
        "Session",
        placeholder="Paste a session ID, or select a row below",
        key=SESSION,
        bind="query-params",
        icon=":material/search:",
    )
    if not named or not named.strip():
        return
    session = session_id(named)
    answer = (
        None
        if session is None
        else ask_view("sessions/events", view, session=session, most=MOST_EVENTS)
    )
    if answer is None or answer.frame.empty:
        st.info("No such session in this period.", icon=":material/search_off:")
        return
    with st.container(border=True):
        columns = {
            "t": "Time (UTC)", "evt": "Event", "properties": "Properties",
            "ext": "Version", "vscode": "Host", "os": "System", "country": "Country",
        }  # fmt: skip
        cell(session_chart(answer.frame, view.fresh.run_events), answer, "session", view, columns)
        if len(answer.frame) == MOST_EVENTS:
            st.caption(f"Only its first {MOST_EVENTS:,} events are shown.")


def session_id(text: str) -> str | None:
    """Return a session's ID as in the tables, None if the text is not one."""
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        return None
