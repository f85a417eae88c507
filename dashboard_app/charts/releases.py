"""Release health: crash-free rates, changes from the previous release, durations."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.bars import labels
from dashboard_app.charts.parts.scales import (
    SHORTEST_MS,
    colours,
    duration_axis,
    duration_texts,
    percent_axis,
)
from dashboard_app.charts.parts.tooltips import count, share, titled, word
from dashboard_app.theme import ERRORS, NEUTRAL, PERCENTILES, RUNS, VISITORS

CRASH_FREE_TITLE: Final = "Crash-free rate"
CRASH_FREE_CAPTION: Final = (
    "Share of runs and of visitors without a runtime error, newest release on top. Lines are 95 % "
    "confidence intervals."
)
DIFFERENCE_TITLE: Final = "Change in crash rate"
DIFFERENCE_CAPTION: Final = (
    "Difference from the previous release on the days of both, in percentage points, with its 95 % "
    "interval.\nRight of zero: worse. Left of zero: better. Across zero: no evidence."
)
DURATIONS_TITLE: Final = "Run duration by release"
DURATIONS_CAPTION: Final = (
    "Percentiles, on a logarithmic scale.\nHalf of a release's runs take at most p50, nine in ten "
    "at most p90, and so on."
)
KINDS: Final = {"runs": RUNS, "visitors": VISITORS}
VERDICTS: Final = {"worse": ERRORS, "better": RUNS, "no evidence": NEUTRAL}
SHAPES: Final = {"worse": "triangle-up", "better": "triangle-down", "no evidence": "circle"}
ROW_HEIGHT, AXIS_HEIGHT = 34, 90


def crash_free_chart(health: pd.DataFrame) -> alt.LayerChart:
    """Draw the crash-free shares of runs and visitors, one row per release.

    `health` is what `analysis.release_health.release_health` returns, newest first.
    """
    parts = []
    for kind, of in (("runs", "runs"), ("visitors", "runners")):
        part = health[["version"]].copy()
        part["kind"], part["of"] = kind, health[of]
        for end in ("", "_low", "_high"):
            part[f"share{end}"] = health[f"crash_free_{kind}{end}"]
        parts.append(part)
    shown = pd.concat(parts).dropna(subset="share")
    lowest = float(shown["share_low"].min()) if len(shown) else 0.0
    rows = alt.Chart(shown).encode(
        y=_versions(health),
        yOffset=alt.YOffset("kind:N", sort=list(KINDS)),
        color=colours("kind", KINDS, symbolType="circle"),
        tooltip=[
            word("version", "Version"),
            word("kind", "Share of"),
            share("share", "Crash-free", 2),
            share("share_low", "95 % interval from", 2),
            share("share_high", "95 % interval to", 2),
            count("of", "Total"),
        ],
    )
    scale = alt.Scale(domain=[max(0.0, lowest - 0.02), 1], nice=False)
    axis = percent_axis()
    return alt.LayerChart(
        layer=[
            rows.mark_rule(strokeWidth=2).encode(
                x=alt.X("share_low:Q", scale=scale, axis=axis, title="Crash-free"),
                x2="share_high:Q",
            ),
            rows.mark_point(filled=True, size=70, opacity=1).encode(
                x=alt.X("share:Q", scale=scale, axis=axis, title="Crash-free")
            ),
        ],
        title=titled(CRASH_FREE_TITLE, CRASH_FREE_CAPTION),
        height=ROW_HEIGHT * max(1, len(health)) + AXIS_HEIGHT,
    )


def difference_chart(health: pd.DataFrame) -> alt.LayerChart:
    """Draw each release's crash rate minus the previous release's, with interval and verdict.

    `health` is what `analysis.release_health.release_health` returns, newest first.
    """
    shown = health.dropna(subset="difference_low").copy()
    for name in ("difference", "difference_low", "difference_high"):
        shown[name] *= 100
    rows = alt.Chart(shown).encode(
        y=_versions(shown),
        color=colours("verdict", VERDICTS, legend=False),
        tooltip=[
            word("version", "Version"),
            word("before", "Compared with"),
            word("verdict", "Verdict"),
            alt.Tooltip("difference:Q", title="Difference (points)", format="+.2f"),
            alt.Tooltip("difference_low:Q", title="95 % interval from", format="+.2f"),
            alt.Tooltip("difference_high:Q", title="95 % interval to", format="+.2f"),
            share("crash_rate", "Crash rate", 2),
            share("crash_rate_before", "Previous crash rate", 2),
        ],
    )
    title = "Change in crash rate (points)"
    point = rows.mark_point(filled=True, size=110, opacity=1).encode(
        x=alt.X("difference:Q", title=title),
        shape=alt.Shape(
            "verdict:N",
            scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values())),
            legend=alt.Legend(title=None, orient="top"),
        ),
    )
    return alt.LayerChart(
        layer=[
            alt.Chart(pd.DataFrame({"zero": [0]}))
            .mark_rule(color=NEUTRAL, strokeDash=[4, 4])
            .encode(x=alt.X("zero:Q", title=title)),
            rows.mark_rule(strokeWidth=2).encode(
                x=alt.X("difference_low:Q", title=title), x2="difference_high:Q"
            ),
            point,
        ],
        title=titled(DIFFERENCE_TITLE, DIFFERENCE_CAPTION),
        height=ROW_HEIGHT * max(1, len(shown)) + AXIS_HEIGHT,
    )


def release_durations_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw duration percentiles, one row per release, in the frame's order.

    `frame` has the columns version (str), durations (int64) and p50, p90, p95, p99 (float64, ms).
    """
    names = list(PERCENTILES)
    long = frame.melt(["version", "durations"], names, "percentile", "ms").dropna(subset="ms")
    long["text"] = duration_texts(long["ms"])
    long["ms"] = long["ms"].clip(lower=SHORTEST_MS)
    scale, axis, title = alt.Scale(type="log", nice=False), duration_axis(), "Run duration"
    ends = frame[["version", "p50", "p99"]].dropna()
    ends[["p50", "p99"]] = ends[["p50", "p99"]].clip(lower=SHORTEST_MS)
    reach = alt.Chart(ends).mark_rule(strokeWidth=2, color=NEUTRAL, opacity=0.5)
    points = alt.Chart(long).mark_point(filled=True, size=80, opacity=1)
    return alt.LayerChart(
        layer=[
            reach.encode(
                y=_versions(frame), x=alt.X("p50:Q", scale=scale, axis=axis, title=title), x2="p99"
            ),
            points.encode(
                y=_versions(frame),
                x=alt.X("ms:Q", scale=scale, axis=axis, title=title),
                color=colours("percentile", PERCENTILES, symbolType="circle"),
                tooltip=[
                    word("version", "Version"),
                    word("percentile", "Percentile"),
                    word("text", "Duration"),
                    count("durations", "Runs"),
                ],
            ),
        ],
        title=titled(DURATIONS_TITLE, DURATIONS_CAPTION),
        height=ROW_HEIGHT * max(1, len(frame)) + AXIS_HEIGHT,
    )


def _versions(frame: pd.DataFrame) -> alt.Y:
    return labels("version", list(frame["version"].unique()), grid=True)
