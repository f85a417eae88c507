"""Retention: weekly cohorts, retention curves, visitor lifetimes and funnels."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import pandas as pd

from dashboard_app.analysis.version_order import version_order
from dashboard_app.charts.parts.bars import bars_chart, labels, length
from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.scales import colours, percent_axis
from dashboard_app.charts.parts.tooltips import count, on_day, share, titled, word
from dashboard_app.dimensions import DIMENSIONS
from dashboard_app.theme import NEUTRAL, ORDERED, VISITORS

TITLE: Final = "Weekly retention"
CAPTION: Final = (
    "Percentage of each week's new visitors who came back.\nA row is a week from Monday (UTC), "
    "with the number of its new visitors; a column is a number of weeks since."
)
UNFINISHED: Final = " Paler cells are of a week that is not over."
CURVE_TITLES: Final = {
    "ext": "Retention by application version",
    "vscode": "Retention by host version",
    "os": "Retention by operating system",
    "country": "Retention by country",
}
CURVE_CAPTION: Final = (
    "Share of new visitors who came back, by weeks since their first visit. Grey: all visitors.\n"
    "Visitors are grouped by their first visit. Weeks that are not over and groups of fewer than "
    "{fewest} visitors are left out."
)
SURVIVAL_TITLE: Final = "Visitor lifetimes"
SURVIVAL_CAPTION: Final = (
    "Estimated share of new visitors who are still active, with its 95 % confidence band.\nThis is "
    "the Kaplan–Meier estimate (1958): visitors who may still come back count for the days they "
    "have been observed."
)
FUNNEL_TITLE: Final = "Funnel"
FUNNEL_CAPTION: Final = (
    "Distinct visitors who took the steps in this order within the period.\nOther events may come "
    "between. Percentages are of the first step, in brackets of the previous step."
)
ALL: Final = "all visitors"
# in a smaller group, one visitor moves the curve by more than ten points
FEWEST: Final = 10
ROW_PIXELS, AXIS_PIXELS, CURVE_PIXELS = 24, 60, 320
# beyond this, the numbers would not fit into the cells
MOST_WITH_NUMBERS: Final = 14
SINCE: Final = "Weeks since the first visit"
PALE: Final = 0.7


def cohorts_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw a triangle of cells: one row per cohort, one column per week since.

    `frame` has the columns cohort (datetime64, UTC, a Monday), since (int64, weeks), visitors (the
    cohort's size) and returned (int64), share (float64) and complete (bool), one row per cell.
    """
    cells = frame[frame["since"] > 0].copy()
    sizes = frame.drop_duplicates("cohort").sort_values("cohort", ascending=False)
    labels = {
        cohort: f"{cohort.day} {cohort:%b} · {visitors:,}"
        for cohort, visitors in zip(sizes["cohort"], sizes["visitors"], strict=True)
    }
    cells["label"] = cells["cohort"].map(labels).astype("str")
    highest = float(cells["share"].max()) if len(cells) else 0.0
    cells["dark"] = cells["share"] < 0.6 * highest
    weeks = list(range(1, int(frame["since"].max()) + 1)) if len(frame) else []
    place = alt.Chart(cells).encode(
        x=alt.X(
            "since:O",
            title=SINCE,
            scale=alt.Scale(domain=weeks),
            axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False, labelOverlap=True),
        ),
        y=alt.Y(
            "label:N",
            title=None,
            sort=list(labels.values()),
            axis=alt.Axis(
                ticks=False, domain=False, labelLimit=140, labelPadding=6, labelFlush=False
            ),
        ),
        tooltip=[
            on_day("cohort", "New in the week of"),
            alt.Tooltip("since:O", title=SINCE),
            count("visitors", "New visitors"),
            count("returned", "Came back"),
            share("share", "Share"),
            word("complete", "Week is over"),
        ],
        opacity=value_where(alt.OpacityValue, "datum.complete", 1, PALE),
    )
    layers: list[alt.Chart] = [
        place.mark_rect(cornerRadius=2).encode(
            color=alt.Color(
                "share:Q",
                scale=alt.Scale(range=list(ORDERED), domain=[0, highest or 1]),
                legend=None,
            ),
        )
    ]
    if len(weeks) <= MOST_WITH_NUMBERS:
        layers.append(
            place.transform_calculate(percent="round(100 * datum.share)")
            .mark_text(fontSize=11)
            .encode(
                text="percent:Q",
                color=value_where(alt.ColorValue, "datum.dark", "white", "black"),
                opacity=alt.value(1),
            )
        )
    caption = CAPTION if cells["complete"].all() else CAPTION + UNFINISHED
    return alt.LayerChart(
        layer=layers,
        title=titled(TITLE, caption),
        height=ROW_PIXELS * max(1, cells["cohort"].nunique()) + AXIS_PIXELS,
    )


def curves_chart(frame: pd.DataFrame, by: str) -> alt.LayerChart:
    """Draw the share that came back, for all visitors and for the largest groups.

    `frame` has the columns value (str, missing for all), since (int64, weeks), visitors and
    returned (int64) and share (float64), one row per group and week; `by` is ext, vscode, os or
    country. Raises KeyError for another.
    """
    title = CURVE_TITLES[by]
    shown = frame[(frame["since"] > 0) & (frame["visitors"] >= FEWEST)].copy()
    groups = list(shown["value"].dropna().unique())
    if DIMENSIONS[by].is_version:
        groups.sort(key=version_order, reverse=True)
    shades = {**dict(zip(groups, DIMENSIONS[by].colours, strict=False)), ALL: NEUTRAL}
    shown["value"] = shown["value"].fillna(ALL)
    lines = alt.Chart(shown).encode(
        x=alt.X(
            "since:Q",
            title=SINCE,
            scale=alt.Scale(domainMin=1, nice=False),
            axis=alt.Axis(tickMinStep=1, format="d", grid=False),
        ),
        y=alt.Y(
            "share:Q",
            title="Share who came back",
            scale=alt.Scale(domainMin=0),
            axis=percent_axis(),
        ),
        color=colours(
            "value", shades, orient="bottom", symbolType="stroke", labelLimit=140, columns=3
        ),
        tooltip=[
            word("value", "First visit"),
            alt.Tooltip("since:Q", title=SINCE),
            count("visitors", "New visitors"),
            count("returned", "Came back"),
            share("share", "Share"),
        ],
    )
    return alt.LayerChart(
        layer=[
            lines.mark_line(strokeWidth=2.5).encode(
                strokeDash=alt.when(alt.datum.value == ALL)
                .then(alt.value([5, 4]))
                .otherwise(alt.value([1, 0]))
            ),
            lines.mark_point(filled=True, size=40, opacity=1),
        ],
        title=titled(title, CURVE_CAPTION.format(fewest=FEWEST)),
        height=CURVE_PIXELS,
    )


def survival_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the share of visitors still active as a curve with its band.

    `frame` has the columns days (int64, since the first visit), share, low and high (float64, from
    0 to 1), one row for each day on which a visitor left.
    """
    curve = alt.Chart(frame).encode(
        x=alt.X(
            "days:Q",
            title="Days since the first visit",
            scale=alt.Scale(domainMin=0, nice=False),
            axis=alt.Axis(grid=False, tickMinStep=1, format="d"),
        ),
        tooltip=[
            alt.Tooltip("days:Q", title="Days since the first visit"),
            share("share", "Still active"), share("low", "95 % interval from"),
            share("high", "95 % interval to"),
        ],
    )  # fmt: skip

    def height(field: str, **title: Any) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, 1]), axis=percent_axis(), **title)

    step: dict[str, Any] = {"interpolate": "step-after", "color": VISITORS}
    return alt.LayerChart(
        layer=[
            curve.mark_area(opacity=0.25, **step).encode(y=height("low"), y2="high:Q"),
            curve.mark_line(strokeWidth=2.5, **step).encode(
                y=height("share", title="Share still active")
            ),
        ],
        title=titled(SURVIVAL_TITLE, SURVIVAL_CAPTION),
        height=CURVE_PIXELS,
    )


def funnel_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw a funnel's steps as bars, the first on top.

    `frame` has the columns place (int64, from 1), event (str) and visitors (int64), a row per step.
    """
    first = int(frame["visitors"].iloc[0]) if len(frame) else 0
    steps = frame.assign(
        label=frame["place"].astype("str") + ". " + frame["event"],
        of_first=_share(frame["visitors"], pd.Series(first, index=frame.index)),
        of_before=_share(frame["visitors"], frame["visitors"].shift(1)),
    )
    steps["text"] = [
        f"{row.visitors:,}"
        + ("" if row.place == 1 else f" · {row.of_first:.0%} ({row.of_before:.0%})")
        for row in steps.itertuples()
    ]
    return bars_chart(
        steps,
        titled(FUNNEL_TITLE, FUNNEL_CAPTION),
        labels("label", list(steps["label"]), limit=180, labelFlush=False),
        length("visitors", "Visitors", steps["visitors"], room=1.4),
        [
            word("label", "Step"), count("visitors", "Visitors"),
            share("of_first", "Share of the first step"),
            share("of_before", "Share of the previous step"),
        ],
        VISITORS,
        "text:N",
        row_pixels=40,
    )  # fmt: skip


def _share(part: pd.Series[int], whole: pd.Series[float]) -> pd.Series[float]:
    return (part / whole.where(whole > 0)).fillna(0.0).astype("float64")
