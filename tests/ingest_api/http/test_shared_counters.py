"""Counters shared by processes: exact, forgotten in time, and never held by the dead."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from ingest_api.http.shared_counters import PROBES, SECOND, Count, SharedCounters


class Clock:
    """A clock that tests set, in ns."""

    def __init__(self) -> None:
        self.now = 5 * SECOND

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def small(clock: Clock) -> SharedCounters:
    """Return a table in which all counters share the same few slots."""
    return SharedCounters(SharedCounters.create(slots=1).fd, clock)


@contextmanager
def process(code: str, counters: SharedCounters) -> Iterator[subprocess.Popen[str]]:
    """Run code in a process that has the table as `counters`; end it at last."""
    code = (
        "import sys, threading, time\n"
        "from ingest_api.http.shared_counters import SharedCounters\n"
        f"counters = SharedCounters.attach({counters.fd})\n{code}"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, pass_fds=[counters.fd], stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def test_a_counter_counts_until_its_end(clock: Clock) -> None:
    counters = small(clock)
    assert counters.get("a") == Count(0, 0.0)
    assert counters.add("a", 60) == Count(1, 60.0)
    clock.now += 59 * SECOND
    assert counters.add("a", 60, 5) == Count(6, 1.0)
    assert counters.get("a") == Count(6, 1.0)
    assert counters.get("b") == Count(0, 0.0)
    clock.now += 1 * SECOND
    assert counters.get("a") == Count(0, 0.0)
    assert counters.add("a", 60) == Count(1, 60.0)


def test_what_would_be_too_much_is_not_added(clock: Clock) -> None:
    counters = small(clock)
    assert counters.add("a", 60, 11, most=10) == Count(11, 60.0)
    assert counters.get("a") == Count(0, 0.0)
    assert counters.add("a", 60, 7, most=10) == Count(7, 60.0)
    clock.now += 10 * SECOND
    assert counters.add("a", 60, 4, most=10) == Count(11, 50.0)
    assert counters.get("a") == Count(7, 50.0)
    assert counters.add("a", 60, 3, most=10) == Count(10, 50.0)


def test_a_counter_is_found_behind_ones_that_ended(clock: Clock) -> None:
    counters = small(clock)
    for number in range(PROBES):
        counters.add(f"{number}", 60 if number == PROBES - 1 else 1)
    clock.now += 2 * SECOND
    assert counters.add(f"{PROBES - 1}", 60).value == 2
    # and new ones take the slots of those, not of the living
    for number in range(PROBES - 1):
        counters.add(f"new {number}", 1)
    assert counters.get(f"{PROBES - 1}").value == 2


def test_in_a_full_table_the_counter_nearest_its_end_gives_way(clock: Clock) -> None:
    counters = small(clock)
    for number in range(PROBES):
        counters.add(f"{number}", 60 + number * 7 % PROBES)
    counters.add("one more", 600)
    alive = [number for number in range(PROBES) if counters.get(f"{number}").value]
    assert alive == list(range(1, PROBES))
    assert counters.get("one more").value == 1


class Lookalikes(SharedCounters):
    """A table in which all hashes begin alike."""

    def _hash(self, name: str) -> tuple[int, int]:
        return 7, int(name)


def test_counters_are_told_apart_by_the_whole_hash() -> None:
    counters = Lookalikes(SharedCounters.create(slots=64).fd)
    assert [counters.add(name, 60).value for name in ("1", "2", "1")] == [1, 1, 2]


def test_every_slot_of_the_table_is_used() -> None:
    counters = SharedCounters.create(slots=512)
    names = [f"{number}" for number in range(400)]
    for name in names:
        counters.add(name, 600)
    assert sum(counters.get(name).value for name in names) > 380


def test_the_memory_holds_no_name() -> None:
    counters = SharedCounters.create(slots=64)
    counters.add("81.2.69.142", 60)
    memory = os.pread(counters.fd, os.fstat(counters.fd).st_size, 0)
    assert b"81.2" not in memory
    assert socket.inet_aton("81.2.69.142") not in memory
    # nor is it the same in another table, where it could be recognised
    other = SharedCounters.create(slots=64)
    other.add("81.2.69.142", 60)
    assert counters._hash("81.2.69.142") != other._hash("81.2.69.142")


def test_a_file_of_another_kind_is_refused() -> None:
    fd = os.memfd_create("other")
    os.truncate(fd, 4096)
    with pytest.raises(ValueError, match=f"{fd} is not a table"):
        SharedCounters.attach(fd)
    os.close(fd)


def test_a_python_without_memfd_shares_a_file_without_a_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "memfd_create")
    counters = SharedCounters.create(slots=64)
    with process("counters.add('a', 60)", counters) as other:
        assert other.wait(20) == 0
    assert counters.add("a", 60).value == 2
    assert os.fstat(counters.fd).st_nlink == 0
    os.close(counters.fd)


HAMMER = """
allowed = []
def hammer():
    for _ in range(2000):
        allowed.append(counters.add("a", 600).value <= 5000)
threads = [threading.Thread(target=hammer) for _ in range(4)]
sys.setswitchinterval(1e-6)
counters.add("ready", 600)
while counters.get("ready").value < 4: pass
for thread in threads: thread.start()
for thread in threads: thread.join()
print(sum(allowed))
"""


def test_processes_and_threads_together_count_exactly() -> None:
    counters = SharedCounters.create()
    with ExitStack() as stack:
        others = [stack.enter_context(process(HAMMER, counters)) for _ in range(4)]
        outputs = [other.communicate(timeout=60)[0] for other in others]
    assert sum(int(output) for output in outputs) == 5000
    assert counters.get("a").value == 32_000


def test_two_doors_in_one_process_exclude_each_other() -> None:
    first = SharedCounters.create(slots=64)
    second = SharedCounters.attach(first.fd)

    def count(counters: SharedCounters) -> None:
        for _ in range(3000):
            counters.add("a", 600)

    threads = [threading.Thread(target=count, args=(door,)) for door in (first, second) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert first.get("a").value == 12_000


def count_in_thread(counters: SharedCounters) -> threading.Thread:
    """Start a thread that counts once, which must not hold up the tests if it can't."""
    thread = threading.Thread(target=counters.add, args=("a", 600), daemon=True)
    thread.start()
    return thread


def test_a_process_killed_while_it_counts_holds_up_nobody() -> None:
    counters = SharedCounters.create(slots=64)
    hold = "with counters._lock:\n    print('held', flush=True)\n    time.sleep(600)"
    with process(hold, counters) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        waiting = count_in_thread(counters)
        waiting.join(0.2)
        assert waiting.is_alive(), "the lock excludes nobody"
        holder.send_signal(signal.SIGKILL)
        waiting.join(20)
    assert not waiting.is_alive()
    assert counters.get("a").value == 1


def test_processes_killed_at_any_moment_leave_a_table_that_counts() -> None:
    counters = SharedCounters.create(slots=1)
    endless = "print('counting', flush=True)\nwhile True: counters.add(str(time.time()), 600)"
    for round_number in range(1, 6):
        with process(endless, counters) as victim:
            assert victim.stdout is not None
            assert victim.stdout.readline() == "counting\n"
            victim.send_signal(signal.SIGKILL)
            victim.wait(20)
        counting = count_in_thread(counters)
        counting.join(20)
        assert not counting.is_alive(), f"round {round_number}"
    assert [counters.add("b", 600).value for _ in range(3)] == [1, 2, 3]
