"""The listening socket that all workers share."""

from __future__ import annotations

import errno
import ipaddress
import socket
import time
from typing import Final

BIND_SECONDS: Final = 5.0


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket, for IPv4 too if the host is `::`. Raises OSError.

    A port in use is tried for some seconds: the workers of a server that was killed may still be
    answering their last requests.
    """
    deadline = time.monotonic() + BIND_SECONDS
    while True:
        try:
            return socket.create_server(
                (host, port),
                family=socket.AF_INET6 if ":" in host else socket.AF_INET,
                backlog=1024,
                dualstack_ipv6=is_any_ipv6(host) and socket.has_dualstack_ipv6(),
            )
        except OSError as error:
            if time.monotonic() > deadline or error.errno != errno.EADDRINUSE:
                raise
            time.sleep(0.1)


def is_any_ipv6(host: str) -> bool:
    """Return whether a host is all addresses of IPv6, however it is written."""
    try:
        return ":" in host and ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
