"""Run the benchmarks: `python -m bench` takes five minutes; `--full`, up to 20 million events."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import platform
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psutil
from tqdm import tqdm

from bench.databases import Databases
from bench.errors import BenchError
from bench.figures import Figure, markdown
from bench.measures import LONG, MEASURES
from bench.scale import FULL, SHORT, SMOKE, Scale
from bench.site import Site
from bench.wrk import require_wrk
from sql.embedded import server as embedded

FOLDER = Path("data/bench")
STOP_SECONDS = 10


def main() -> int:
    """Measure, print a table, write JSON; return the exit code."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--full", action="store_true", help="up to 20 million events, in forty minutes"
    )
    size.add_argument("--smoke", action="store_true", help="a few events, only to see that it runs")
    parser.add_argument(
        "--only", action="append", choices=MEASURES, metavar="NAME",
        help=f"one of {', '.join(MEASURES)}; may be repeated",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="default: in FOLDER/results")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"default: {FOLDER}")
    given = parser.parse_args()
    scale = FULL if given.full else SMOKE if given.smoke else SHORT
    folder = given.folder.absolute()
    began = datetime.now(UTC)
    path = given.json or folder / "results" / f"{began:%Y%m%dT%H%M%SZ}-{scale.name}.json"
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, begin_stop)
    try:
        require_wrk()
        with whole_folder(folder):
            record, figures = measure(folder, scale, given.only or usual(scale))
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: stopped", file=sys.stderr)
        return 130
    finally:
        end_children()
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"began": began.isoformat(timespec="seconds"), **record}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content)))
    print(describe(record))
    print(markdown(figures))
    print(f"\nEvery number of every round: {path}", file=sys.stderr)
    return 0


def measure(folder: Path, scale: Scale, names: list[str]) -> tuple[dict[str, Any], list[Figure]]:
    """Take the measures; return the run's record and its figures."""
    figures: list[Figure] = []
    with (
        embedded.start(folder / "postgres") as server,
        ExitStack() as stack,
        tqdm(total=len(names), unit="measure") as progress,
    ):
        databases = Databases(server.url)
        site = Site(folder, scale, databases, stack, progress.set_description)
        for name in MEASURES:
            if name in names:
                figures += MEASURES[name](site)
                progress.update()
        record = {
            "scale": scale.name,
            "cores": os.cpu_count(),
            "memory_mb": psutil.virtual_memory().total // 2**20,
            "workers": site.settings.web_concurrency,
            "threads": site.settings.threads,
            "python": platform.python_version(),
            "postgresql": databases.version(),
            "figures": [figure.record() for figure in figures],
        }
    return record, figures


def usual(scale: Scale) -> list[str]:
    """Return the measures that are taken if none is named."""
    return [name for name in MEASURES if scale is not SHORT or name not in LONG]


def describe(record: dict[str, Any]) -> str:
    """Describe the machine in one line."""
    return (
        f"{record['scale']} form, {record['cores']} cores, {record['workers']} workers of "
        f"{record['threads']} threads, Python {record['python']}, "
        f"PostgreSQL {record['postgresql']}. Ratio: ours by the yardstick's, the median of rounds "
        "in which both took turns, but for a page's queries.\n"
    )


@contextlib.contextmanager
def whole_folder(folder: Path) -> Iterator[None]:
    """Lock the folder for this run. Raises BenchError if another run has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BenchError(f"another bench is running in {folder}") from None
        yield


def begin_stop(*_: object) -> None:
    """Stop at the first signal; ignore further ones during cleanup."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def end_children() -> None:
    """Kill processes that a signal left behind before they were recorded."""
    children = psutil.Process().children()
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.terminate()
    for child in psutil.wait_procs(children, timeout=STOP_SECONDS)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


if __name__ == "__main__":
    sys.exit(main())
