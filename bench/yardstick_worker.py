"""A worker process that serves a yardstick's application with plain Waitress."""

from __future__ import annotations

import argparse
import os
import socket
import threading
from collections.abc import Callable

from ingest_api.serving.waitress import plain
from ingest_api.settings import read_settings


def run_worker(make_app: Callable[[str], object]) -> None:
    """Serve a database's application until SIGTERM or the end of standard input."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket", type=int, required=True)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    app = make_app(given.database)
    threads = read_settings(os.environ).threads

    def watch_parent() -> None:
        os.read(0, 1)
        os._exit(0)

    threading.Thread(target=watch_parent, daemon=True).start()
    plain.serve(app, socket.socket(fileno=given.socket), threads)
