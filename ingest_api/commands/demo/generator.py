"""Generate an exact number of events, day by day. The same seed gives the same events."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from ingest_api.commands.demo.period import Period
from ingest_api.commands.demo.places import Place
from ingest_api.commands.demo.releases import Release, application_releases, host_releases, running
from ingest_api.commands.demo.visitors import Audience, Visitor
from ingest_api.commands.demo.visits import SentEvent, Visit, draw_sessions, write_events

VISITORS_PER_ADDRESS: Final = 1000  # about 40,000 events: far below the rate limit of an address


class Origin(NamedTuple):
    """The origin of events: a place, and the number of one of its addresses."""

    place: Place
    address: int


class Arrival(NamedTuple):
    """One visitor's events on one day."""

    day: int  # counted from the period's first
    origin: Origin
    events: list[SentEvent]


class History:
    """`count` events, of as many visitors as that takes, spread over a period.

    Visitors are drawn in a fixed order until they have enough events; the last one's are cut off.
    So a larger count gives the same events and more. An hour later, today has the same events and
    more, from slightly fewer visitors. Only the visitors are kept in memory.
    """

    def __init__(self, seed: int, count: int, period: Period) -> None:
        self.count = count
        self.period = period
        audience = Audience(seed, period)
        self._audience = audience
        self._releases = application_releases(period.days, audience.random("releases"))
        self._host_releases = host_releases(period.first, period.days)
        self._visits: list[list[tuple[Visitor, Origin]]] = [[] for _ in range(period.days)]
        self.visitors = 0
        self._last_visitor, self._last_share = self._gather(audience)

    def _gather(self, audience: Audience) -> tuple[Visitor, int]:
        """Draw enough visitors; return the last one and how many of its events to use."""
        missing = self.count
        seen_at: Counter[Place] = Counter()
        addresses: dict[tuple[Place, int], int] = {}
        number = 0
        while True:
            visitor = audience.visitor(number)
            number += 1
            events = sum(self._outline(visitor, day).events for day in visitor.days)
            if events == 0:  # installs later today
                continue
            self.visitors += 1
            group = (visitor.place, seen_at[visitor.place] // VISITORS_PER_ADDRESS)
            seen_at[visitor.place] += 1
            origin = Origin(visitor.place, addresses.setdefault(group, len(addresses)))
            entry = (visitor, origin)
            for day in visitor.days:
                self._visits[day].append(entry)
            if events >= missing:
                return visitor, missing
            missing -= events

    def arrivals(self) -> Iterator[Arrival]:
        """Yield what arrives, day by day."""
        missing_of_last = self._last_share
        for day, visits in enumerate(self._visits):
            for visitor, origin in visits:
                events = write_events(self._outline(visitor, day))
                if visitor is self._last_visitor:
                    events = events[:missing_of_last]
                    missing_of_last -= len(events)
                if events:
                    yield Arrival(day, origin, events)

    def events(self) -> Iterator[SentEvent]:
        """Yield the events, day by day."""
        for arrival in self.arrivals():
            yield from arrival.events

    def _outline(self, visitor: Visitor, day: int) -> Visit:
        rng = self._audience.random(f"{visitor.anon}/{day}")
        sessions = draw_sessions(visitor, day, self.period, rng)
        release = self._release(visitor, day)
        upgraded_from = None
        if day > visitor.days[0]:
            previous = self._release(visitor, visitor.days[bisect_left(visitor.days, day) - 1])
            upgraded_from = previous.version if previous != release else None
        host = running(self._host_releases, day, visitor.host_delay).version
        return Visit(visitor, day, sessions, release, upgraded_from, host, rng)

    def _release(self, visitor: Visitor, day: int) -> Release:
        return running(self._releases, day, visitor.update_delay, installed_day=visitor.days[0])
