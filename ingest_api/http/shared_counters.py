"""Counters that expire, in memory shared by processes.

The table has a fixed size and is in an unnamed file: the parent creates it, and the workers inherit
its file descriptor. A slot is found by a keyed hash of the counter's name. The random key exists
only in the table, so that the names can't be recovered from it.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import secrets
import struct
import threading
import time
from collections.abc import Callable
from hashlib import blake2b
from typing import Final, NamedTuple, Self

from ingest_api.metrics.shared_memory import create_shared_memory

MAGIC: Final = int.from_bytes(b"counters", "little")
# cells of 8 bytes. The header: magic, number of slots, the key, the lock; a slot: the hash, count
# and end.
CELL: Final = 8
LOCK_CELL: Final = 4  # eight cells: pthread_mutex_t has 40 to 64 bytes, depending on the processor
HEADER_CELLS: Final = 12
SLOT_CELLS: Final = 4
KEY_BYTES: Final = 16
NO_BOUND: Final = (1 << 64) - 1  # the largest value of a cell
SECOND: Final = 1_000_000_000
# how many slots a counter may be placed in; if all are in use, one counter is evicted
PROBES: Final = 16
# attempts to take a lock before other threads of this process get a turn
TRIES: Final = 20
BACKOFF_SECONDS: Final = 0.00002


class Count(NamedTuple):
    """What a counter is at, and how long it lasts: 0 and 0.0 where there is none."""

    value: int
    seconds_left: float


class SharedCounters:
    """One process's access to the table. Thread-safe; after a fork, attach again.

    If a counter finds no free slot, it takes the one that would expire first.
    """

    def __init__(self, fd: int, clock: Callable[[], int] = time.monotonic_ns) -> None:
        """Attach to the table in a file. `clock` returns ns and must be shared by all processes.

        Raises ValueError if the file has no table.
        """
        self.fd = fd
        self._clock = clock
        memory = mmap.mmap(fd, 0)
        magic, self._slots, self._key = struct.unpack_from(f"QQ{KEY_BYTES}s", memory)
        if magic != MAGIC:
            raise ValueError(f"file descriptor {fd} is not a table of counters")
        self._cells = memoryview(memory).cast("Q")
        self._lock = _SharedLock(memory, LOCK_CELL * CELL)

    @classmethod
    def create(cls, slots: int = 131_072) -> Self:
        """Make a table for `slots` counters alive at a time, of 32 bytes each."""
        # slots past the last one, so that a search needs no way back to the first
        fd = create_shared_memory((HEADER_CELLS + (slots + PROBES) * SLOT_CELLS) * CELL)
        os.pwrite(fd, struct.pack("QQ", MAGIC, slots) + secrets.token_bytes(KEY_BYTES), 0)
        counters = cls(fd)
        counters._lock.create()
        return counters

    @classmethod
    def attach(cls, fd: int) -> Self:
        """Open the table that another process created. Raises ValueError if it has none."""
        return cls(fd)

    def add(self, name: str, seconds: int, amount: int = 1, most: int = NO_BOUND) -> Count:
        """Add to a counter; one that doesn't exist begins, to last for `seconds`.

        If that makes more than `most`, nothing is added, and the count is what it would have been.
        """
        high, low = self._hash(name)
        cells = self._cells
        with self._lock:
            now = self._clock()
            at, found = self._find(high, low, now)
            if found:
                value = cells[at + 2] + amount
                if value <= most:
                    cells[at + 2] = value
                return Count(value, (cells[at + 3] - now) / SECOND)
            if amount > most:
                return Count(amount, float(seconds))
            # without an end, the slot is free: a process that dies in between leaves it so
            cells[at + 3] = 0
            cells[at] = high
            cells[at + 1] = low
            cells[at + 2] = amount
            cells[at + 3] = now + seconds * SECOND
        return Count(amount, float(seconds))

    def get(self, name: str) -> Count:
        """Return a counter."""
        high, low = self._hash(name)
        with self._lock:
            now = self._clock()
            at, found = self._find(high, low, now)
            if not found:
                return Count(0, 0.0)
            return Count(self._cells[at + 2], (self._cells[at + 3] - now) / SECOND)

    def _hash(self, name: str) -> tuple[int, int]:
        digest = blake2b(name.encode(), digest_size=2 * CELL, key=self._key).digest()
        return int.from_bytes(digest[:CELL], "little"), int.from_bytes(digest[CELL:], "little")

    def _find(self, high: int, low: int, now: int) -> tuple[int, bool]:
        """Return the first cell of a counter's slot and True, or of the slot to use and False."""
        cells = self._cells
        first = HEADER_CELLS + high % self._slots * SLOT_CELLS
        free, earliest = first, cells[first + 3]
        for at in range(first, first + PROBES * SLOT_CELLS, SLOT_CELLS):
            end = cells[at + 3]
            if end > now and cells[at] == high and cells[at + 1] == low:
                return at, True
            if end < earliest:
                free, earliest = at, end
        return free, False


# PyDLL keeps the interpreter's lock during a call, so no other thread runs in between
_libc = ctypes.PyDLL(None)
# from <pthread.h>; the same in glibc and musl
PROCESS_SHARED: Final = 1
ROBUST: Final = 1


class _SharedLock:
    """A lock between threads and processes, which the kernel releases when its holder is killed.

    It is a POSIX robust mutex, which takes no system call if there is no contention.
    """

    def __init__(self, memory: mmap.mmap, offset: int) -> None:
        """Attach to the lock at an offset."""
        self._mutex = ctypes.byref(ctypes.c_char.from_buffer(memory, offset))
        self._threads = threading.Lock()

    def create(self) -> None:
        """Create the lock, once, before others attach to it."""
        attributes = ctypes.create_string_buffer(64)
        for error in (
            _libc.pthread_mutexattr_init(attributes),
            _libc.pthread_mutexattr_setpshared(attributes, PROCESS_SHARED),
            _libc.pthread_mutexattr_setrobust(attributes, ROBUST),
            _libc.pthread_mutex_init(self._mutex, attributes),
        ):
            if error:
                raise OSError(error, os.strerror(error))

    def __enter__(self) -> None:
        while True:
            self._threads.acquire()
            # others hold it only for a few µs, unless they were preempted
            for _ in range(TRIES):
                error = _libc.pthread_mutex_trylock(self._mutex)
                if error == errno.EBUSY:
                    continue
                if error == errno.EOWNERDEAD:
                    error = _libc.pthread_mutex_consistent(self._mutex)
                if error:
                    self._threads.release()
                    raise OSError(error, os.strerror(error))
                return
            self._threads.release()
            time.sleep(BACKOFF_SECONDS)

    def __exit__(self, *_: object) -> None:
        _libc.pthread_mutex_unlock(self._mutex)
        self._threads.release()
