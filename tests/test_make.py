"""The commands of the Makefile: the settings they pass on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from dashboard_app.query.lag import Lag, loader_lag
from tests.dashboard_app.running import ROOT
from tests.server import IGNORING_SIGINT, RunningServer, free_port, wait_until

# like ours: two processes, and all stop when the second ends
PROCFILE = "ingest: exec sleep 60\ndashboard: exec env -0 > environment\n"


def checkout(folder: Path, env_file: str) -> None:
    """Create what `make` considers an installed checkout, with a `.env`."""
    (folder / "Makefile").symlink_to(ROOT / "Makefile")
    (folder / "requirements.lock").touch()
    (folder / "requirements-dev.lock").touch()
    (folder / "pyproject.toml").touch()
    (folder / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (folder / ".venv" / part).symlink_to(Path(sys.prefix) / part)
    (folder / ".venv/.installed").touch()
    (folder / ".venv/.develops").touch()
    (folder / ".env").write_text(env_file)


def make(folder: Path, *arguments: str) -> str:
    """Run make in a checkout with only the settings in its `.env`; return its output."""
    done = subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout


def given_to_the_dashboard(folder: Path, env_file: str) -> dict[str, str]:
    """Return the environment that `make run` gives the second process."""
    checkout(folder, env_file)
    (folder / "Procfile").write_text(PROCFILE)
    make(folder, "run")
    lines = (folder / "environment").read_text().rstrip("\0").split("\0")
    return dict(line.split("=", 1) for line in lines)


def test_the_env_file_has_shell_syntax(tmp_path: Path) -> None:
    given = given_to_the_dashboard(
        tmp_path,
        f"PORT={free_port()}\nYEARLY_SALT=s3cret#long\n"
        "DASHBOARD_PASSWORD='of $5 & more # words'  # a remark\n",
    )
    assert given["YEARLY_SALT"] == "s3cret#long"
    assert given["DASHBOARD_PASSWORD"] == "of $5 & more # words"


def test_the_dashboard_finds_the_api_port(tmp_path: Path, shared_server: RunningServer) -> None:
    shared_server.settle()
    given = given_to_the_dashboard(tmp_path, f"PORT={shared_server.port}\n")
    assert given["PORT"] != str(shared_server.port)
    assert loader_lag(given) == Lag(0, 0)


def test_the_demo_uses_the_port_in_the_env_file(tmp_path: Path, server: RunningServer) -> None:
    checkout(tmp_path, f"PORT={server.port}\nDASHBOARD_PORT=8601\nDASHBOARD_BASE_PATH=/board/\n")
    said = make(tmp_path, "demo", "events=20", "days=2")
    assert said.startswith("20 events accepted, ")
    assert f"Look at http://127.0.0.1:8601/board or {server.url}/stats?" in said


@pytest.mark.parametrize("run_by", [(), IGNORING_SIGINT], ids=["terminal", "ignored by a script"])
def test_ctrl_c_stops_everything(run_by: Sequence[str], database: str, tmp_path: Path) -> None:
    checkout(
        tmp_path,
        f"DATABASE_URL='{database}'\nPORT={free_port()}\nDASHBOARD_PORT={free_port()}\n",
    )
    for part in ("Procfile", "ingest_api", "dashboard_app", "sql"):
        (tmp_path / part).symlink_to(ROOT / part)
    said = tmp_path / "said"
    with said.open("wb") as output:
        running = subprocess.Popen(
            [*run_by, "make", "run"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        family = [psutil.Process(running.pid)]
        try:
            wait_until(lambda: "Ctrl-C stops everything" in said.read_text(), "the welcome", 60)
            family += family[0].children(recursive=True)
            os.killpg(running.pid, signal.SIGINT)  # as a terminal does
            running.wait(20)
            _, alive = psutil.wait_procs(family, timeout=5)
            assert alive == []
        finally:
            for process in family:
                if process.is_running():
                    process.kill()
            running.wait()
    assert said.read_text().count("stopped, 0 events wait in the log") == 1
    assert "Traceback" not in said.read_text()


def test_missing_programs_are_named_before_anything_is_installed(tmp_path: Path) -> None:
    for part in ("Makefile", "tests"):
        (tmp_path / part).symlink_to(ROOT / part)
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    done = subprocess.run(
        [shutil.which("make") or "make", "test", f"PYTHON={sys.executable}"],
        cwd=tmp_path,
        env={"PATH": str(nothing)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("The tests need: apt-get install chromium ")
    assert done.stdout == ""
    assert not (tmp_path / ".venv").exists()
