"""Waitress as it comes, by its public interface alone: slower, but any version will do.

Requests run in threads that wait for the log. Nothing here may import its neighbours.
"""

from __future__ import annotations

import logging
import resource
import signal
import socket
from typing import Any, Final

import waitress

# past what any event needs, so that the usual too large body gets our answer, not a cut connection
MAX_REQUEST_BYTES: Final = 1 << 20
MAX_HEADER_BYTES: Final = 32 << 10
MOST_CONNECTIONS: Final = 10_000
FILES_BESIDE: Final = 128  # the log, the database, shared memory
# how long requests that have been sent are still answered at a stop
DRAIN_SECONDS: Final = 0.5


def serve(app: object, listener: socket.socket, threads: int) -> None:
    """Serve on a listening socket until SIGTERM. For the main thread."""
    # its lines may name a client's address; what fails in the application is logged there
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGALRM, _end)
    signal.signal(signal.SIGTERM, lambda *_: signal.setitimer(signal.ITIMER_REAL, DRAIN_SECONDS))
    waitress.serve(app, **options(listener, threads))


def options(listener: socket.socket, threads: int) -> dict[str, Any]:
    """Return what Waitress is told, however its loop is run."""
    return {
        "sockets": [listener],
        "threads": threads,
        "ident": None,
        "clear_untrusted_proxy_headers": False,  # http/client_address.py says whom to trust
        "max_request_body_size": MAX_REQUEST_BYTES,
        "max_request_header_size": MAX_HEADER_BYTES,
        "inbuf_overflow": 2 * MAX_REQUEST_BYTES,  # never: a raw user id must not come to the disk
        "connection_limit": connection_limit(),
        "backlog": 1024,
        "asyncore_use_poll": True,
    }


def connection_limit() -> int:
    """Raise this process's limit of open files; return how many connections fit in it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + FILES_BESIDE
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(FILES_BESIDE, wanted - FILES_BESIDE)


def _end(*_: object) -> None:
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit  # Waitress's documented end: it lets its threads finish
