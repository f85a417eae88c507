"""Varied events from a seed, each with its country and its time in ms."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
FIRST_MS = 94_694_400_000  # of 1973

NAMES = (
    *("lifecycle.activate", "lifecycle.deactivate", "lifecycle.update", "install.created"),
    *("feature.webview.open", "feature.input", "settings.changed", "java.run.started"),
    *("java.run.completed", "java.run.error", "java.run.completed.x", "Java.Run.Started", "z:_-9"),
)
# XX and T1 are Cloudflare's codes for unknown and Tor
COUNTRIES = (
    *("US", "DE", "GB", "FR", "IN", "CN", "JP", "BR", "CA", "AU", "ES", "TR", "MX", "RU", "ZA"),
    *("NG", "AR", "KE", "NZ", "EG", "MA", "GL", "AQ", "XX"),
)
SYSTEMS = ("linux", "darwin", "win32", "Windows_NT", "FreeBSD", "Ünix", "ａｉｘ", "🐧")
ZONES = (-720, -480, -210, -1, 0, 60, 330, 345, 840)  # minutes east
DURATIONS = (0, 1, 250, 499, 500, 999, 1000, 2999, 3000, 9999, 10_000, 29_999, 30_000, 59_999,
             60_000, 119_999, 120_000, 7_200_000, 2**31 - 1)  # fmt: skip
FRACTIONS = (0.4, 499.5, 499.50001, 500.5, 12.6, 999.5, 2999.4999, 119_999.5, 1e3)
UNFIT_DURATIONS = ("1500", -1, -0.6, 2**31, 2**40, 2147483647.5, 1e300, True, None, [5], {"ms": 5})
UNFIT_EXITS = (True, False, "1", 2**40, -(2**40), None, [0])
INVALID: tuple[dict[str, Any], ...] = (
    *({"t": "yesterday"}, {"t": -1}, {"t": 4_133_980_799_999}, {"t": "2026-02-30"}, {"t": True}),
    *({"t": FIRST_MS - 1}, {"t": 94_694_399.999}, {"t": "20260230"}, {"t": "1972-12-31T23:59:59Z"}),
    *({"t": None}, {"evt": ""}, {"evt": "9lives"}, {"evt": "a" * 65}, {"evt": "java run"}),
    *({"anon": ""}, {"anon": 5}, {"anon": "a" * 129}, {"os": "o" * 31}, {"ext": 1.0}, {"m": []}),
    *({"m": {"deep": [{"key": "\0"}]}}, {"id": ""}, {"sessionId": 7}),
)


class Sent(NamedTuple):
    """An event as it is sent."""

    event: dict[str, Any]
    country: str | None  # the proxy's header
    t: int | None  # the ms since 1970 that `event["t"]` means; None: the event is to be skipped


class Visitor(NamedTuple):
    """A visitor with habits that a few events break."""

    anon: str
    country: str | None
    os: str | None
    ext: str | None
    vscode: str | None


def random_events(seed: int, now_ms: int, count: int = 20_000) -> list[Sent]:
    """Return about `count` events, in random order.

    None is from the last quarter of an hour except those three minutes old, and none from the next
    quarter, so that what is active at `now_ms` is the same some minutes later.
    """
    source = EventSource(random.Random(seed), now_ms)
    events: list[Sent] = []
    while len(events) < count:
        events.extend(source.visit())
    repeated = [sent for sent in events if "id" in sent.event]
    events += source.random.sample(repeated, len(repeated) // 2)
    source.random.shuffle(events)
    return events


class EventSource:
    """Creates visits: some events of one visitor."""

    def __init__(self, source: random.Random, now_ms: int) -> None:
        self.random = source
        self.now = now_ms
        self.today = now_ms - now_ms % DAY_MS
        self.year = datetime.fromtimestamp(now_ms / 1000, UTC).year
        self.visitors = [self._visitor(number) for number in range(1200)]
        self._taken: set[tuple[str, str, int]] = set()

    def _visitor(self, number: int) -> Visitor:
        choice = self.random.choice
        anon = choice((f"user_{number}", f"{number:032x}", f"Zoë {number}", f"{number}@x.org"))
        return Visitor(anon, self._country(), self._os(), self._version(), self._version())

    def _country(self) -> str | None:
        return self.random.choice((*COUNTRIES, *COUNTRIES[:6], "T1", None))

    def _os(self) -> str | None:
        return self.random.choice((*SYSTEMS, *SYSTEMS[:3], "", None))

    def _version(self) -> str | None:
        minor, patch = self.random.randrange(9), self.random.randrange(5)
        return self.random.choice((*[f"1.{minor}.{patch}"] * 12, f"0.{minor}-ß", "", None))

    def visit(self) -> Iterator[Sent]:
        """Yield the events of a visitor: a session of runs, or some others."""
        # a few come every day, most of them seldom
        number = int(self.random.random() ** 2.5 * len(self.visitors))
        visitor, moment = self.visitors[number], self._moment()
        if self.random.random() < 0.6:
            yield from self._session(visitor, moment)
            return
        for _ in range(self.random.randrange(1, 8)):
            yield self._sent(visitor, self.random.choice(NAMES), moment, self._extras())
            moment += self.random.choice((0, 1, 999, MINUTE_MS, HOUR_MS, 5 * HOUR_MS))

    def _moment(self) -> int:
        """Return a time, mostly of the last months, sometimes an odd one."""
        rand = self.random.randrange
        day = self.today - rand(75) * DAY_MS
        return self.random.choice(
            (
                *[day + rand(DAY_MS)] * 12,
                *[self.today - rand(7) * DAY_MS + rand(DAY_MS)] * 3,
                *(day, day - 1, day + 1, day - rand(20) * MINUTE_MS, day + 23 * HOUR_MS),
                *(_ms(2024, 2, 29) + rand(-HOUR_MS, 25 * HOUR_MS), _ms(2000, 2, 29), _ms(2024, 3)),
                _ms(self.year, rand(1, 13)) - rand(-2, 3),  # where months meet
                self.today - rand(60, 1100) * DAY_MS + rand(DAY_MS),  # late
                self.now + HOUR_MS + rand(22 * HOUR_MS),  # early
                self.now - 3 * MINUTE_MS,
                *(FIRST_MS + rand(3 * DAY_MS), _ms(1973, 12, 31), _ms(1999, 12, 31)),
            )
        )

    def _session(self, visitor: Visitor, moment: int) -> Iterator[Sent]:
        choice, rand = self.random.choice, self.random.randrange
        # some ids are shared by visitors and reused on another day, some are missing
        session = choice((f"s{rand(40)}", *[f"{rand(2**40):x}"] * 4, "s" * 129, 5, "", None))
        on_event = rand(3) == 0 and isinstance(session, str) and len(session) <= 128
        steps = (0, 1, 40, 999, 20_000, MINUTE_MS, 10 * MINUTE_MS, 2 * HOUR_MS)
        for _ in range(rand(1, 5)):
            for name in ("java.run.started", choice(("java.run.completed", "java.run.error", ""))):
                if name:
                    m = {**self._run(name), **self._extras()}
                    if not on_event:
                        m["sessionId"] = session
                    sent = self._sent(visitor, name, moment, m)
                    if on_event and sent.t is not None:
                        sent.event["sessionId"] = session
                    yield sent
                moment += choice(steps)
        if rand(3) == 0:
            name = "java.run.completed"
            yield self._sent(visitor, name, moment, self._run(name))

    def _run(self, name: str) -> dict[str, Any]:
        """Return the `m` of a run event: fields of every kind, none, or none that fit."""
        choice, rand = self.random.choice, self.random.randrange
        if name == "java.run.error":
            hashes = (*[f"{rand(25) * 7919:08x}"] * 3, f"{rand(90) * 104_729:08x}")
            fields: dict[str, Any] = {
                "phase": choice(("compile", "compile", "runtime", "link", "Compile", 5, None)),
                "exceptionHash": choice((*hashes * 3, "", None, 17, "h" * 129)),
            }
        elif name == "java.run.completed":
            duration = (*DURATIONS, rand(90_000), rand(3000), rand(3000), round(rand(9000), -3))
            buckets = ("0", "<1KB", "1-10KB", "10-100KB", "≥100KB")
            fields = {
                "durationMs": choice((*duration, *duration, *FRACTIONS, *UNFIT_DURATIONS)),
                "waitMsTotal": choice((0, 1, 7, rand(9000), rand(9000), 2.5, "8", 2**33, None)),
                "exit": choice((*[0] * 12, *[130] * 8, *[1] * 5, 143, 143, 2, -1, *UNFIT_EXITS)),
                "scannerUsage": choice((True, False, False, 1, "true", None)),
                "truncatedOutput": choice((True, *[False] * 5, 0, "false", None)),
                "cumulativeBytesBucket": choice((*buckets, "", 10, None)),
            }
        else:
            fields = {"durationMs": rand(500)}
        return {key: value for key, value in fields.items() if rand(6)}

    def _extras(self) -> dict[str, Any]:
        return {"seq": self.random.randrange(10**6)} if self.random.randrange(2) else {}

    def _sent(self, visitor: Visitor, name: str, t: int, m: dict[str, Any]) -> Sent:
        rand = self.random.randrange
        t = self._free_time(visitor.anon, name, t)
        event: dict[str, Any] = {"anon": visitor.anon, "evt": name, "t": self._written(t), "m": m}
        habits = {"os": self._os, "ext": self._version, "vscode": self._version}
        for field, change in habits.items():
            value = getattr(visitor, field) if rand(12) else change()
            if value is not None or rand(2):
                event[field] = value
        if not m and rand(2):
            event["m"] = None
        if rand(10) == 0:
            # the second kind serves other visitors and times too
            event["id"] = self.random.choice((len(self._taken), f"the {name}"))
        country = visitor.country if rand(12) else self._country()
        if rand(40) == 0:
            return Sent({**event, **self.random.choice(INVALID)}, country, None)
        return Sent(event, country, t)

    def _free_time(self, anon: str, name: str, t: int) -> int:
        """Return a time near `t` at which the visitor has no event of this name.

        Otherwise a session's newest run would be ambiguous.
        """
        t = min(max(t, FIRST_MS), self.now + DAY_MS - MINUTE_MS)
        if abs(t - self.now) < 15 * MINUTE_MS:
            t = self.now - 3 * MINUTE_MS
        while (anon, name, t) in self._taken:
            t += 1
        self._taken.add((anon, name, t))
        return t

    def _written(self, t: int) -> int | float | str:
        """Write a time in one of the ways that clients do."""
        rand, second = self.random.randrange, t / 1000 if t % 1000 else t // 1000
        zone = timezone(timedelta(minutes=self.random.choice(ZONES)))
        utc = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=t)
        iso = utc.astimezone(zone)
        ways: list[int | float | str] = [
            *(second, str(second), t, t, t, str(t), t + 0.9),
            *(
                iso.isoformat(),
                iso.isoformat(" ", "milliseconds"),
                iso.strftime("%Y%m%dT%H%M%S.%f%z"),
            ),
            utc.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            utc.replace(tzinfo=None).isoformat(),
            (utc + timedelta(microseconds=rand(1000))).isoformat(),
        ]
        if t % DAY_MS == 0:
            ways += [utc.strftime("%Y-%m-%d"), utc.strftime("%Y%m%d")] * 2
        return self.random.choice(ways)


def _ms(year: int, month: int, day: int = 1) -> int:
    """Return the first ms of a day."""
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 1000
