"""Two releases side by side, with what chance alone could have done."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.versions import version_order
from dashboard_app.theme import RUNS, VISITORS

QUESTION: Final = "Which of the two is more often free of crashes?"
READING: Final = (
    "The point is the share that was free of crashes, the line holds the true share with 95 % "
    "confidence. Where the lines of the two overlap widely, there is no evidence of a difference."
)
KINDS: Final = {"crash_free_runs": "runs", "crash_free_visitors": "visitors"}
ROW_PIXELS, AXIS_PIXELS = 34, 60


def comparison_chart(health: pd.DataFrame) -> alt.LayerChart:
    """Draw the crash-free shares of releases as points on their intervals.

    `health` has the columns version (str) and, float64 from 0 to 1, crash_free_runs and
    crash_free_visitors, each with _low and _high, a row a release.
    """
    parts = [
        pd.DataFrame(
            {
                "kind": kind,
                "version": health["version"],
                "label": kind + " of " + health["version"],
                "share": health[column],
                "low": health[f"{column}_low"],
                "high": health[f"{column}_high"],
            }
        )
        for column, kind in KINDS.items()
    ]
    versions = sorted(health["version"], key=version_order, reverse=True)
    shown = pd.concat(parts)
    rows = alt.Chart(shown).encode(
        y=alt.Y(
            "label:N",
            title=None,
            sort=[f"{kind} of {version}" for kind in KINDS.values() for version in versions],
            axis=alt.Axis(ticks=False, domain=False, labelLimit=180, labelPadding=8),
        ),
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=list(KINDS.values()), range=[RUNS, VISITORS]),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("version:N", title="Version"),
            alt.Tooltip("kind:N", title="Share of"),
            alt.Tooltip("share:Q", title="Free of crashes", format=".2%"),
            alt.Tooltip("low:Q", title="At least", format=".2%"),
            alt.Tooltip("high:Q", title="At most", format=".2%"),
        ],
    )
    axis = alt.Axis(labelExpr="format(100 * datum.value, '.3~f') + ' %'", tickCount=6)
    scale = alt.Scale(zero=False, padding=10)
    return alt.LayerChart(
        layer=[
            rows.mark_rule(strokeWidth=3).encode(
                x=alt.X("low:Q", scale=scale, axis=axis, title="Free of crashes"), x2="high:Q"
            ),
            rows.mark_point(filled=True, size=110, opacity=1).encode(x="share:Q"),
        ],
        title=alt.Title(text=QUESTION, subtitle=READING),
        height=ROW_PIXELS * max(1, len(shown)) + AXIS_PIXELS,
    )
