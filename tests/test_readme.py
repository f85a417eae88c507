"""README and docs/: tables match the code, examples work, links lead somewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from ingest_api.events.contract import ERROR_CODES, Event
from sql.migrate import migrate
from sql.statements import statement
from tests.browser import Browser
from tests.docs import PAGES, ROOT, anchors, blocks, links, read
from tests.reference import GENERATED, fill_in
from tests.server import RunningServer

COMMAND = re.compile(r"(?:^|`|5432/\w+ |=dashboard )make ([a-z-]+)", re.MULTILINE)
API = "http://127.0.0.1:8088"
ENDPOINT = "https://telemetry.yourdomain.com"


def events_of(server: RunningServer) -> dict[str, int]:
    """Return the numbers of all events by name."""
    server.settle()
    found: dict[str, int] = {}
    for window in ("from=2022-01-01&to=2022-01-01", ""):
        found |= server.get(f"/stats?{window}").json()["byEvent"]
    return found


@pytest.mark.parametrize("page", GENERATED)
def test_the_tables_match_the_code(page: str) -> None:
    assert read(page) == fill_in(page), "run `make docs`"


def test_the_readme_is_short() -> None:
    assert len(read("README.md").splitlines()) <= 200


def test_the_readme_links_every_page() -> None:
    assert {page for page in PAGES if page != "README.md"} <= set(links("README.md"))


@pytest.mark.parametrize("page", PAGES)
def test_links_have_targets(page: str) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(str(file.resolve().relative_to(ROOT.resolve()))), target


@pytest.mark.parametrize("room", ["ingest_api", "dashboard_app", "sql"])
def test_pages_named_in_the_code_exist(room: str) -> None:
    for file in (ROOT / room).rglob("*.py"):
        named = re.findall(r"\bdocs/\w+\.md|\b[A-Z]{4,}\.md", file.read_text())
        assert [page for page in named if not (ROOT / page).exists()] == [], file


def test_the_api_page_names_every_field_and_path() -> None:
    text = read("docs/api.md")
    for field in ("schema", *Event.__struct_fields__):
        assert f"`{field}`" in text
    for path in ("/t", "/health", "/ready", "/dbhealth", "/stats", "/metrics", "/debug/recent"):
        assert path in text


def test_the_curl_examples_get_the_documented_answers(server: RunningServer) -> None:
    pages = ("README.md", "docs/stats.md", "docs/api.md")
    assert len([block for block in blocks("bash") if block.startswith("curl")]) == len(pages)
    answers = []
    for page in pages:
        (command,) = blocks("bash", page)
        if "/stats" in command:
            server.settle()
        done = subprocess.run(
            ["bash", "-c", command.replace(API, server.url)],
            capture_output=True,
            text=True,
            check=True,
        )
        answers.append(json.loads(done.stdout))
    single, stats, batch = answers
    assert single == json.loads(blocks("json", "README.md")[0])
    assert batch == {"ok": True, "accepted": 2, "skipped": 0}
    assert (stats["total"], stats["byOs"]) == (1, {"Windows_NT": 1})


def test_the_error_example_has_a_documented_code() -> None:
    errors = [
        code["error"] for block in blocks("json") for code in json.loads(block).get("errors", [])
    ]
    assert errors
    assert set(errors) <= set(ERROR_CODES)


def test_the_python_client_works(server: RunningServer, tmp_path: Path) -> None:
    (client,) = (block for block in blocks("python") if "TelemetryClient" in block)
    script = tmp_path / "client.py"
    script.write_text(client.replace(ENDPOINT, server.url))
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    assert events_of(server) == {"api.called": 1, "app.started": 1}


def test_the_javascript_client_works_from_another_origin(
    server: RunningServer, browser: Browser, tmp_path: Path
) -> None:
    (client,) = (block for block in blocks("javascript") if "TelemetryClient" in block)
    page_file = tmp_path / "page" / "index.html"
    page_file.parent.mkdir()
    page_file.write_text(f"<script>{client.replace(ENDPOINT, server.url)}</script>")
    handler = partial(SimpleHTTPRequestHandler, directory=page_file.parent)
    warnings: list[str] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as application:
        threading.Thread(target=application.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.on("console", lambda message: warnings.append(message.text))
        page.goto(f"http://127.0.0.1:{application.server_port}/index.html")
        server.wait_for(
            lambda: server.metric("telemetry_accepted_events_total") == 2, "both events"
        )
        page.close()
        application.shutdown()
    assert [text for text in warnings if "favicon" not in text and "404" not in text] == []
    assert events_of(server) == {"app.started": 1, "feature.used": 1}


def test_the_database_can_be_created_as_documented(cluster: str) -> None:
    (statements,) = (block for block in blocks("sql") if "create database" in block)
    with psycopg.connect(cluster, autocommit=True) as connection:
        for command in statements.split(";"):
            if command.strip():
                connection.execute(command.encode())
        try:
            options = {**conninfo_to_dict(cluster), "dbname": "minigem_telemetry"}
            options |= {"user": "telemetry_user", "password": "your_secure_password"}
            with psycopg.connect(**options, autocommit=True) as user:  # type: ignore[arg-type]
                assert migrate(user)
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    user.execute("set role telemetry_ingest")
                (roles,) = (block for block in blocks("sql") if "create role" in block)
                *made_already, membership, _ = (line.strip() for line in roles.split(";"))
                ours = statement("access/roles").decode()
                assert [line for line in made_already if f"{line};" not in ours] == []
                connection.execute(membership.encode())
                user.execute("set role telemetry_ingest")
                user.execute("set role telemetry_reader")
        finally:
            connection.execute("drop database minigem_telemetry with (force)")
            connection.execute("drop user telemetry_user")


def test_the_services_match_the_procfile() -> None:
    units = {
        re.findall(r"telemetry-(\w+)\.service$", unit, re.MULTILINE)[0]: unit
        for unit in blocks("ini")
    }
    lines = (ROOT / "Procfile").read_text().splitlines()
    assert list(units) == [line.partition(":")[0] for line in lines]
    for line in lines:
        name, _, command = line.partition(": exec ")
        unit = units[name]
        # systemd has no default values for variables
        for variable, default in re.findall(r"\$\{(\w+):-(.*?)\}", command):
            assert re.search(rf"^Environment=.*\b{variable}={default}( |$)", unit, re.MULTILINE)
        expected = re.sub(r'"(\$\{\w+):-.*?\}"', r"\1}", command)
        assert f"ExecStart=/opt/minigem-telemetry/.venv/bin/{expected}\n" in unit
        assert "Restart=always\n" in unit


@pytest.mark.parametrize(
    "command", sorted({command for page in PAGES for command in COMMAND.findall(read(page))})
)
def test_documented_commands_exist(command: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(rf"^{command}:", makefile, re.MULTILINE)
