"""Release health: does the new release run better or worse than the one before?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard_app import formats
from dashboard_app.analysis.release_health import (
    FEWEST_VISITORS,
    JUDGED,
    NO_EVIDENCE,
    RULE,
    newest_first,
    release_health,
    releases_before,
    shared_days,
)
from dashboard_app.app_pages.parts.release_table import COLUMNS, release_table
from dashboard_app.charts.releases import (
    crash_free_chart,
    difference_chart,
    release_durations_chart,
)
from dashboard_app.query.cache import ask_ahead, ask_view
from dashboard_app.query.run import Answer
from dashboard_app.ui.card import HEADER_PIXELS, ROW_PIXELS, Columns, card, made_of
from dashboard_app.view import View
from dashboard_app.window import Window

MOST_RELEASES: Final = 12
FEW: Final = 3  # releases with too few visitors to be judged
# the newest releases need not have the most visitors, nor need the previous one
MOST_COMPARED: Final = 500
TITLE: Final = "Health by release"
READING: Final = (
    "A run crashes if it ends in an error at runtime; a visitor is crash-free if none of their "
    "runs crashed. In brackets: 95 % intervals. Crash rates are those of the days on which the "
    "release and the previous one were both in use. Half of the runs take at most p50, and so on."
)
ICONS: Final = {
    "better": ":material/trending_up:", "worse": ":material/trending_down:",
    "no evidence": ":material/trending_flat:",
}  # fmt: skip
HEALTH: Final = {
    "version": "Version", "verdict": "Verdict", "visitors": "Visitors", "runs": "Runs",
    "crashes": "Crashes", "crash_free_runs": "Crash-free runs",
    "crash_free_runs_low": "at least", "crash_free_runs_high": "at most",
    "crash_free_visitors": "Crash-free visitors", "crash_free_visitors_low": "at least",
    "crash_free_visitors_high": "at most", "before": "Previous release",
    "first_shared": "Both in use from", "last_shared": "to", "crash_rate": "Crash rate",
    "crash_rate_before": "its crash rate", "difference_low": "Difference at least",
    "difference_high": "at most",
}  # fmt: skip
DURATIONS: Final = {"p50": "p50 (ms)", "p90": "p90 (ms)", "p95": "p95 (ms)", "p99": "p99 (ms)"}


def show_release_health(view: View) -> None:
    """Draw the page. Raises UnavailableError before anything is drawn."""
    every = view.but("versions")
    ask_ahead(every, "releases/durations")
    counts = ask_view("releases/health", every, named=MOST_COMPARED)
    durations = ask_view("releases/durations", every)
    shown = shown_releases(newest_first(counts.frame), view.filters.versions)
    if not shown["runs"].sum():
        st.info("No runs for this selection", icon=":material/search_off:")
        return
    pairs = releases_before(counts.frame)
    pairs = pairs[pairs["version"].isin(shown["version"])]
    shared = ask_view("releases/shared_days", every, **shared_days(pairs))
    health = release_health(counts.frame, pairs, shared.frame)
    health = health[health["version"].isin(shown["version"])].reset_index(drop=True)
    table = health.merge(durations.frame, how="left", on="version")
    known = Answer(table, counts.sql)
    milliseconds = {
        name: st.column_config.NumberColumn(label, format="localized")
        for name, label in DURATIONS.items()
    }

    _say_verdict(health)
    st.caption(RULE)
    with st.container(border=True):
        _draw_table(known, view, {**HEALTH, **milliseconds})
    left, right = st.columns(2)
    columns: Columns = {**HEALTH, **milliseconds}
    card(crash_free_chart(health), known, "crash_free", view, columns, beside=left)
    card(
        difference_chart(health),
        Answer(table, shared.sql),
        "release_verdicts",
        view,
        {
            "version": "Version", "before": "Previous release", "verdict": "Verdict",
            "difference": "Difference", "difference_low": "at least", "difference_high": "at most",
        },
        beside=right,
    )  # fmt: skip
    with_runs = table[table["durations"].notna()]
    card(
        release_durations_chart(with_runs),
        Answer(with_runs, durations.sql),
        "release_durations",
        view,
        {"version": "Version", "durations": "Runs", **milliseconds},
    )


def _draw_table(known: Answer, view: View, columns: Columns) -> None:
    st.subheader(TITLE, anchor=False)
    st.caption(READING)
    table = release_table(known.frame)
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(heading, format="localized")
            if name in ("visitors", "runs")
            else heading
            for name, heading in COLUMNS.items()
        },
        height=HEADER_PIXELS + ROW_PIXELS * len(table),
        alt=TITLE,
    )
    made_of(known, name="release_health", view=view, columns=columns)


def shown_releases(counts: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Return the newest releases that were run, of the chosen ones if any are.

    Nightly builds that hardly anybody runs do not displace those that can be judged.
    """
    of = counts[counts["version"].isin(chosen) if chosen else counts["runs"] > 0]
    is_judged = of["runners"] >= FEWEST_VISITORS
    few = of[~is_judged].head(max(FEW, MOST_RELEASES - int(is_judged.sum())))
    judged = of[is_judged].head(MOST_RELEASES - len(few))
    return of.loc[sorted([*few.index, *judged.index])].reset_index(drop=True)


def _say_verdict(health: pd.DataFrame) -> None:
    """Say how the newest release does that can be compared."""
    compared = health[health["verdict"].isin(JUDGED)]
    if compared.empty:
        st.info(
            "There are no two releases to compare that at least "
            f"{FEWEST_VISITORS} visitors ran on the same days."
        )
        return
    release: dict[Any, Any] = compared.iloc[0].to_dict()
    verdict, rates = release["verdict"], (release["crash_rate"], release["crash_rate_before"])
    now, before = (f"{100 * rate:.1f}{formats.NARROW_SPACE}%" for rate in rates)
    words = "shows no evidence of a change since" if verdict == NO_EVIDENCE else (
        f"is **{verdict}** than"
    )  # fmt: skip
    days = Window(release["first_shared"].date(), release["last_shared"].date())
    say = {"better": st.success, "worse": st.error}.get(verdict, st.info)
    say(
        f"{formats.code(release['version'])} {words} {formats.code(release['before'])}: {now} of "
        f"its runs crashed, {before} before ({days}, when both were in use).",
        icon=ICONS[verdict],
    )
