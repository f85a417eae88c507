"""The event stream is exact, repeatable, and looks like people using a product."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec
import pytest

from ingest_api.commands.demo.distributions import NEW_EXCEPTION
from ingest_api.commands.demo.generator import Arrival, History
from ingest_api.commands.demo.period import Period, period_up_to
from ingest_api.commands.demo.visits import SentEvent
from ingest_api.events.contract import COLUMNS, Event, LogLine, milliseconds, move_to_columns
from tests.ingest_api.commands.demo.conftest import NOW

WEEK = period_up_to(date(2026, 3, 31), 7, NOW)


def encoded(events: Iterable[SentEvent]) -> set[bytes]:
    return {msgspec.json.encode(event) for event in events}


def test_the_same_seed_gives_the_same_events() -> None:
    assert list(History(5, 3000, WEEK).events()) == list(History(5, 3000, WEEK).events())


def test_a_history_can_be_read_twice() -> None:
    history = History(5, 1000, WEEK)
    assert list(history.events()) == list(history.events())


def test_another_seed_gives_other_events() -> None:
    ours = {event.anon for event in History(5, 3000, WEEK).events()}
    others = {event.anon for event in History(6, 3000, WEEK).events()}
    assert not ours & others


@pytest.mark.parametrize("count", [1, 2, 3, 100, 12_345])
@pytest.mark.parametrize("days", [1, 2, 30])
def test_there_are_exactly_as_many_events_as_asked_for(count: int, days: int) -> None:
    history = History(1, count, period_up_to(date(2026, 3, 30), days, NOW))
    events = list(history.events())
    assert len(events) == count
    assert len({event.anon for event in events}) == history.visitors


def test_more_events_are_the_same_and_more() -> None:
    assert encoded(History(1, 500, WEEK).events()) < encoded(History(1, 1500, WEEK).events())


def test_two_hours_later_a_visitors_events_are_the_same_and_more() -> None:
    later = period_up_to(date(2026, 3, 31), 7, datetime(2026, 3, 31, 17, 59, tzinfo=UTC))
    before, after = (list(History(1, 20_000, period).events()) for period in (WEEK, later))
    kept, still = {event.anon for event in after}, encoded(after)
    changed = {
        event.anon
        for event in before
        if event.anon in kept and msgspec.json.encode(event) not in still
    }
    assert len(changed) <= 1  # the last visitor, whose events are cut short
    assert max(event.t for event in before) < WEEK.until_ms < max(event.t for event in after)


def test_every_event_obeys_the_contract(events: list[SentEvent], period: Period) -> None:
    for event in events:
        sent = msgspec.json.decode(msgspec.json.encode(event), type=Event)
        assert re.fullmatch("[0-9a-f]{32}", sent.anon)
        assert milliseconds(event.t) == event.t
        assert period.day_ms(0) <= event.t < period.until_ms
        assert sent.os
        assert sent.ext
        assert sent.vscode
        line = LogLine(1, event.t, "", "", "", "", "", 0)
        move_to_columns(sent.m or {}, line)
        assert not (line.m or {}).keys() & COLUMNS.keys()


def test_every_event_has_an_id_of_its_own(events: list[SentEvent]) -> None:
    assert len({event.id for event in events}) == len(events)


def test_each_run_has_a_session_and_one_visitor(events: list[SentEvent]) -> None:
    sessions: defaultdict[str, list[SentEvent]] = defaultdict(list)
    for event in events:
        if event.evt.startswith("java.run."):
            assert event.m is not None
            sessions[event.m["sessionId"]].append(event)
    lonely = 0
    for session in sessions.values():
        names = [event.evt for event in session]
        assert len({event.anon for event in session}) == 1
        assert names[0] == "java.run.started"
        assert names[1:] in (["java.run.completed"], ["java.run.error"], [])
        lonely += len(names) == 1
    assert lonely <= 1  # the one where the last visitor was cut short


def test_the_kinds_of_events_are_those_of_the_product(events: list[SentEvent]) -> None:
    names = Counter(event.evt for event in events)
    assert names["java.run.started"] > names["lifecycle.activate"] > names["install.created"] > 0
    for name in ("lifecycle.deactivate", "settings.changed", "extension.upgraded"):
        assert names[name] > 0
    assert any(name.startswith("feature.") for name in names)
    systems = Counter(event.os for event in events)
    assert [system for system, _ in systems.most_common()] == ["Windows_NT", "Darwin", "Linux"]


def test_every_visitor_installs_once_and_first(arrivals: list[Arrival], history: History) -> None:
    seen: set[str] = set()
    for arrival in arrivals:
        for event in arrival.events:
            assert (event.evt == "install.created") == (event.anon not in seen)
            seen.add(event.anon)
    assert len(seen) == history.visitors


def test_visitors_come_back_ever_fewer_of_them(arrivals: list[Arrival], period: Period) -> None:
    days: defaultdict[str, list[int]] = defaultdict(list)
    for arrival in arrivals:
        days[arrival.events[0].anon].append(arrival.day)

    def retention(*ages: int) -> float:
        old = [visits for visits in days.values() if visits[0] + max(ages) < period.days - 1]
        back = sum(visits[0] + age in visits for visits in old for age in ages)
        return back / len(old) / len(ages)

    assert 0.15 < retention(1) < 0.45
    assert retention(1) > retention(*range(5, 10)) > retention(*range(28, 35)) > 0.03


def test_weekdays_are_busier_than_weekends(arrivals: list[Arrival], period: Period) -> None:
    visitors = Counter(period.weekday(arrival.day) for arrival in arrivals)
    assert min(visitors[day] for day in range(5)) > 1.5 * max(visitors[5], visitors[6])


def test_it_grows_after_a_launch_with_a_spike(arrivals: list[Arrival]) -> None:
    installs = Counter(
        arrival.day for arrival in arrivals if arrival.events[0].evt == "install.created"
    )
    launch = max(installs, key=lambda day: installs[day])
    assert 5 <= launch <= 12
    assert installs[launch] > 2 * max(installs[day] for day in range(30, 90))
    visits = Counter(arrival.day // 28 for arrival in arrivals)
    assert visits[2] > 1.3 * visits[1]


def test_today_is_not_empty(arrivals: list[Arrival]) -> None:
    assert arrivals[-1].day == 89


def versions_by_day(arrivals: list[Arrival]) -> dict[int, Counter[str]]:
    versions: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for arrival in arrivals:
        versions[arrival.day][arrival.events[-1].ext or ""] += 1
    return versions


def test_a_version_rolls_out_over_days_and_some_stay_behind(arrivals: list[Arrival]) -> None:
    versions = versions_by_day(arrivals)
    first = next(day for day in range(90) if versions[day]["1.2.0"])

    def share(*days: int) -> float:
        return sum(versions[day]["1.2.0"] / versions[day].total() for day in days) / len(days)

    early, later, done = (share(first + day, first + day + 1) for day in (0, 3, 9))
    assert 0 < early < later < done
    assert early < 0.5
    assert done > 0.8
    assert sum(versions[day]["1.0.0"] for day in range(60, 90)) > 0


def test_host_versions_roll_out_too(events: list[SentEvent]) -> None:
    hosts = Counter(event.vscode for event in events)
    assert {"1.108.0", "1.109.0", "1.110.0"} <= set(hosts)
    assert len(hosts) > 5


def test_the_bad_release_stands_out_from_its_neighbours(events: list[SentEvent]) -> None:
    runs: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for event in events:
        if event.evt == "java.run.started":
            runs[event.ext or ""]["started"] += 1
        elif event.m and event.m.get("phase") == "runtime":
            runs[event.ext or ""]["failed"] += 1
            runs[event.ext or ""]["new"] += event.m["exceptionHash"] == NEW_EXCEPTION
    rates = {version: counts["failed"] / counts["started"] for version, counts in runs.items()}
    assert rates["1.4.0"] > 2.5 * max(rates["1.3.0"], rates["1.4.1"])
    assert {version for version, counts in runs.items() if counts["new"]} == {"1.4.0"}


def test_a_visitor_stays_where_they_are(arrivals: list[Arrival]) -> None:
    origins: dict[str, object] = {}
    for arrival in arrivals:
        assert origins.setdefault(arrival.events[0].anon, arrival.origin) == arrival.origin
    countries = Counter(arrival.origin.place.country for arrival in arrivals)
    assert [country for country, _ in countries.most_common(2)] == ["US", "IN"]
    assert len(countries) > 40
    assert countries[None] > 0


def test_an_address_has_no_more_visitors_than_it_may(period: Period) -> None:
    history = History(1, 400_000, period_up_to(date(2026, 3, 31), 3, NOW))
    visitors: defaultdict[int, set[str]] = defaultdict(set)
    for arrival in history.arrivals():
        visitors[arrival.origin.address].add(arrival.events[0].anon)
    assert max(len(anons) for anons in visitors.values()) == 1000
