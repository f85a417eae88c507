"""K_ANONYMITY on the dashboard: values with fewer than k visitors are not shown.

One rule for all queries, by the columns of their answers:

- Named rows that count visitors are folded into `other` if they have fewer than k; if the folded
  rows have fewer than k visitors in total, the smallest remaining row joins them. Each day of a
  daily list, and each continent's countries, is a list of its own.
- Rows that can't be added up, such as percentiles, are left out instead.
- Named rows that don't count visitors are looked up in `frame/groups`, if they are in NAMED; all
  others, such as lists of single visitors, are left out.
- Rows without a name are totals and stay: no page shows a view of fewer than k visitors. Cohorts
  are groups, and so are the numbers of a property, whose percentiles are shown only if k visitors
  can lie beyond them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

OTHER: Final = "other"
# values past MAX_VALUES on a day, which the rollups count together
REFUSED: Final = "(other)"
# queries that don't count visitors: the column with the name, and its dimension; None: the one in
# the parameter `dimension`
NAMED: Final[dict[str, tuple[str, str | None]]] = {
    "errors/exceptions": ("exception", "exception"),
    "errors/exception_days": ("exception", "exception"),
    "frame/options": ("value", None),
    "geography/regions": ("region", "region"),
    "overview/events": ("event", "evt"),
    "releases/durations": ("version", "run_ext"),
    "runs/by_value": ("value", None),
}
SPREADS: Final = ("duration",)  # classes of run durations identify nobody
COHORTS: Final = ("retention/cohorts", "retention/curves", "retention/lifetimes")
NUMBERS: Final = "explorer/number_days"
# the share of numbers beyond a percentile: of few numbers, only the highest
BEYOND: Final = {"p50": 0.5, "p90": 0.1, "p95": 0.05, "p99": 0.01}
# the query that counts the visitors behind the rows of another
BEHIND_ROWS: Final = {NUMBERS: "explorer/number_visitors"}
ADDABLE: Final = {"day", "events", "visitors", "runs", "share"}
BEHIND: Final = "visitors behind"
OPTIONS: Final = "options"  # the filter's systems, versions, countries and events


def is_other(value: object, k: int | None) -> bool:
    """Return whether a value stands for several values, with K_ANONYMITY `k`."""
    return value == REFUSED or (value == OTHER and k is not None)


class Question(NamedTuple):
    """A query: its name without `_filtered`, and its parameter `dimension`, if any."""

    name: str
    dimension: str | None


def needed(question: Question, own: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """Return the other query that the rule needs, and its own parameters; None if it needs none.

    `own` are the parameters that only the question's query has.
    """
    if question.name in BEHIND_ROWS:
        return BEHIND_ROWS[question.name], own
    if question.name not in NAMED or question.dimension in SPREADS:
        return None
    dimension = NAMED[question.name][1] or question.dimension
    return "frame/groups", {"list": OPTIONS if dimension in (None, "evt") else dimension}


def hide(frame: pd.DataFrame, question: Question, groups: pd.DataFrame, k: int) -> pd.DataFrame:
    """Apply the rule to an answer; columns and dtypes stay the same.

    `groups` is the answer to the `needed` query, or empty: `frame/groups` has the columns
    dimension, day, value and visitors, the others day and visitors.
    """
    names = [
        column for column in frame.columns if pd.api.types.is_string_dtype(frame[column].dtype)
    ]
    if frame.empty or (question.dimension in SPREADS and question.name in NAMED):
        return frame
    if question.name in COHORTS:
        return frame[frame["visitors"] >= k].reset_index(drop=True)
    if question.name == NUMBERS:
        behind = frame[["day"]].merge(groups, "left", "day")["visitors"]
        shown = frame.assign(lowest=np.nan, highest=np.nan)
        for name, beyond in BEYOND.items():
            shown[name] = shown[name].where((beyond * behind >= k).to_numpy())
        return shown[(behind >= k).to_numpy()].reset_index(drop=True)
    if not names:
        return frame
    if question.name in NAMED:
        behind = _looked_up(frame, question, groups)
    elif "visitors" in frame:
        behind = frame["visitors"]
    else:
        return frame.head(0)
    counted = frame.assign(**{BEHIND: behind})
    small = pd.Series(False, index=frame.index)
    for rows in _lists(counted):
        small |= _small(rows, k).reindex(frame.index, fill_value=False)
    return _folded(frame, small, names)


def _looked_up(frame: pd.DataFrame, question: Question, groups: pd.DataFrame) -> pd.Series[Any]:
    """Return the number of visitors behind each row's name."""
    column, dimension = NAMED[question.name]
    keys = pd.DataFrame(
        {
            "dimension": frame.get("dimension", dimension or question.dimension),
            "day": frame.get("day", pd.Series(pd.NaT, frame.index, groups["day"].dtype)),
            "value": frame[column],
        }
    )
    found = keys.merge(groups, "left", ["dimension", "day", "value"])["visitors"]
    return pd.Series(found.fillna(0).to_numpy("int64"), frame.index)


def _lists(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the lists in an answer."""
    parts = next((column for column in ("day", "dimension") if column in rows), None)
    if parts is not None:
        return [part for _, part in rows.groupby(parts)]
    if {"country", "continent"} <= set(rows.columns):
        return [rows, *(part for _, part in rows.groupby("continent", dropna=False))]
    return [rows]


def _small(rows: pd.DataFrame, k: int) -> pd.Series[Any]:
    """Return which rows of a list to fold."""
    small = rows[BEHIND] < k
    remaining = rows.loc[~small, BEHIND]
    if small.any() and rows.loc[small, BEHIND].sum() < k and len(remaining):
        small |= small.index == remaining.idxmin()
    return small


def _folded(frame: pd.DataFrame, small: pd.Series[Any], names: list[str]) -> pd.DataFrame:
    kept, hidden = frame[~small], frame[small]
    others = [column for column in frame.columns if column not in names]
    if hidden.empty or not set(others) <= ADDABLE or not others:
        return kept.reset_index(drop=True)
    counts = [column for column in others if column != "day"]
    if "day" in frame:
        other = hidden.groupby("day", as_index=False)[counts].sum()
    else:
        other = hidden[counts].sum().to_frame().T
    found = pd.concat([kept, other.assign(**dict.fromkeys(names, OTHER))], ignore_index=True)
    found = found[list(frame.columns)].astype(frame.dtypes.to_dict())
    return found.sort_values("day", kind="stable", ignore_index=True) if "day" in frame else found
