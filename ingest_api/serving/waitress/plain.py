"""Plain Waitress, through its public interface only: slower, but works with any version.

Requests run in threads that wait for the log. This must not import its neighbours.
"""

from __future__ import annotations

import logging
import resource
import signal
import socket
from typing import Any, Final

import waitress

# larger than our own limit, so that most too large bodies get our answer, not a reset
MAX_REQUEST_BYTES: Final = 1 << 20
MAX_HEADER_BYTES: Final = 32 << 10
MOST_CONNECTIONS: Final = 10_000
OTHER_FILES: Final = 128  # the log, the database, shared memory
# at a stop, how long pending requests are still answered
DRAIN_SECONDS: Final = 0.5


def serve(app: object, listener: socket.socket, threads: int) -> None:
    """Serve on a listening socket until SIGTERM. For the main thread."""
    # its log lines may contain a client's address; the application logs its own errors
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGALRM, _end)
    signal.signal(signal.SIGTERM, lambda *_: signal.setitimer(signal.ITIMER_REAL, DRAIN_SECONDS))
    waitress.serve(app, **options(listener, threads))


def options(listener: socket.socket, threads: int) -> dict[str, Any]:
    """Return Waitress's options, for this loop and ours."""
    return {
        "sockets": [listener],
        "threads": threads,
        "ident": None,
        "clear_untrusted_proxy_headers": False,  # http/client_address.py decides which to trust
        "max_request_body_size": MAX_REQUEST_BYTES,
        "max_request_header_size": MAX_HEADER_BYTES,
        "inbuf_overflow": 2 * MAX_REQUEST_BYTES,  # never: a raw user id must not reach the disk
        "connection_limit": connection_limit(),
        "backlog": 1024,
        "asyncore_use_poll": True,
    }


def connection_limit() -> int:
    """Raise this process's limit of open files; return how many connections it allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(OTHER_FILES, wanted - OTHER_FILES)


def _end(*_: object) -> None:
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit  # Waitress's documented way to stop: it lets its threads finish
