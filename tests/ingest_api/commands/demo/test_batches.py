"""Batches hold every event once, in bodies that the server takes, one origin each."""

from __future__ import annotations

import msgspec

from ingest_api.commands.demo.batches import MAX_BYTES, MAX_EVENTS, Batch, batches
from ingest_api.commands.demo.generator import Arrival, Origin
from ingest_api.commands.demo.places import Place
from ingest_api.commands.demo.visits import SentEvent
from ingest_api.events.contract import SCHEMA

HERE, THERE = Origin(Place("DE", "BY", 1.0), 0), Origin(Place(None, None, 0.0), 1)


def events_of(batch: Batch) -> list[SentEvent]:
    body = msgspec.json.decode(batch.body)
    assert body["schema"] == SCHEMA
    return msgspec.convert(body["batch"], list[SentEvent])


def arrival(day: int, origin: Origin, *names: str, text: str = "") -> Arrival:
    return Arrival(day, origin, [SentEvent("anon", name, 1, m={"text": text}) for name in names])


def test_every_event_is_in_one_batch(arrivals: list[Arrival], events: list[SentEvent]) -> None:
    batched = [event for batch in batches(arrivals) for event in events_of(batch)]
    assert len(batched) == len(events)
    assert {event.id for event in batched} == {event.id for event in events}


def test_a_batch_is_below_the_limits_and_counts_its_events(arrivals: list[Arrival]) -> None:
    for batch in batches(arrivals):
        assert len(batch.body) <= MAX_BYTES
        assert batch.events == len(events_of(batch)) <= MAX_EVENTS


def test_large_events_make_smaller_batches() -> None:
    large = arrival(0, HERE, *["a"] * 30, text="x" * 10_000)
    sizes = [(batch.events, len(batch.body)) for batch in batches([large])]
    assert [count for count, _ in sizes] == [6] * 5
    assert max(size for _, size in sizes) <= MAX_BYTES


def test_a_batch_has_one_origin() -> None:
    made = list(
        batches([arrival(0, HERE, "a", "b"), arrival(0, THERE, "c"), arrival(1, HERE, "d")])
    )
    names = {batch.origin: [event.evt for event in events_of(batch)] for batch in made}
    assert names == {HERE: ["a", "b", "d"], THERE: ["c"]}


def test_a_week_is_sent_before_the_next() -> None:
    made = batches([arrival(6, HERE, "a"), arrival(6, THERE, "b"), arrival(7, HERE, "c")])
    assert [[event.evt for event in events_of(batch)] for batch in made] == [["a"], ["b"], ["c"]]
