"""One worker process: the application under Waitress, on the socket that all workers share.

Started by the parent, see parent.py. Stops on SIGTERM, or when the parent dies: it takes no new
connections, answers the requests it has received, and tells their clients to reconnect.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import random
import signal
import socket
import sys
import threading
import time

from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.geo import Locator
from ingest_api.events.reading import Reader
from ingest_api.events.salt import read_salt
from ingest_api.http.app import create_app
from ingest_api.http.client_address import Proxies
from ingest_api.http.dependencies import Dependencies, Log
from ingest_api.http.ignored_proxies import IgnoredProxies
from ingest_api.http.rate_limit import RateLimiter, make_counters
from ingest_api.http.shared_counters import SharedCounters
from ingest_api.log.probe import LogProbe
from ingest_api.log.writer import LogWriter
from ingest_api.metrics.meters import Meters
from ingest_api.serving.operational_log import set_up_logging
from ingest_api.serving.waitress import plain
from ingest_api.settings import read_settings
from ingest_api.stats.database import DatabaseReader
from ingest_api.stats.database_pulse import DatabasePulse
from sql.application import default_application
from sql.roles import READER

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 1.0


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser()
    for name in ("worker", "socket", "meters", "counters", "parent"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--plain", action="store_true")
    given = parser.parse_args()
    settings, application = read_settings(os.environ), default_application(os.environ)
    set_up_logging(settings.log_level)
    if given.worker > 1:
        # all workers read the same file: only one should log its problems
        logging.getLogger("ingest_api.events.geo").setLevel(logging.ERROR)
    meters = Meters(given.meters, given.worker)
    folder = application.log_folder
    writer = LogWriter(folder, given.worker, settings.log_file_mb << 20, time.time, meters)
    conninfo = application.database.conninfo_of(READER)
    database, pulse = DatabaseReader(conninfo), DatabasePulse(conninfo)
    shared = SharedCounters.attach(given.counters)
    salt = read_salt(settings, application.folder)
    counters = make_counters(settings.rate_limit_storage, shared, salt)
    # counting in Redis may block, so then only /health is quick
    quick = ("/t", "/health") if counters is shared else ("/health",)

    def make_app(log: Log) -> object:
        return create_app(
            Dependencies(
                settings=settings,
                application=application,
                reader=Reader(Anonymiser(salt), random.Random(), settings.retention_days),
                log=log,
                proxies=Proxies(
                    settings.trusted_proxies,
                    IgnoredProxies(settings.trusted_proxies, shared).note,
                ),
                locator=Locator(settings.geo_db),
                limiter=RateLimiter(
                    settings.rate_limit_max,
                    settings.rate_limit_window,
                    counters,
                    most_events=settings.rate_limit_events,
                ),
                database=database,
                pulse=pulse,
                probe=LogProbe(folder, given.worker),
                meters=meters,
            )
        )

    def count(meter: str, number: int) -> None:
        meters.add(meter, number)
        logger.warning("closed %d connections, see telemetry_%s_total", number, meter)

    listener = socket.socket(fileno=given.socket)
    threading.Thread(
        target=_watch_parent, args=(given.parent, threading.get_ident()), daemon=True
    ).start()
    if given.plain:
        plain.serve(make_app(writer), listener, settings.threads)
    else:
        # imported here, so that --plain works with a Waitress that lacks a name this needs
        from ingest_api.serving.waitress import loop

        loop.run(make_app, listener, settings.threads, writer, quick, count)
    with contextlib.suppress(TimeoutError):  # the disk stalls; no such event was acknowledged
        writer.close(CLOSE_SECONDS)
    database.close()
    pulse.close()
    # threads stuck in a dead database must not keep the process alive
    sys.stderr.flush()
    os._exit(0)


def _watch_parent(pipe: int, main_thread: int) -> None:
    """Stop when the parent's end of a pipe closes, as it does when the parent dies."""
    os.read(pipe, 1)
    signal.pthread_kill(main_thread, signal.SIGTERM)


if __name__ == "__main__":
    main()
