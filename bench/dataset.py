"""Generated events: the same for the same seed, about 200,000 per second.

They follow the demo's distributions, but the demo simulates each visitor, which is too slow for
millions of events.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from ingest_api.commands.demo import distributions as believable
from ingest_api.commands.demo import places
from ingest_api.events.contract import COLUMNS, SCHEMA, LogLine

SEED: Final = 1
DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000
# days of the stored databases: not whole months, since windows that end today seldom are
LAST_DAY: Final = "2025-06-17"
LAST_DAY_MS: Final = 1_750_118_400_000
STORED_DAYS: Final = 365
SESSION_RUNS: Final = (1, 1, 2, 2, 3, 3, 4, 4, 4, 5)  # which makes six events, including errors
TRIGGERS: Final = tuple({"trigger": name} for name in ("keyboard", "button", "menu", "keyboard"))

VERSIONS: Final = 32  # of the application
HOSTS: Final = tuple(f"1.{minor}.{patch}" for minor in range(88, 101) for patch in range(2))

# the generator's version: a change makes other events
SOURCES: Final = tuple(Path(str(file)) for file in (__file__, believable.__file__, places.__file__))


class Visitor(NamedTuple):
    """A visitor's constant attributes."""

    anon: str
    os: str
    ext: str
    vscode: str
    place: places.Place


def draw_visitors(rng: random.Random, count: int, versions: int) -> list[Visitor]:
    """Return visitors who use that many versions of the application, mostly newer ones."""
    applications = [f"1.{number // 4}.{number % 4}" for number in range(versions)]
    return [
        Visitor(
            f"{rng.getrandbits(128):032x}",
            believable.OS.draw(rng),
            applications[int(rng.random() ** 0.5 * versions)],
            HOSTS[int(rng.random() ** 0.3 * len(HOSTS))],
            places.PLACES.draw(rng),
        )
        for _ in range(count)
    ]


def generate(
    count: int, visitors: int, days: int, first_ms: int, versions: int = VERSIONS
) -> Iterator[list[LogLine]]:
    """Yield exactly `count` events of the visitors, in order, one list per 24 hours.

    `first_ms` is the start of the first 24 hours, in ms since 1970.
    """
    rng = random.Random(SEED)
    crowd = draw_visitors(rng, visitors, versions)
    for day in range(days):
        quota = count * (day + 1) // days - count * day // days
        yield draw_day(rng, crowd, first_ms + day * DAY_MS, quota)


def draw_day(
    rng: random.Random, crowd: Sequence[Visitor], first_ms: int, quota: int
) -> list[LogLine]:
    """Return the events of 24 hours, in order."""
    lines: list[LogLine] = []
    latest = first_ms + DAY_MS - 1
    while len(lines) < quota:
        # some visit often, some seldom
        visitor = crowd[int(rng.random() ** 2 * len(crowd))]
        hour = (believable.LOCAL_HOURS.draw(rng) + rng.random() - visitor.place.utc_offset) % 24
        draw_session(rng, visitor, first_ms + int(hour * HOUR_MS), latest, lines)
    del lines[quota:]
    lines.sort(key=attrgetter("t"))
    return lines


def draw_session(
    rng: random.Random, visitor: Visitor, t: int, latest: int, lines: list[LogLine]
) -> None:
    """Append the events of a session that begins at `t`."""
    anon, os, ext, vscode, (country, region, _) = visitor
    bits, chance = rng.getrandbits, rng.random
    session = f"{bits(64):032x}"
    for _ in range(SESSION_RUNS[int(chance() * len(SESSION_RUNS))]):
        began, fails = min(t, latest), chance() < 0.1
        ms = 900 if fails else int(rng.expovariate(1 / 4000)) + 20
        ended = min(t + ms, latest)
        t += ms + 60_000
        # positional: keywords take 50 % longer
        lines.append(
            LogLine(
                *(bits(63), began, anon, "java.run.started", os, ext, vscode, began, country),
                *(region, session),
                m=TRIGGERS[bits(2)],
            )
        )
        if not fails:
            lines.append(
                LogLine(
                    *(bits(63), ended, anon, "java.run.completed", os, ext, vscode, ended, country),
                    *(region, session, ms, ms // 8, believable.EXITS.draw(rng), chance() < 0.22),
                    *(chance() < 0.02, believable.OUTPUT_BUCKETS.draw(rng)),
                )
            )
            if chance() >= believable.RUNTIME_ERRORS:
                continue
        exceptions = believable.COMPILE_EXCEPTIONS if fails else believable.RUNTIME_EXCEPTIONS
        lines.append(
            LogLine(
                *(bits(63), ended, anon, "java.run.error", os, ext, vscode, ended, country),
                *(region, session),
                error_phase="compile" if fails else "runtime",
                exception_hash=exceptions.draw(rng),
            )
        )


def write_log(folder: Path, lines: Sequence[LogLine], number: int) -> Path:
    """Write events to a closed log file; return its path."""
    path = folder / f"events-{number:06}-w1-{number:012x}.jsonl"
    path.write_bytes(msgspec.json.Encoder().encode_lines(lines))
    return path


def write_requests(path: Path, count: int, batch: int, visitors: int, now_ms: int) -> None:
    """Write `count` requests for load.lua, one line each: the sender's country and the body.

    Each body has `batch` events of the last 24 hours.
    """
    (lines,) = generate(count * batch, visitors, 1, now_ms - DAY_MS)
    bodies = []
    for first in range(0, len(lines), batch):
        events = [client_event(line) for line in lines[first : first + batch]]
        body = events[0] if batch == 1 else {"batch": events}
        content = msgspec.json.encode({"schema": SCHEMA, **body})
        bodies.append(b"%s %s\n" % ((lines[first].country or "XX").encode(), content))
    path.write_bytes(b"".join(bodies))


def client_event(line: LogLine) -> dict[str, Any]:
    """Return an event as a client would send it."""
    m = {**(line.m or {}), "sessionId": line.session_id}
    for key, (column, _) in COLUMNS.items():
        value = getattr(line, column)
        if value is not None:
            m[key] = value
    names = ("anon", "evt", "t", "os", "ext", "vscode")
    return {**{name: getattr(line, name) for name in names}, "m": m}
