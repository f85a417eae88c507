"""K_ANONYMITY on the dashboard: no row of an answer is told behind which few visitors stand.

One rule for all queries, by the columns of their answers:

- Rows that name something and count its visitors are folded into `other` where these are fewer than
  k; if the folded rows have fewer than k visitors all together, the smallest of the remaining rows
  joins them. Each day of a list by the day, and each continent's countries, are such a list.
- Where rows can't be added up, as percentiles can't, they are left out instead.
- Rows that name something without counting visitors are looked up in `frame/groups`, if NAMED says
  where; else, as lists of single people are, they are left out.
- Rows without a name are totals, and stay. Cohorts are groups, whatever they are called.
"""

from __future__ import annotations

import os
from typing import Any, Final, NamedTuple

import pandas as pd

from dashboard_app.settings import k_anonymity

OTHER: Final = "other"
# the column with the name, and what it names, of the queries that do not count visitors; None: what
# the parameter `dimension` says
NAMED: Final[dict[str, tuple[str, str | None]]] = {
    "errors/exceptions": ("exception", "exception"),
    "errors/exception_days": ("exception", "exception"),
    "frame/options": ("value", None),
    "geography/regions": ("region", "region"),
    "overview/events": ("event", "evt"),
    "releases/durations": ("version", "run_ext"),
    "runs/by_value": ("value", None),
}
SPREADS: Final = ("duration",)  # how runs spread over classes names nobody
COHORTS: Final = ("retention/cohorts", "retention/curves", "retention/lifetimes")
ADDABLE: Final = {"day", "events", "visitors", "runs", "share"}
BEHIND: Final = "visitors behind"


def is_other(value: object) -> bool:
    """Return whether a value stands for small groups together: nothing to filter by."""
    return value == OTHER and k_anonymity(os.environ) is not None


class Question(NamedTuple):
    """A query by its name, without `_filtered`, and the parameter `dimension`, where it has one."""

    name: str
    dimension: str | None


def needs_groups(question: Question) -> bool:
    """Return whether the rule needs the answer to `frame/groups`."""
    return question.name in NAMED and question.dimension not in SPREADS


def hide(frame: pd.DataFrame, question: Question, groups: pd.DataFrame, k: int) -> pd.DataFrame:
    """Return an answer by the rule: the same columns, of the same types.

    `groups` has the columns dimension, day, value, visitors; empty where it is not needed.
    """
    names = [
        column for column in frame.columns if pd.api.types.is_string_dtype(frame[column].dtype)
    ]
    if frame.empty or (question.dimension in SPREADS and question.name in NAMED):
        return frame
    if question.name in COHORTS:
        return frame[frame["visitors"] >= k].reset_index(drop=True)
    if not names:
        return frame
    if needs_groups(question):
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
    """Return the visitors behind each row's name."""
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
    """Return the lists that an answer is made of."""
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
