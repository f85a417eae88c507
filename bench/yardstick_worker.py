"""A worker process that serves a yardstick's application as ours is served."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

from ingest_api.settings import read_settings
from ingest_api.worker import create_server, serve


def run_worker(make_app: Callable[[str], object]) -> None:
    """Serve the application of a database until SIGTERM, or the end of standard input."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket", type=int, required=True)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    app = make_app(given.database)
    server = create_server(app, socket.socket(fileno=given.socket), read_settings(os.environ))

    def begin_stop(*_: object) -> None:
        server.draining = True
        server.pull_trigger()

    def watch_parent() -> None:
        os.read(0, 1)
        begin_stop()

    signal.signal(signal.SIGTERM, begin_stop)
    threading.Thread(target=watch_parent, daemon=True).start()
    serve(server)
    sys.stderr.flush()
    os._exit(0)
