"""A visit's outline says how many events it has, and its events make sense in their order."""

from __future__ import annotations

from datetime import UTC, date, datetime

from ingest_api.commands.demo.period import period_up_to
from ingest_api.commands.demo.releases import Release
from ingest_api.commands.demo.visitors import Audience
from ingest_api.commands.demo.visits import Visit, draw_sessions, write_events

RELEASE = Release("1.1.0", 0)
PERIOD = period_up_to(date(2026, 3, 31), 90, datetime(2026, 4, 2, tzinfo=UTC))
AUDIENCE = Audience(1, PERIOD)


def visit(number: int, nth_day: int = 0, upgraded_from: str | None = None) -> Visit:
    visitor = AUDIENCE.visitor(number)
    day = visitor.days[nth_day]
    rng = AUDIENCE.random(f"{number}/{day}")
    sessions = draw_sessions(visitor, day, PERIOD, rng)
    return Visit(visitor, day, sessions, RELEASE, upgraded_from, "1.100.0", rng)


def test_the_outline_counts_the_events() -> None:
    for number in range(300):
        for upgraded_from in (None, "1.0.0"):
            outline = visit(number, -1, upgraded_from)
            assert len(write_events(outline)) == outline.events


def test_events_lie_within_their_session_in_order() -> None:
    for number in range(300):
        outline = visit(number)
        times = [event.t for event in write_events(outline)]
        assert times == sorted(times)
        if outline.sessions:
            assert times[0] == outline.sessions[0].start_ms
            assert times[-1] == outline.sessions[-1].end_ms


def test_the_first_visit_begins_with_the_install_and_no_other_has_one() -> None:
    for number in range(300):
        names = [event.evt for event in write_events(visit(number))]
        assert names[:1] in (["install.created"], [])
        assert names.count("install.created") <= 1
        if len(AUDIENCE.visitor(number).days) > 1:
            names = [event.evt for event in write_events(visit(number, 1))]
            assert "install.created" not in names


def test_an_upgrade_is_sent_once_with_the_previous_version() -> None:
    events = write_events(visit(3, -1, "1.0.0"))
    upgrades = [event for event in events if event.evt == "extension.upgraded"]
    assert [(event.ext, event.m) for event in upgrades] == [("1.1.0", {"from": "1.0.0"})]


def test_people_work_by_their_own_clock() -> None:
    asleep = awake = 0
    for number in range(2000):
        outline = visit(number)
        for session in outline.sessions:
            local_ms = session.start_ms + outline.visitor.place.utc_offset * 3_600_000
            hour = local_ms // 3_600_000 % 24
            asleep += 1 <= hour < 6
            awake += 9 <= hour < 14
    assert awake > 20 * asleep
