"""K_ANONYMITY on the dashboard: no row of an answer is told behind which few visitors stand.

One rule for all queries, by the columns of their answers:

- Rows that name something and count its visitors are folded into `other` where these are fewer than
  k; if the folded rows have fewer than k visitors all together, the smallest of the remaining rows
  joins them. Each day of a list by the day, and each continent's countries, are such a list.
- Where rows can't be added up, as percentiles can't, they are left out instead.
- Rows that name something without counting visitors are looked up in `frame/groups`, if NAMED says
  where; else, as lists of single people are, they are left out.
- Rows without a name are totals, and stay: of fewer than k visitors no page shows any. Cohorts are
  groups, whatever they are called, and so are the numbers of a property, of which those percentiles
  are told beyond which k visitors may be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

OTHER: Final = "other"
# the names past MAX_VALUES of their day, which the rollups count together
REFUSED: Final = "(other)"
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
NUMBERS: Final = "explorer/number_days"
# which share of the numbers is beyond a percentile: of few, the highest alone
BEYOND: Final = {"p50": 0.5, "p90": 0.1, "p95": 0.05, "p99": 0.01}
# the query that tells the visitors behind the rows of another
BEHIND_ROWS: Final = {NUMBERS: "explorer/number_visitors"}
ADDABLE: Final = {"day", "events", "visitors", "runs", "share"}
BEHIND: Final = "visitors behind"
OPTIONS: Final = "options"  # of the filter: systems, versions, countries, events


def is_other(value: object, k: int | None) -> bool:
    """Return whether a value stands for several together, under a K_ANONYMITY of `k`."""
    return value == REFUSED or (value == OTHER and k is not None)


class Question(NamedTuple):
    """A query by its name, without `_filtered`, and the parameter `dimension`, where it has one."""

    name: str
    dimension: str | None


def needed(question: Question, own: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """Return the query whose answer the rule needs besides, and what only that query is given.

    None where it needs none. `own` is what only the question's query was given.
    """
    if question.name in BEHIND_ROWS:
        return BEHIND_ROWS[question.name], own
    if question.name not in NAMED or question.dimension in SPREADS:
        return None
    dimension = NAMED[question.name][1] or question.dimension
    return "frame/groups", {"list": OPTIONS if dimension in (None, "evt") else dimension}


def hide(frame: pd.DataFrame, question: Question, groups: pd.DataFrame, k: int) -> pd.DataFrame:
    """Return an answer by the rule: the same columns, of the same types.

    `groups` is the answer to the query that is `needed`, empty where none is: that of
    `frame/groups` has the columns dimension, day, value, visitors, the others day, visitors.
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
        told = frame.assign(lowest=np.nan, highest=np.nan)
        for name, beyond in BEYOND.items():
            told[name] = told[name].where((beyond * behind >= k).to_numpy())
        return told[(behind >= k).to_numpy()].reset_index(drop=True)
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
