"""Wait for connections by epoll, so that those that say nothing cost nothing.

Waitress asks every connection at every turn what it waits for.
"""

from __future__ import annotations

import select
from typing import Any, Final

from waitress import wasyncore

READ: Final = select.EPOLLIN | select.EPOLLPRI
WRITE: Final = select.EPOLLOUT


class Poller:
    """For the thread of the event loop alone.

    A connection is reported once, then not again before `watch` says that it waits for something:
    while its request is being served it waits for nothing.
    """

    def __init__(self, connections: dict[int, Any]) -> None:
        """Take Waitress's map of file descriptors."""
        self._connections = connections
        self._epoll = select.epoll()

    def add_listener(self, descriptor: int) -> None:
        """Wait for what can be read, again and again: new connections, a wake-up."""
        self._epoll.register(descriptor, select.EPOLLIN)

    def remove_listener(self, descriptor: int) -> None:
        """Forget it before it is closed: other processes may hold it open, and it would go on."""
        self._epoll.unregister(descriptor)

    def add(self, descriptor: int) -> None:
        """Wait for a new connection's first bytes."""
        self._epoll.register(descriptor, READ | select.EPOLLONESHOT)

    def watch(self, channel: Any) -> None:
        """Wait for what a connection wants now, if anything."""
        if not channel.connected:
            return
        wanted = (READ if channel.readable() else 0) | (WRITE if channel.writable() else 0)
        if wanted:
            self._epoll.modify(channel.socket.fileno(), wanted | select.EPOLLONESHOT)

    def wait(self, seconds: float) -> None:
        """Have each connection handle what comes within so many seconds."""
        for descriptor, flags in self._epoll.poll(seconds):
            handler = self._connections.get(descriptor)
            if handler is not None:  # else it was closed in this turn
                wasyncore.readwrite(handler, flags)
