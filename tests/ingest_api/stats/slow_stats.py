"""The expected answer of `/stats`, computed from the sent events the slow, simple way.

This is an independent implementation of the contract: it shares no code with the server and goes
through all events for every field.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd

from tests.ingest_api.random_events import Sent
from tests.keyed_hashes import session_of, visitor_of

DAY_MS = 86_400_000
ACTIVE_MS = 10 * 60_000
BOUNDS = (0, 500, 1000, 3000, 10_000, 30_000, 60_000, 120_000)
LABELS = [*(f"{low}-{high}ms" for low, high in pairwise(BOUNDS)), "≥120000ms"]
CONTINENTS = {
    "AF": "EG KE MA NG ZA",
    "AN": "AQ",
    "AS": "CN IN JP TR",
    "EU": "DE ES FR GB RU",
    "NA": "CA GL MX US",
    "OC": "AU NZ",
    "SA": "AR BR",
}
CONTINENT_OF = {country: code for code, all_of in CONTINENTS.items() for country in all_of.split()}


def read_events(sent: Iterable[Sent], salt: str) -> pd.DataFrame:
    """Return one row per event that counts: the valid ones, each `id` of a visitor and time once.

    Columns: `t` (ms, int64), `day`, `hour`, `weekday` (0 = Sunday), and as objects, None where
    there is none, `anon` (uuid text), the event's own fields and those of `m` by their keys.
    """
    seen = set()
    rows = []
    for event, country, t in sent:
        if t is None:
            continue
        anon = str(uuid.UUID(visitor_of(event, salt)))
        session = session_of(event, salt)
        if (delivery := event.get("id")) is not None:
            if (t, anon, delivery) in seen:
                continue
            seen.add((t, anon, delivery))
        m = event.get("m") or {}
        time = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=t)
        known = CONTINENT_OF.get(country or "")
        rows.append(
            {
                "t": t,
                "day": time.strftime("%Y-%m-%d"),
                "hour": time.hour,
                "weekday": time.isoweekday() % 7,
                "anon": anon,
                "student": f"Student #{anon[-6:]}",
                "evt": event["evt"],
                "os": event.get("os") or "unknown",
                "ext": event.get("ext") or "0.0.0",
                "vscode": event.get("vscode") or "0.0.0",
                "country": country if known else "Unknown",
                "continent": known or "Unknown",
                "sessionId": session and str(uuid.UUID(session)),
                "durationMs": integer_of(m.get("durationMs"), 0),
                "waitMsTotal": integer_of(m.get("waitMsTotal"), 0),
                "exit": integer_of(m.get("exit"), -(2**31)),
                "interactive": m.get("scannerUsage") is True,
                "truncated": m.get("truncatedOutput") is True,
                "outputBucket": text_of(m.get("cumulativeBytesBucket")) or "-",
                "phase": "compile" if m.get("phase") == "compile" else "runtime",
                "exceptionHash": text_of(m.get("exceptionHash")),
            }
        )
    return pd.DataFrame(rows, dtype=object).astype({"t": "int64"})


def integer_of(value: Any, lowest: int) -> int | None:
    """Return a number rounded half to even, or None if it exceeds the column."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(value) if lowest <= round(value) < 2**31 else None


def text_of(value: Any) -> str | None:
    """Return a text of 1 to 128 characters, None for anything else."""
    return value if isinstance(value, str) and 1 <= len(value) <= 128 else None


def slow_stats(events: pd.DataFrame, first: date, last: date, now_ms: int) -> dict[str, Any]:
    """Return the answer for the days from `first` to `last`, both included, at `now_ms`.

    `median` and `p90` are exact, by nearest rank; `percent` is a Fraction, not rounded yet.
    """
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    dates = [day.isoformat() for day in days]
    start = (first - date(1970, 1, 1)).days * DAY_MS
    window = events[(events.t >= start) & (events.t < start + len(days) * DAY_MS)]
    completed = window[window.evt == "java.run.completed"]
    errors = window[window.evt == "java.run.error"]
    started = int((window.evt == "java.run.started").sum())
    total = len(window)
    phases = {phase: int((errors.phase == phase).sum()) for phase in ("compile", "runtime")}
    exits = completed.exit.map(lambda code: str(code or 0))
    exceptions = count(errors.exceptionHash.dropna())
    return {
        "from": dates[0],
        "to": dates[-1],
        "windowDays": len(days),
        "total": total,
        "uniques": window.anon.nunique(),
        "osTypes": window.os.nunique(),
        "extTypes": window.ext.nunique(),
        "vscodeTypes": window.vscode.nunique(),
        "daily": {
            "dates": dates,
            "hits": per(window, "day", dates),
            "uniques": per(visits(window, "day"), "day", dates),
        },
        "dailyOs": {
            "labels": dates,
            "series": [
                {"key": os, "data": per(window[window.os == os], "day", dates)}
                for os in count(window.os)
            ],
        },
        "byEvent": count(window.evt),
        "byOs": count(window.os),
        "byExt": count(window.ext),
        "byVscode": count(window.vscode),
        "hourly": per(window, "hour", range(24)),
        "hourlyVisitors": per(visits(window, "hour"), "hour", range(24)),
        "dow": per(window, "weekday", range(7)),
        "runs": {"started": started, "completed": len(completed)},
        "errors": {
            **phases,
            "compileRate": share(phases["compile"], started),
            "runtimeRate": share(phases["runtime"], started),
        },
        "durations": durations(completed),
        "exitCodes": count(exits),
        "outputBuckets": count(completed.outputBucket),
        "interactiveRate": share(int(completed.interactive.sum()), len(completed)),
        "truncationRate": share(int(completed.truncated.sum()), len(completed)),
        "topExceptions": dict(list(exceptions.items())[:50]),
        "geo": {"byContinent": places(window, "continent"), "byCountry": places(window, "country")},
        "activeSessions": active_sessions(events, now_ms),
        "installsTotal": int((events.evt == "install.created").sum()),
        "installsWindow": int((window.evt == "install.created").sum()),
        "sessionsRecent": recent_sessions(window),
        "dailyLearningOutcomes": {
            str(day): count(exits[runs.index]) for day, runs in completed.groupby("day")
        },
        "sessions": {
            "successTop": ranked_runs(completed[exits == "0"], True, -1),
            "frustratedTop": ranked_runs(completed[exits == "130"], False, 1),
        },
        "tables": {
            "eventsTop": table(count(window.evt), "event", total),
            "extTop": table(count(window.ext), "version", total),
            "vscodeTop": table(count(window.vscode), "version", total),
            "exitTop": table(count(exits), "code", total),
            "exceptionsTop": table(exceptions, "exceptionHash", total),
        },
    }


def count(values: pd.Series[Any]) -> dict[str, int]:
    """Return how often each value occurs: highest first, then by code point."""
    counts = {str(key): int(number) for key, number in values.value_counts().items()}
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def per(rows: pd.DataFrame, column: str, keys: Iterable[Any]) -> list[int]:
    """Return the number of rows for each key."""
    counts = rows[column].value_counts().to_dict()
    return [int(counts.get(key, 0)) for key in keys]


def visits(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return one row for each visitor and value."""
    return rows[["anon", column]].drop_duplicates()


def share(part: int, whole: int) -> float:
    """Return a share, 0 if the whole is 0."""
    return part / whole if whole else 0


def durations(completed: pd.DataFrame) -> dict[str, Any]:
    """Return the field `durations` of some completed runs."""
    timed = completed[completed.durationMs.notna()]
    values = sorted(int(value) for value in timed.durationMs)
    waits = [int(value) for value in timed.waitMsTotal.dropna()]
    bounds = [*BOUNDS, math.inf]
    return {
        "count": len(values),
        "median": nearest_rank(values, 50),
        "p90": nearest_rank(values, 90),
        "hist": {
            "labels": LABELS,
            "values": [
                sum(low <= value < high for value in values) for low, high in pairwise(bounds)
            ],
        },
        "avgWaitMs": share(sum(waits), len(waits)),
    }


def nearest_rank(ordered: list[int], percent: int) -> int:
    """Return the smallest value that `percent` of all don't exceed; 0 if there is none."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else 0


def places(window: pd.DataFrame, column: str) -> dict[str, dict[str, int]]:
    """Return hits and distinct visitors by place."""
    visitors = visits(window, column)[column].value_counts()
    return {
        key: {"hits": hits, "visitors": int(visitors[key])}
        for key, hits in count(window[column]).items()
    }


def active_sessions(events: pd.DataFrame, now_ms: int) -> int:
    """Return how many sessions were seen in the last ten minutes and never completed."""
    recent = events[(events.t > now_ms - ACTIVE_MS) & (events.t <= now_ms)]
    active = {(row.anon, row.sessionId) for row in recent.itertuples() if row.sessionId}
    done = events[events.evt == "java.run.completed"]
    return len(active - {(row.anon, row.sessionId) for row in done.itertuples()})


def recent_sessions(window: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the 100 sessions with the newest event, of the window's events alone.

    Ties are broken by `anon`, which is not shown, and the session's id.
    """
    found = []
    known = window[window.sessionId.notna()].sort_values("t", kind="stable")
    for (_, session), rows in known.groupby(["anon", "sessionId"]):
        runs = rows[rows.evt == "java.run.completed"]
        run = runs.iloc[-1] if len(runs) else None
        found.append(
            {
                "id": str(session),
                "anon": rows.anon.iloc[0],
                "student": rows.student.iloc[0],
                "startedAt": int(rows.t.min()),
                "lastAt": int(rows.t.max()),
                "completed": run is not None,
                "exit": -1 if run is None or run.exit is None else run.exit,
                "durationMs": None if run is None else run.durationMs,
                "interactive": run is not None and run.interactive,
            }
        )
    found.sort(key=lambda session: (-session["lastAt"], session.pop("anon"), session["id"]))
    return found[:100]


def ranked_runs(runs: pd.DataFrame, interactive: bool, sign: int) -> list[dict[str, Any]]:
    """Return the first 20 runs: those that are `interactive` or not first, then by duration.

    `sign` -1: the longest first. Runs without a duration come last of each half; ties go to the
    earlier run, then by `anon`, which is not shown.
    """
    rows = [
        {
            "student": run.student,
            "ts": int(run.t),
            "durationMs": run.durationMs,
            "interactive": run.interactive,
            "exit": run.exit or 0,
            "outputBucket": run.outputBucket,
        }
        for _, run in runs.sort_values(["t", "anon"]).iterrows()
    ]

    def order(run: dict[str, Any]) -> tuple[bool, float]:
        duration = run["durationMs"]
        rank = math.inf if duration is None else sign * duration
        return run["interactive"] is not interactive, rank

    return sorted(rows, key=order)[:20]


def table(counts: dict[str, int], name: str, total: int) -> list[dict[str, Any]]:
    """Return the first 20 rows of a table."""
    rows = []
    for key, number in list(counts.items())[:20]:
        shares = {"pct": share(number, total), "percent": Fraction(100 * number, total)}
        rows.append({"key": key, name: key, "count": number, **shares})
    return rows
