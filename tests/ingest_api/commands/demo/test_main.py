"""The command says what it did, in few lines, and what to do when it can't."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence

import pytest

from ingest_api.commands.demo.command import command_line, main
from tests.ingest_api.commands.demo.recording_server import RecordingServer, Reply
from tests.server import IGNORING_SIGINT, free_port

OPTIONS = ["--end", "2026-03-31", "--days", "20", "--events", "2500"]


def test_the_number_sent_is_the_number_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with RecordingServer() as server:
        assert main([*OPTIONS, "--url", server.url], os.environ) == 0
    assert len(server.events) == 2500
    visitors = len({event["anon"] for event in server.events})
    assert capsys.readouterr().out == (
        f"2,500 events accepted, 0 skipped, from {visitors} visitors over 20 days. Look at "
        f"http://127.0.0.1:8501 or {server.url}/stats?from=2026-03-12&to=2026-03-31\n"
    )


def test_sent_twice_the_events_are_the_same() -> None:
    with RecordingServer() as server:
        for _ in range(2):
            assert main([*OPTIONS, "--url", server.url], os.environ) == 0
    keys = [(event["t"], event["anon"], event["id"]) for event in server.events]
    assert len(keys) == 5000
    assert len(set(keys)) == 2500


def test_progress_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with RecordingServer() as server:
        main([*OPTIONS, "--url", server.url], os.environ)
    assert re.search(r"100%.*2\.50k/2\.50k.*events/s", capsys.readouterr().err)


def test_what_was_skipped_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    with RecordingServer(Reply(200, {}, b'{"ok":true,"accepted":0,"skipped":3}')) as server:
        main(["--end", "2026-03-31", "--events", "3", "--url", server.url], os.environ)
    assert "0 events accepted, 3 skipped" in capsys.readouterr().out


def test_without_a_server_there_is_one_line_that_helps(capsys: pytest.CaptureFixture[str]) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    assert main([*OPTIONS, "--url", url], os.environ) == 1
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert url in line
    assert "make run" in line


def test_a_refusal_is_reported_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with RecordingServer(*[Reply(404)] * 9) as server:
        assert main([*OPTIONS, "--url", server.url], os.environ) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "answers 404" in said.err.splitlines()[-1]
    assert "Traceback" not in said.err


@pytest.mark.parametrize("run_by", [(), IGNORING_SIGINT])
def test_ctrl_c_stops_it_with_one_line(run_by: Sequence[str]) -> None:
    with RecordingServer(hangs=True) as server:
        process = subprocess.Popen(
            [*run_by, sys.executable, "-m", "ingest_api", "demo", *OPTIONS, "--url", server.url],
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.has_request.wait(20)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
            process.communicate()
    assert process.returncode == 130
    assert out == ""
    assert err.splitlines()[-1].startswith("Stopped.")
    assert "Traceback" not in err
    assert "sending again" not in err


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--events", "0"], "--events"),
        (["--events", "many"], "--events"),
        (["--days", "-1"], "--days"),
        (["--days", "4000"], "--days 4000"),
        (["--end", "31.3.2026"], "YYYY-MM-DD"),
        (["--end", "2999-01-01"], "in the future"),
        (["--url", "nowhere"], "--url nowhere"),
    ],
)
def test_a_wrong_option_is_named(
    options: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(options, os.environ)
    assert end.value.code == 2
    assert named in capsys.readouterr().err.splitlines()[-1]


def test_help_describes_every_option() -> None:
    for action in command_line({})._actions:
        assert action.help
