"""Who comes back, week by week after the first visit."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.analysis.version_order import version_order
from dashboard_app.charts.parts.days import UNIT
from dashboard_app.theme import CATEGORIES, NEUTRAL, ORDERED

QUESTION: Final = "How many of each week's new visitors come back?"
READING: Final = (
    "A row is the visitors who were new in the week from that Monday (UTC), and how many they "
    "were. To the right, week by week, the percentage of them that came again."
)
UNFINISHED: Final = " The paler cells are of a week that is not over."
CURVE_QUESTIONS: Final = {
    "ext": "Do those who began with a newer version come back more?",
    "vscode": "Does it matter for coming back which host version they began with?",
    "os": "Who comes back more, by operating system?",
    "country": "Who comes back more, by country?",
}
CURVE_READING: Final = (
    "Of the visitors who were new in these weeks, the share that came again, week by week after "
    "their first. Grey: all of them; the others: by what they had at their first visit. Weeks that "
    "are not over, and groups of fewer than {fewest} visitors, are left out."
)
ALL: Final = "all visitors"
# below, one visitor more or less moves the curve by ten points
FEWEST: Final = 10
ROW_PIXELS, AXIS_PIXELS, CURVE_PIXELS = 24, 60, 320
# wider, and the numbers would not fit into the cells
MOST_WITH_NUMBERS: Final = 14
SINCE: Final = "Weeks since the first visit"
PALE: Final = 0.7


def cohorts_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw a triangle of cells: a row a cohort, a column a week since.

    `frame` has the columns cohort (datetime64, UTC, a Monday), since (int64, weeks), visitors (the
    cohort's size) and returned (int64), share (float64) and complete (bool), a row a cell.
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
            alt.Tooltip("cohort:T", timeUnit=UNIT, format="%-d %b %Y", title="New in the week of"),
            alt.Tooltip("since:O", title=SINCE),
            alt.Tooltip("visitors:Q", title="New visitors", format=","),
            alt.Tooltip("returned:Q", title="Came in that week", format=","),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
            alt.Tooltip("complete:N", title="Week is over"),
        ],
        opacity=alt.when(alt.datum.complete).then(alt.value(1)).otherwise(alt.value(PALE)),
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
                color=alt.when(alt.datum.dark)
                .then(alt.value("white"))
                .otherwise(alt.value("black")),
                opacity=alt.value(1),
            )
        )
    reading = READING if cells["complete"].all() else READING + UNFINISHED
    return alt.LayerChart(
        layer=layers,
        title=alt.Title(text=QUESTION, subtitle=reading),
        height=ROW_PIXELS * max(1, cells["cohort"].nunique()) + AXIS_PIXELS,
    )


def curves_chart(frame: pd.DataFrame, by: str) -> alt.LayerChart:
    """Draw the share that comes back, of all and of the largest groups.

    `frame` has the columns value (str, missing for all), since (int64, weeks), visitors and
    returned (int64) and share (float64), a row a group and week; `by` is ext, vscode, os or
    country. Raises KeyError for another.
    """
    question = CURVE_QUESTIONS[by]
    shown = frame[(frame["since"] > 0) & (frame["visitors"] >= FEWEST)].copy()
    groups = list(shown["value"].dropna().unique())
    colours = list(CATEGORIES)
    if by in ("ext", "vscode"):
        groups.sort(key=version_order, reverse=True)
        colours = list(ORDERED)
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
            title="Share that came",
            scale=alt.Scale(domainMin=0),
            axis=alt.Axis(labelExpr="format(100 * datum.value, '.0f') + ' %'", tickCount=5),
        ),
        color=alt.Color(
            "value:N",
            scale=alt.Scale(domain=[*groups, ALL], range=[*colours[: len(groups)], NEUTRAL]),
            legend=alt.Legend(
                title=None, orient="bottom", symbolType="stroke", labelLimit=140, columns=3
            ),
        ),
        tooltip=[
            alt.Tooltip("value:N", title="First visit"),
            alt.Tooltip("since:Q", title=SINCE),
            alt.Tooltip("visitors:Q", title="New visitors", format=","),
            alt.Tooltip("returned:Q", title="Came in that week", format=","),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
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
        title=alt.Title(text=question, subtitle=CURVE_READING.format(fewest=FEWEST)),
        height=CURVE_PIXELS,
    )
