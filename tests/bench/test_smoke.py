"""The bench as it is run: every measure yields numbers, and nothing is left when it ends."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.measures import MEASURES
from tests.server import wait_until

RUN_SECONDS = 240


def command(folder: Path, *options: str) -> list[str]:
    """Return the command of a smoke run in a folder."""
    return [sys.executable, "-m", "bench", "--smoke", "--folder", str(folder), *options]


def left_over(folder: Path) -> list[str]:
    """Return the commands of the processes that have to do with a folder."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
            if process.pid != os.getpid() and any(str(folder) in word for word in words):
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue  # it has ended, or is none of ours
    return found


@dataclass
class Run:
    """A smoke run that has ended."""

    folder: Path
    output: str
    record: dict[str, Any]

    @property
    def figures(self) -> list[dict[str, Any]]:
        """What was measured."""
        figures: list[dict[str, Any]] = self.record["figures"]
        return figures


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of all measures."""
    folder = tmp_path_factory.mktemp("bench") / "data"
    path = folder.parent / "figures.json"
    done = subprocess.run(
        command(folder, "--json", str(path)),
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Run(folder, done.stdout, json.loads(path.read_text()))


def test_every_measure_yields_numbers(run: Run) -> None:
    assert len({figure["measure"].partition(",")[0] for figure in run.figures}) >= len(MEASURES)
    for figure in run.figures:
        numbers = [*figure["ours"], *figure["theirs"], *figure["ratios"]]
        assert numbers
        assert all(math.isfinite(number) and number > 0 for number in numbers), figure
        assert len(figure["ours"]) == len(figure["theirs"]), "each beside its yardstick"


def test_the_table_has_every_figure(run: Run) -> None:
    rows = [line for line in run.output.splitlines() if line.startswith("| **")]
    assert len(rows) == len(run.figures)
    for row, figure in zip(rows, run.figures, strict=True):
        assert f"{figure['measure']}: {figure['quantity']}" in row
        assert row.count("|") == 8


def test_no_process_and_no_scratch_is_left(run: Run) -> None:
    assert left_over(run.folder) == []
    assert not (run.folder / "server").exists()
    assert not (run.folder / "backlog").exists()


def test_a_stopped_run_leaves_no_process(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with subprocess.Popen(
        command(folder, "--only", "single"), stderr=subprocess.PIPE, process_group=0
    ) as bench:
        try:
            wait_until(
                lambda: any("wrk" in line for line in left_over(folder)), "some load", seconds=60
            )
            bench.send_signal(signal.SIGINT)
            _, stderr = bench.communicate(timeout=60)
        finally:
            bench.kill()
    assert bench.returncode == 130, stderr
    assert left_over(folder) == []


def test_without_wrk_the_error_says_how_to_install_it(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path / "data"),
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "apt-get install wrk" in done.stderr
