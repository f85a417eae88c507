"""Waitress on the socket that all workers share: set up, run, and ended without a lost answer."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import waitress
from waitress import wasyncore

from ingest_api.serving.waitress.channel import Channel
from ingest_api.serving.waitress.rounds import Rounds

# past what any event needs, so that the usual too large body gets our answer, not a cut connection
MAX_REQUEST_BYTES = 1 << 20
MAX_HEADER_BYTES = 32 << 10
POLL_SECONDS = 1.0
MOST_CONNECTIONS = 10_000
FILES_BESIDE = 128  # the log, the database, shared memory
MOST_ACCEPTS = 64  # at once, while others wait for their turn
DRAIN_SECONDS = 2.0
# how long a connection may say nothing
IDLE_SECONDS = 120
LOOK_SECONDS = 30.0
# how long a quiet connection may still send a request before it is closed
QUIET_SECONDS = 0.3


def create_server(
    app: object, listener: socket.socket, threads: int, rounds: Rounds | None = None
) -> Any:
    """Return a Waitress server on a listening socket; without `rounds`, one as Waitress comes."""
    server = waitress.create_server(
        app,
        sockets=[listener],
        _dispatcher=rounds,
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=False,  # whom to trust is ingest_api/address.py's to say
        max_request_body_size=MAX_REQUEST_BYTES,
        max_request_header_size=MAX_HEADER_BYTES,
        connection_limit=connection_limit(),
        backlog=1024,
        asyncore_use_poll=True,
        channel_timeout=IDLE_SECONDS,
    )
    if rounds:
        server.channel_class = Channel
        # by the clock of the day: when that is set forth, it would close all, asked or not
        server.maintenance = lambda _: None
        rounds.wake = server.trigger.pull_trigger
        server.pull_trigger = lambda: None  # a thread that has answered wakes the loop by itself
        server.handle_accept = partial(_accept, server)
        server.accepts_at_once = 1
    server.draining = False
    server.overdue = set()  # connections that are cut at their deadline
    return server


def begin_stop(server: Any) -> None:
    """Make `serve` return soon. May be called in a signal handler, or by another thread."""
    server.draining = True
    server.trigger.pull_trigger()


def connection_limit() -> int:
    """Raise this process's limit of open files; return how many connections fit in it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + FILES_BESIDE
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(FILES_BESIDE, wanted - FILES_BESIDE)


def serve(server: Any, rounds: Rounds, count_stalled: Callable[[int], None]) -> None:
    """Serve until the server is `draining`, then let every request that came be answered.

    `count_stalled` is given the number of connections that were cut because their clients took
    nothing of an answer.
    """
    connections = server._map
    look_at = close_idle_at = time.monotonic()
    while not server.draining:
        wasyncore.poll2(0 if rounds.has_requests() else POLL_SECONDS, connections)
        rounds.run()
        now = time.monotonic()
        if now >= look_at:
            look_at = now + POLL_SECONDS
            if stalled := _cut_overdue(server, now):
                count_stalled(stalled)
        if now >= close_idle_at:
            close_idle_at = now + LOOK_SECONDS
            type(server).maintenance(server, now)
    _accept_waiting(server)
    wasyncore.dispatcher.close(server)
    began = time.monotonic()
    while server.active_channels and time.monotonic() - began < DRAIN_SECONDS:
        wasyncore.poll2(0 if rounds.has_requests() else 0.05, connections)
        rounds.run()
        if time.monotonic() - began > QUIET_SECONDS:
            for channel in list(server.active_channels.values()):
                if channel.is_quiet():
                    channel.handle_close()
    rounds.shutdown(timeout=0.2)


def _cut_overdue(server: Any, now: float) -> int:
    """Cut the connections past their deadline; return how many had not taken their answer."""
    return sum([channel.cut_if_overdue(now) for channel in list(server.overdue)])


def _accept(server: Any) -> None:
    """Take waiting connections: one, and more each time that there are, to share with others."""
    before = len(server.active_channels)
    for _ in range(server.accepts_at_once):
        type(server).handle_accept(server)
    taken = len(server.active_channels) - before
    all_taken = taken < server.accepts_at_once
    server.accepts_at_once = 1 if all_taken else min(2 * taken, MOST_ACCEPTS)


def _accept_waiting(server: Any) -> None:
    """Take the connections that were made before the stop: closing the socket would drop them."""
    count = -1
    while count != len(server.active_channels):
        count = len(server.active_channels)
        server.handle_accept()
