"""The API description matches the code and the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS

from ingest_api.events.contract import DEFAULTS, ERROR_CODES, SCHEMA, Event
from tests.conftest import own_database
from tests.docs import ROOT
from tests.server import RunningServer, event

FILE = ROOT / "ingest_api" / "openapi.yaml"
SECRET = "a secret of the tests"
DESCRIPTION = yaml.safe_load(FILE.read_text())
SCHEMAS = DESCRIPTION["components"]["schemas"]


def errors_in(part: Any) -> Iterator[str]:
    """Yield every code that `error` can be in a part of the description."""
    if isinstance(part, dict):
        if isinstance(found := part.get("error"), dict):
            yield from found.get("enum", [found["const"]] if "const" in found else [])
        for value in part.values():
            yield from errors_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from errors_in(value)


@pytest.fixture(scope="module")
def described(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with some events, and a secret."""
    folder = tmp_path_factory.mktemp("described")
    with (
        own_database(cluster) as database,
        RunningServer(database, folder / "data", STATS_SECRET=SECRET) as running,
    ):
        runs = [
            {"evt": "java.run.completed", "sessionId": "s", "m": {"durationMs": 5, "exit": code}}
            for code in (0, 1, 130)
        ]
        error = {"evt": "java.run.error", "m": {"phase": "compile", "exceptionHash": "x"}}
        assert running.post(*(event(**fields) for fields in (*runs, error))).ok
        running.settle()
        yield running


def test_it_is_served(described: RunningServer) -> None:
    answer = described.get("/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == DESCRIPTION


def test_it_has_every_error_code_and_no_other() -> None:
    assert set(errors_in(DESCRIPTION)) == set(ERROR_CODES)
    # but for these, which come before there is a path, each is of some answer
    assert set(ERROR_CODES) - set(errors_in(DESCRIPTION["paths"])) <= {
        *errors_in(DESCRIPTION["components"]["responses"]),
        *errors_in(SCHEMAS["Accepted"]),
        "method_not_allowed",
    }


def test_it_has_every_path_and_method(described: RunningServer) -> None:
    for path, item in DESCRIPTION["paths"].items():
        allowed = described.session.put(
            described.url + path, headers={"X-Stats-Key": SECRET}
        ).headers["Allow"]
        assert set(allowed.lower().split(", ")) == set(item)
    source = (FILE.parent / "http" / "app.py").read_text()
    assert source.count(".add_route(") == len(DESCRIPTION["paths"])


def test_what_has_not_changed_is_described_of_head_too(described: RunningServer) -> None:
    tag = described.get("/stats").headers["ETag"]
    for method in ("get", "head"):
        answer = described.session.request(
            method, f"{described.url}/stats", headers={"If-None-Match": tag}, timeout=30
        )
        assert answer.status_code == 304
        assert "304" in DESCRIPTION["paths"]["/stats"][method]["responses"]


def test_its_event_has_the_limits_of_the_code() -> None:
    described = SCHEMAS["Event"]
    (_, components) = msgspec.json.schema_components([Event])
    code = components["Event"]
    assert described["required"] == code["required"]
    assert list(described["properties"]) == list(code["properties"])
    for name, field in described["properties"].items():
        branches = code["properties"][name].get("anyOf", [code["properties"][name]])
        for limit in ("minLength", "maxLength"):
            limits = {branch[limit] for branch in branches if limit in branch}
            assert limits == ({field[limit]} if limit in field else set()), (name, limit)
        patterns = [branch["pattern"] for branch in branches if "pattern" in branch]
        # JSON schema's dollar is Python's \Z
        assert patterns == [
            pattern.removesuffix("$") + r"\Z" for pattern in [field.get("pattern")] if pattern
        ]
        assert field.get("default") == DEFAULTS.get(name)
    assert SCHEMAS["Body"]["properties"]["schema"]["const"] == SCHEMA


schema = schemathesis.openapi.from_dict(DESCRIPTION)
UNSUITABLE = {
    # without the secret there is no such path: 404, which the check does not know
    "missing_required_header",
    "ignored_auth",
    # that `from` is before `to`, and not ten years, can't be said of each alone
    "positive_data_acceptance",
}
UNSUITABLE_CHECKS: Any = [check for check in CHECKS.get_all() if check.__name__ in UNSUITABLE]


@schema.parametrize()
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_the_server_does_as_described(
    case: schemathesis.Case[Any], described: RunningServer
) -> None:
    is_plain = case.path in ("/t", "/health", "/metrics", "/openapi.json")
    case.call_and_validate(
        base_url=described.url,
        headers={"X-Stats-Key": SECRET},
        excluded_checks=[] if is_plain else UNSUITABLE_CHECKS,
    )
