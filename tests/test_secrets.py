"""No secret or raw id appears in an answer, log line, error, file or command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pytest
import requests
from psycopg.conninfo import make_conninfo

from ingest_api.loading.housekeeping import Housekeeper
from ingest_api.metrics.meters import Meters
from tests.applications import application
from tests.browser import Browser
from tests.dashboard_app.running import ROOT
from tests.server import RunningServer, event, free_port, wait_until
from tests.traces import files, traces

SECRET = "s3cr3t"  # part of each secret, so that one search finds all
STATS_KEY = f"stats-{SECRET}"
DASHBOARD_PASSWORD = f"dashboard-{SECRET}"
BIN = Path(sys.executable).parent
BROKEN_URLS = [
    f"postgresql://user:a@{SECRET}@localhost/telemetry",
    f"postgresql://user:{SECRET}/a@localhost/telemetry",
    f"postgresql://user:12/{SECRET}@localhost/telemetry",
    f"postgres:/user:{SECRET}@localhost/telemetry",
    f"host=localhost port={SECRET}",
    f"password='{SECRET}",
]


class Everything:
    """The Procfile's processes, as `make run` starts them, with secrets in all settings."""

    def __init__(self, database: str, folder: Path) -> None:
        self.data, self.output = folder / "data", folder / "output"
        self.api = f"http://127.0.0.1:{free_port()}"
        self.dashboard = f"http://127.0.0.1:{free_port()}"
        self.environ = {
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "HOST": "127.0.0.1",
            "PORT": self.api.rpartition(":")[2],
            "DASHBOARD_PORT": self.dashboard.rpartition(":")[2],
            "DATA_DIR": str(self.data),
            "LOG_LEVEL": "DEBUG",
            "DATABASE_URL": make_conninfo(database, password=f"database-{SECRET}"),
            "PGPASSWORD": f"libpq-{SECRET}",
            "YEARLY_SALT": f"salt-{SECRET}",
            "STATS_SECRET": STATS_KEY,
            "RATE_LIMIT_STORAGE": f"redis://:redis-{SECRET}@127.0.0.1:{free_port()}",
            "DASHBOARD_PASSWORD": DASHBOARD_PASSWORD,
        }

    def commands(self) -> str:
        """Return the command lines of all its processes."""
        parent = psutil.Process(self.process.pid)
        family = [parent, *parent.children(recursive=True)]
        return "\n".join(" ".join(process.cmdline()) for process in family)

    def are_up(self) -> bool:
        """Return whether both answer. Raises AssertionError if they have ended."""
        assert self.process.poll() is None, self.output.read_text()
        try:
            api = requests.get(f"{self.api}/health", timeout=5)
            return api.ok and requests.get(f"{self.dashboard}/_stcore/health", timeout=5).ok
        except (requests.ConnectionError, requests.Timeout):
            return False

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run them."""
        command = [str(BIN / "honcho"), "-e", os.devnull, "start"]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environ, stdout=output, stderr=output
            )
        try:
            wait_until(self.are_up, "API and dashboard", 60)
            yield
        finally:
            self.process.terminate()
            self.process.wait(30)

    def written(self) -> Iterator[tuple[Path, str]]:
        """Yield their output and all files in the data folder."""
        for path in (self.output, *self.data.rglob("*")):
            if path.is_file():
                yield path, path.read_bytes().decode(errors="replace")


def ask_all(everything: Everything, browser: Browser) -> str:
    """Return the answers of API and dashboard, to good and bad requests, with and without keys."""
    said = []
    for headers in ({}, {"X-Stats-Key": "wrong"}, {"X-Stats-Key": STATS_KEY}):
        for path in ("health", "dbhealth", "stats", "stats?from=x", "metrics", "debug/env",
                     "debug/recent", "debug/counts", "absent"):  # fmt: skip
            answer = requests.get(f"{everything.api}/{path}", headers=headers, timeout=30)
            said.append(f"{answer.headers}{answer.text}")
    for body in ({"schema": "jwc.v1", **event()}, {"schema": "wrong"}):
        answer = requests.post(f"{everything.api}/t", json=body, timeout=30)
        said.append(f"{answer.headers}{answer.text}")
    answer = requests.post(everything.dashboard, data={"password": "wrong one"}, timeout=30)
    said.append(f"{answer.headers}{answer.text}")
    page = browser.new_page()
    page.goto(everything.dashboard)
    page.get_by_label("Password").fill(DASHBOARD_PASSWORD)
    page.keyboard.press("Enter")
    page.locator("[data-testid=stMain] :is(h1, h2)").first.wait_for(timeout=30_000)
    said.append(page.content())
    page.close()
    return "\n".join(said)


@pytest.mark.parametrize("away", [False, True], ids=["database there", "database away"])
def test_secrets_appear_nowhere(
    database: str, tmp_path: Path, browser: Browser, *, away: bool
) -> None:
    url = make_conninfo(database, host="127.0.0.1", port=free_port()) if away else database
    everything = Everything(url, tmp_path)
    with everything.running():
        said = ask_all(everything, browser)
        commands = everything.commands()
    assert ("db_unavailable" in said) is away
    assert '"YEARLY_SALT":true' in said
    assert "ingest_api.serving.worker" in commands
    assert SECRET not in said
    assert SECRET not in commands
    assert [path for path, text in everything.written() if SECRET in text] == []


RAW, NUMBER = "ada@example.org", 987_654_321_987
SESSIONS: list[dict[str, Any]] = [
    {"sessionId": RAW},
    {"m": {"sessionId": RAW}},
    {"sessionId": RAW, "m": {"sessionId": RAW}},
    {"sessionId": f"{RAW} 1", "m": {"sessionId": f"{RAW} 2"}},
    {"sessionId": "", "m": {"sessionId": RAW}},
    {"m": {"sessionId": NUMBER}},
    {"m": {"sessionId": NUMBER + 0.5}},
    {"m": {"sessionId": RAW * 20}},
    {"m": {"sessionId": [RAW, NUMBER]}},
    {"m": {"sessionId": {"of": {"it": RAW}}}},
]
REFUSED: list[dict[str, Any]] = [
    {"sessionId": RAW * 20}, {"sessionId": NUMBER}, {"sessionId": [RAW]},
    {"m": {"sessionId": f"{RAW}\0"}}, {"t": RAW, "sessionId": RAW}, {"evt": RAW},
]  # fmt: skip


def test_no_user_or_session_id_is_kept_or_shown(database: str, tmp_path: Path) -> None:
    settings = {"STATS_SECRET": STATS_KEY, "LOG_LEVEL": "DEBUG"}
    server = RunningServer(database, tmp_path / "data", **settings)
    needles = (RAW, str(NUMBER), "raw-anon")
    with server:
        for number, fields in enumerate((*SESSIONS, *REFUSED)):
            evt = "java.run.completed"
            sent = event(anon=f"raw-anon {number % 2}", **{"evt": evt, **fields})
            # one by one, as single events and as batches
            for body in (sent, {"batch": [sent]}):
                content = json.dumps({"schema": "jwc.v1", **body}, ensure_ascii=number % 2 == 0)
                answer = requests.post(f"{server.url}/t", data=content.encode(), timeout=30)
                assert answer.json()["accepted"] == (number < len(SESSIONS)), answer.text
                assert not any(needle in answer.text for needle in needles)
        server.settle()
        recent = server.get("/debug/recent", headers={"X-Stats-Key": STATS_KEY}).json()["rows"]
        sessions = {row["session_id"] for row in recent} - {None}
        listed = {session["id"] for session in server.get("/stats").json()["sessionsRecent"]}
        assert len(recent) == 2 * len(SESSIONS)
        assert listed == sessions
        assert all(str(UUID(session)) == session for session in sessions)
        assert not any("sessionId" in (row["m"] or {}) for row in recent)
        assert traces(server, *needles) == []
    Housekeeper(application(database, server.data / "logs"), Meters.create(1), 30).make_round()
    assert list((server.data / "logs").glob("*.gz"))
    assert [name for name, text in files(server.data) if any(raw in text for raw in needles)] == []


@pytest.mark.parametrize("url", BROKEN_URLS)
@pytest.mark.parametrize("variable", ["DATABASE_URL", "PG_URL"])
def test_a_url_that_is_not_one_is_named_and_not_shown(
    url: str, variable: str, tmp_path: Path
) -> None:
    environ = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), variable: url}
    done = subprocess.run(
        [sys.executable, "-m", "ingest_api"],
        env=environ, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert variable in done.stderr
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RATE_LIMIT_STORAGE", f"redis://:{SECRET}@[::1"),
        ("RATE_LIMIT_STORAGE", f"oracle://:{SECRET}@host"),
        ("RATE_LIMIT_STORAGE", f"redis://:a@{SECRET}:port"),
    ],
)
def test_a_setting_with_a_secret_is_not_shown_when_it_is_wrong(
    variable: str, value: str, tmp_path: Path
) -> None:
    environ = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), variable: value}
    done = subprocess.run(
        [sys.executable, "-m", "ingest_api"],
        env=environ, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert (done.returncode, variable in done.stderr) == (2, True)
    assert SECRET not in done.stdout + done.stderr
