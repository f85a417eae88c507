"""Open the listening socket that all workers share, and stop new connections at a shutdown."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import ipaddress
import socket
import struct
import time
from typing import Final

BIND_SECONDS: Final = 5.0
# <asm/socket.h>; the socket module does not name it
SO_ATTACH_FILTER: Final = 26
# classic BPF: drop the packets with a SYN flag, keep the others. Offset 13 of a TCP header: flags.
DROP_SYN: Final = (
    (0x30, 0, 0, 13),  # load the byte at 13
    (0x45, 0, 1, 0x02),  # is SYN set?
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFFFFFF),  # keep
)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket, for IPv4 too if the host is `::`. Raises OSError.

    If the port is in use, retry for a few seconds: the workers of a server that was killed may
    still be answering their last requests.
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


def refuse_new(listener: socket.socket) -> None:
    """Refuse new connections; those already made can still be accepted.

    Closing the socket resets the connections that are not accepted yet, however soon after the last
    accept. So without this, some clients under load would get a reset at a stop instead of an
    answer. A client that connects now retries after a second, and finds no server, or the next one.
    Does nothing if the system has no such filter.
    """
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in DROP_SYN)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HP", len(DROP_SYN), ctypes.addressof(buffer))
    with contextlib.suppress(OSError):  # unsupported, for example by gVisor
        listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def is_any_ipv6(host: str) -> bool:
    """Return whether a host is the IPv6 wildcard address, in any spelling."""
    try:
        return ":" in host and ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
