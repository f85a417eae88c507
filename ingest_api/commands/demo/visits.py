"""Draw one visitor's day: first its outline, which has the number of events, then the events."""

from __future__ import annotations

import random
from math import log
from typing import Any, Final, NamedTuple

from ingest_api.commands.demo import distributions as believable
from ingest_api.commands.demo.period import Period
from ingest_api.commands.demo.releases import Release
from ingest_api.commands.demo.runs import draw_run
from ingest_api.commands.demo.visitors import Visitor
from ingest_api.events.contract import Event

HOUR_MS: Final = 3_600_000
BREAK_MS: Final = 300_000  # minimum between two sessions
ROOM_MS: Final = 60_000  # minimum per action in a session
LONGEST_SESSION_MS: Final = 6 * HOUR_MS
GREETING_MS: Final = 5_000  # for the events at the start of a session


class SentEvent(Event, omit_defaults=True):
    """An event as the extension sends it."""

    t: int  # ms since 1970


class Session(NamedTuple):
    """From the start of the editor to its end."""

    start_ms: int
    end_ms: int
    runs: int
    features: int
    settings: int

    @property
    def events(self) -> int:
        """Return how many events it has."""
        return 2 + 2 * self.runs + self.features + self.settings


class Visit(NamedTuple):
    """The outline of one visitor's day; `rng` continues after drawing the outline."""

    visitor: Visitor
    day: int
    sessions: list[Session]
    release: Release
    upgraded_from: str | None
    host: str
    rng: random.Random

    @property
    def is_first(self) -> bool:
        """Return whether the application is installed on this day."""
        return self.day == self.visitor.days[0]

    @property
    def events(self) -> int:
        """Return how many events it has."""
        if not self.sessions:
            return 0
        extra = self.is_first + (self.upgraded_from is not None)
        return extra + sum(session.events for session in self.sessions)


def draw_sessions(visitor: Visitor, day: int, period: Period, rng: random.Random) -> list[Session]:
    """Return a day's sessions in order, without those that end after the period.

    Those are drawn too, so that an hour later the other sessions stay the same.
    """
    starts = sorted(
        (believable.LOCAL_HOURS.draw(rng) + rng.random() - visitor.place.utc_offset) % 24
        for _ in range(visitor.habit.sessions.draw(rng))
    )
    sessions: list[Session] = []
    free_ms = 0
    curiosity = believable.CHANGES_SETTING
    if day == visitor.days[0]:
        curiosity = believable.CHANGES_SETTING_AT_FIRST
    for hour in starts:
        runs, features = believable.RUNS.draw(rng), believable.FEATURES.draw(rng)
        settings = int(rng.random() < curiosity)
        minutes = rng.lognormvariate(log(believable.SESSION_MINUTES), believable.SESSION_SPREAD)
        length_ms = min(int(minutes * 60_000), LONGEST_SESSION_MS)
        length_ms = max(length_ms, GREETING_MS + ROOM_MS * (runs + features + settings + 1))
        start_ms = max(period.day_ms(day) + int(hour * HOUR_MS), free_ms)
        free_ms = start_ms + length_ms + BREAK_MS
        if start_ms + length_ms < period.until_ms:
            sessions.append(Session(start_ms, start_ms + length_ms, runs, features, settings))
    return sessions


def write_events(visit: Visit) -> list[SentEvent]:
    """Return the visit's events in order, each with a unique id."""
    visitor, rng = visit.visitor, visit.rng
    events: list[SentEvent] = []

    def add(evt: str, t: int, m: dict[str, Any] | None = None) -> None:
        events.append(
            SentEvent(
                id=f"{visitor.anon[:12]}-{visit.day}-{len(events)}",
                anon=visitor.anon,
                evt=evt,
                t=t,
                os=visitor.os,
                ext=visit.release.version,
                vscode=visit.host,
                m=m,
            )
        )

    for number, session in enumerate(visit.sessions):
        t = session.start_ms
        if number == 0 and visit.is_first:
            add("install.created", t)
        startup_ms = rng.randint(180, 1900)
        add("lifecycle.activate", t + startup_ms, {"startupMs": startup_ms})
        if number == 0 and visit.upgraded_from is not None:
            add("extension.upgraded", t + startup_ms + 20, {"from": visit.upgraded_from})
        actions = ["run"] * session.runs + ["feature"] * session.features
        actions += ["settings"] * session.settings
        rng.shuffle(actions)
        room_ms = (session.end_ms - session.start_ms - GREETING_MS) / max(1, len(actions))
        for done, action in enumerate(actions):
            t = session.start_ms + GREETING_MS + int(room_ms * (done + 0.3 * rng.random()))
            if action == "run":
                run = draw_run(visitor, visit.release, visit.day, int(room_ms * 0.6), rng)
                add("java.run.started", t, run.started)
                add(run.outcome, t + run.length_ms, run.ended)
            elif action == "feature":
                add(believable.FEATURE_EVENTS.draw(rng), t)
            else:
                add("settings.changed", t, {"key": believable.SETTING_KEYS.draw(rng)})
        minutes = (session.end_ms - session.start_ms) // 60_000
        add("lifecycle.deactivate", session.end_ms, {"minutes": minutes})
    return events
