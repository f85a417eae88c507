"""Wait for connections with epoll, so that silent connections cost nothing.

Waitress would ask every connection at every turn what it waits for.
"""

from __future__ import annotations

import select
from typing import Any, Final

from waitress import wasyncore

READ: Final = select.EPOLLIN | select.EPOLLPRI
WRITE: Final = select.EPOLLOUT


class Poller:
    """Waits for connections. Only for the event loop's thread.

    A connection is reported once, and again only after `watch`: while its request is being served,
    it waits for nothing.
    """

    def __init__(self, connections: dict[int, Any]) -> None:
        """Take Waitress's map of file descriptors."""
        self._connections = connections
        self._epoll = select.epoll()

    def add_listener(self, descriptor: int) -> None:
        """Report each time that a descriptor is readable: new connections, or a wake-up."""
        self._epoll.register(descriptor, select.EPOLLIN)

    def remove_listener(self, descriptor: int) -> None:
        """Remove a descriptor before it is closed: other processes may keep its socket open."""
        self._epoll.unregister(descriptor)

    def add(self, descriptor: int) -> None:
        """Wait for a new connection's first bytes."""
        self._epoll.register(descriptor, READ | select.EPOLLONESHOT)

    def watch(self, channel: Any) -> None:
        """Wait for what a connection needs next, if anything."""
        if not channel.connected:
            return
        wanted = (READ if channel.readable() else 0) | (WRITE if channel.writable() else 0)
        if wanted:
            self._epoll.modify(channel.socket.fileno(), wanted | select.EPOLLONESHOT)

    def wait(self, seconds: float) -> None:
        """Let connections handle their events, waiting at most `seconds`."""
        for descriptor, flags in self._epoll.poll(seconds):
            handler = self._connections.get(descriptor)
            if handler is not None:  # None: closed earlier in this turn
                wasyncore.readwrite(handler, flags)
