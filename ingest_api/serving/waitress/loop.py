"""Run Waitress on the socket that all workers share, and stop it without losing answers."""

from __future__ import annotations

import logging
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import waitress
from waitress import wasyncore
from waitress.utilities import queue_logger

from ingest_api.log.writer import LogWriter
from ingest_api.serving.waitress.channel import Channel
from ingest_api.serving.waitress.plain import options
from ingest_api.serving.waitress.poller import Poller
from ingest_api.serving.waitress.rounds import Rounds

# served by separate threads, so that nothing slow can block them
ASIDE = ("/ready", "/dbhealth", "/metrics")
POLL_SECONDS = 1.0
MOST_ACCEPTS = 64  # per turn, while other connections wait
DRAIN_SECONDS = 2.0
# how long a connection may be idle
IDLE_SECONDS = 120
# at a stop, how long a quiet connection may still send a request before it is closed
QUIET_SECONDS = 0.3


def run(
    make_app: Callable[[Rounds], object],
    listener: socket.socket,
    threads: int,
    log: LogWriter,
    quick: Collection[str],
    count: Callable[[str, int], object],
) -> None:
    """Serve an application that appends to the log in rounds, until SIGTERM.

    For the main thread. `quick` are the paths that wait only for the log.
    """
    rounds = Rounds(log, threads, quick, ASIDE)
    server = create_server(make_app(rounds), listener, threads, rounds)
    signal.signal(signal.SIGTERM, lambda *_: begin_stop(server))
    serve(server, rounds, count)


def create_server(app: object, listener: socket.socket, threads: int, rounds: Rounds) -> Any:
    """Return a Waitress server on a listening socket, adapted to our event loop."""
    queue_logger.setLevel(logging.ERROR)  # it logs a line per request that waits for a thread
    server = waitress.create_server(app, _dispatcher=rounds, **options(listener, threads))
    server.channel_class = Channel
    rounds.wake = server.trigger.pull_trigger
    server.pull_trigger = lambda: None  # Rounds wakes the loop when a thread has answered
    server.handle_accept = partial(_accept, server)
    server.accepts_at_once = 1
    server.poller = rounds.poller = Poller(server._map)
    for listening in (server, server.trigger):
        server.poller.add_listener(listening.socket.fileno())
    server.draining = False
    server.overdue = set()  # connections that have a deadline
    return server


def begin_stop(server: Any) -> None:
    """Make `serve` return soon. May be called from a signal handler or another thread."""
    server.draining = True
    server.trigger.pull_trigger()


def serve(server: Any, rounds: Rounds, count: Callable[[str, int], object]) -> None:
    """Serve until the server is `draining`, then answer every request that was received.

    `count` is called with a meter and the number of connections that were closed for it.
    """
    server.count = count
    look_at = time.monotonic()
    while not server.draining:
        server.poller.wait(0 if rounds.has_requests() else POLL_SECONDS)
        rounds.run()
        now = time.monotonic()
        if now >= look_at:
            look_at = now + POLL_SECONDS
            _cut_overdue(server, now)
            _close_idle(server, now - IDLE_SECONDS)
    _accept_waiting(server)
    server.poller.remove_listener(server.socket.fileno())
    wasyncore.dispatcher.close(server)
    began = time.monotonic()
    while server.active_channels and time.monotonic() - began < DRAIN_SECONDS:
        server.poller.wait(0 if rounds.has_requests() else 0.05)
        rounds.run()
        if time.monotonic() - began > QUIET_SECONDS:
            for channel in list(server.active_channels.values()):
                if channel.is_quiet():
                    channel.handle_close()
    rounds.shutdown(timeout=0.2)


def _cut_overdue(server: Any, now: float) -> None:
    """Close the connections that are past their deadline."""
    meters = Counter(channel.cut_if_overdue(now) for channel in list(server.overdue))
    for meter, number in meters.items():
        if meter:
            server.count(meter, number)


def _close_idle(server: Any, since: float) -> None:
    """Close the connections that have been idle since `since`."""
    for channel in list(server.active_channels.values()):
        if channel.last_activity < since and channel.is_quiet():
            channel.handle_close()


def _make_room(server: Any) -> bool:
    """If there are too many connections, close the longest idle one; return if a new one fits.

    Refusing new ones instead would let a few silent clients lock out all others.
    """
    if len(server.active_channels) < server.adj.connection_limit:
        return True
    waiting = [channel for channel in server.active_channels.values() if channel.can_give_way()]
    if waiting:
        min(waiting, key=lambda channel: channel.last_activity).handle_close()
        server.count("evicted_connections", 1)
    return bool(waiting)


def _accept(server: Any) -> None:
    """Accept one connection, and more per turn while more wait, so that workers share the load."""
    before = len(server.active_channels)
    for _ in range(server.accepts_at_once):
        if _make_room(server):
            type(server).handle_accept(server)
    taken = len(server.active_channels) - before
    all_taken = taken < server.accepts_at_once
    server.accepts_at_once = 1 if all_taken else min(2 * taken, MOST_ACCEPTS)


def _accept_waiting(server: Any) -> None:
    """Accept the connections made before the stop: closing the socket would reset them."""
    count = -1
    while count != len(server.active_channels):
        count = len(server.active_channels)
        server.handle_accept()
