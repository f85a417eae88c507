"""One worker process: the application under Waitress, on the socket that all workers share.

Started by the parent, see server.py. Stops on SIGTERM, or when the parent is gone: it takes no new
connections, answers the requests that came, and tells its clients to connect anew.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
import waitress
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, WSGITask

from ingest_api.address import Proxies
from ingest_api.anonymise import Anonymiser
from ingest_api.app import create_app
from ingest_api.body import Reader
from ingest_api.database_reader import DatabaseReader
from ingest_api.dependencies import Dependencies
from ingest_api.errors import RequestError
from ingest_api.geo import Locator
from ingest_api.log import LogWriter
from ingest_api.meters import Meters
from ingest_api.operational_log import set_up_logging
from ingest_api.rate_limit import RateLimiter, storage
from ingest_api.request_parser import RequestParser, UnknownMethod
from ingest_api.salt import read_salt
from ingest_api.settings import Settings, read_settings
from ingest_api.shared_counters import SharedCounters

# past what any event needs, so that the usual too large body gets our answer, not a cut connection
MAX_REQUEST_BYTES = 1 << 20
MAX_HEADER_BYTES = 32 << 10
MOST_CONNECTIONS = 10_000
FILES_BESIDE = 128  # the log, the database, shared memory
DRAIN_SECONDS = 2.0
# how long a quiet connection may still send a request before it is closed
QUIET_SECONDS = 0.3
# of errors that are found before there is a request
WORDS = {413: "body_too_large", 431: "headers_too_large"}

logger = logging.getLogger("ingest_api.worker")


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    for name in ("place", "socket", "meters", "counters", "parent"):
        parser.add_argument(f"--{name}", type=int, required=True)
    given = parser.parse_args()
    settings = read_settings(os.environ)
    set_up_logging(settings.log_level)
    if given.place > 1:
        # all workers read the same file: one tells what is wrong with it
        logging.getLogger("ingest_api.geo").setLevel(logging.ERROR)
    meters = Meters(given.meters, given.place)
    log = LogWriter(settings.log_folder, given.place, settings.log_file_mb << 20, time.time, meters)
    database = DatabaseReader(os.environ["DATABASE_URL"])
    counters = SharedCounters.attach(given.counters)
    salt = read_salt(settings)
    app = create_app(
        Dependencies(
            settings=settings,
            reader=Reader(Anonymiser(salt), random.Random()),
            log=log,
            proxies=Proxies(settings.trusted_proxies),
            locator=Locator(settings.geo_db),
            limiter=RateLimiter(
                settings.rate_limit_max,
                settings.rate_limit_window,
                storage(settings.rate_limit_storage, counters, salt),
            ),
            database=database,
            meters=meters,
        )
    )
    server = create_server(app, socket.socket(fileno=given.socket), settings)

    def begin_stop(*_: object) -> None:
        server.draining = True
        server.pull_trigger()

    signal.signal(signal.SIGTERM, begin_stop)
    threading.Thread(target=_watch_parent, args=(given.parent, begin_stop), daemon=True).start()
    serve(server)
    log.close()
    database.close()
    # threads that a dead database holds must not keep the process
    sys.stderr.flush()
    os._exit(0)


def create_server(app: object, listener: socket.socket, settings: Settings) -> Any:
    """Return a Waitress server on a listening socket."""
    server = waitress.create_server(
        app,
        sockets=[listener],
        threads=settings.threads,
        ident=None,
        clear_untrusted_proxy_headers=False,  # whom to trust is ingest_api/address.py's to say
        max_request_body_size=MAX_REQUEST_BYTES,
        max_request_header_size=MAX_HEADER_BYTES,
        connection_limit=connection_limit(),
        backlog=1024,
        asyncore_use_poll=True,
        channel_timeout=120,
    )
    server.channel_class = Channel
    server.draining = False
    return server


def connection_limit() -> int:
    """Raise this process's limit of open files; return how many connections fit in it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + FILES_BESIDE
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(FILES_BESIDE, wanted - FILES_BESIDE)


def serve(server: Any) -> None:
    """Serve until the server is `draining`, then let every request that came be answered."""
    connections = server._map
    while not server.draining:
        wasyncore.poll2(1.0, connections)
    _accept_waiting(server)
    wasyncore.dispatcher.close(server)
    began = time.monotonic()
    while server.active_channels and time.monotonic() - began < DRAIN_SECONDS:
        wasyncore.poll2(0.05, connections)
        if time.monotonic() - began > QUIET_SECONDS:
            for channel in list(server.active_channels.values()):
                if not (channel.requests or channel.request or channel.total_outbufs_len):
                    channel.handle_close()
    server.task_dispatcher.shutdown(timeout=0.2)


class AnswerTask(WSGITask):
    """A request's answer; while the worker stops, also the end of its connection."""

    def start(self) -> None:
        """Begin the answer."""
        super().start()
        if self.channel.server.draining:
            self.set_close_on_finish()


class RefusalTask(ErrorTask):
    """The answer to what is not HTTP, or too much of it, in the shape of all our errors."""

    def execute(self) -> None:
        """Write the answer."""
        refusal = self.request.error
        word = WORDS.get(refusal.code, "bad_request")
        if isinstance(refusal, UnknownMethod):
            word = "method_not_allowed"
            self.response_headers.append(("Allow", "GET, HEAD, POST, OPTIONS"))
        content = msgspec.json.encode(RequestError(refusal.code, word).body())
        self.status = f"{refusal.code} {refusal.reason}"
        self.response_headers += [
            ("Content-Type", "application/json"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        self.set_close_on_finish()
        self.content_length = len(content)
        self.write(content)


class Channel(HTTPChannel):
    """A connection."""

    parser_class = RequestParser
    task_class = AnswerTask
    error_task_class = RefusalTask

    def handle_expt(self) -> None:
        """Close: nobody sends urgent data, and what is not read would be announced for ever."""
        self.handle_close()

    def handle_error(self) -> None:
        """Close after a failure of ours. Waitress would log the client's address."""
        logger.exception("a connection failed")
        self.handle_close()


def _accept_waiting(server: Any) -> None:
    """Take the connections that were made before the stop: closing the socket would drop them."""
    count = -1
    while count != len(server.active_channels):
        count = len(server.active_channels)
        server.handle_accept()


def _watch_parent(pipe: int, begin_stop: Callable[[], None]) -> None:
    """Wait for the parent's end of a pipe to close, as it does when the parent dies."""
    os.read(pipe, 1)
    begin_stop()


if __name__ == "__main__":
    main()
