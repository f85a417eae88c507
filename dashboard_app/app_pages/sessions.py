"""Sessions: the newest, the longest successful, those given up early, and one event by event."""

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

SESSION = "session"  # a key, in the URL too
MOST_EVENTS: Final = 2000
SECOND: Final = "YYYY-MM-DD HH:mm:ss"
MINUTE: Final = "D MMM YYYY, HH:mm"
RECENT_COLUMNS: Final[Columns] = {
    "student": "Visitor",
    "last_at": st.column_config.DatetimeColumn("Last event (UTC)", format=SECOND),
    "events": st.column_config.NumberColumn("Events", format="localized"),
    "completed": st.column_config.CheckboxColumn("Completed a run"),
    "exit": "Exit",
    "seconds": st.column_config.NumberColumn("Duration", format="%.4g s"),
    "interactive": st.column_config.CheckboxColumn("Interactive"),
    "started_at": st.column_config.DatetimeColumn("First event (UTC)", format=SECOND),
    "id": "Session",
}
RUN_COLUMNS: Final[Columns] = {
    "place": st.column_config.NumberColumn("#", width=40),
    "student": "Visitor",
    "seconds": st.column_config.NumberColumn("Duration", format="%.4g s"),
    "t": st.column_config.DatetimeColumn("Ended (UTC)", format=MINUTE),
    "interactive": st.column_config.CheckboxColumn("Interactive"),
    "output": "Output",
    "id": "Session",
}
RUN_LISTS: Final = {
    "success": (
        "Which successful runs took longest?",
        "Completed with exit 0: those with input first, then the longest. The first twenty.",
    ),
    "frustrated": (
        "Which runs were abandoned early?",
        "Interrupted, exit 130: those without input first, then the shortest. The first twenty.",
    ),
}


def sessions(view: View) -> None:
    """Draw the page. Raises UnavailableError before anything is drawn."""
    if not view.lists_people:
        st.info("A session is one visitor's: none is told.", icon=":material/visibility_off:")
        return
    recent = ask_view("sessions/recent", view)
    recent = recent._replace(frame=recent.frame.assign(exit=exits(recent.frame)))
    runs = ask_view("sessions/top_runs", view)
    draw_session(view)
    with st.container(border=True):
        draw_list(
            "What were the newest sessions?",
            "The 100 with the newest event of the period. A click at the start of a row shows the "
            "session's events in order, above.",
            recent,
            name="sessions_recent",
            view=view,
            columns=RECENT_COLUMNS,
        )
    for side, (kind, (question, reading)) in zip(st.columns(2), RUN_LISTS.items(), strict=True):
        of_kind = runs._replace(frame=runs.frame[runs.frame["kind"] == kind])
        with side.container(border=True, height="stretch"):
            draw_list(
                question, reading, of_kind, name=f"runs_{kind}", view=view, columns=RUN_COLUMNS
            )


def exits(sessions: pd.DataFrame) -> pd.Series[Any]:
    """Return how each session's newest completed run ended, in words."""
    codes = sessions["exit_code"].map("{:.0f}".format, na_action="ignore").astype("str")
    return codes.mask(sessions["completed"] & codes.isna(), NOT_REPORTED)


def draw_list(
    question: str, reading: str, answer: Answer, *, name: str, view: View, columns: Columns
) -> None:
    """Draw a ranked list of which a row opens its session."""
    frame = answer.frame.reset_index(drop=True)

    def open_session(place: int) -> None:
        if pd.notna(frame["id"].iloc[place]):
            st.session_state[SESSION] = str(frame["id"].iloc[place])

    ranked_list(
        question,
        reading,
        answer,
        frame.assign(seconds=frame["duration_ms"] / 1000),
        name=name,
        view=view,
        columns=columns,
        choose=open_session,
    )


def draw_session(view: View) -> None:
    """Draw the session that the URL names, where it names one."""
    named = st.text_input(
        "Session",
        placeholder="Paste a session's id, or choose a row below",
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
            "t": "When (UTC)", "evt": "Event", "properties": "Properties",
            "ext": "Version", "vscode": "Host", "os": "System", "country": "Country",
        }  # fmt: skip
        cell(session_chart(answer.frame, view.fresh.run_events), answer, "session", view, columns)
        if len(answer.frame) == MOST_EVENTS:
            st.caption(f"Shown are its first {MOST_EVENTS:,} events.")


def session_id(text: str) -> str | None:
    """Return a session's id as tables have it, None if the text is none."""
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        return None
