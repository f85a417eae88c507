"""The compose file and the image: known settings, a trusted proxy, health checks, copied files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboard_app import settings as dashboard_settings
from ingest_api.http.client_address import Proxies
from ingest_api.settings import VARIABLES, read_settings

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = ("ingest", "dashboard")


def environ(service: str) -> dict[str, str]:
    """Return a service's environment, with secrets filled in."""
    given = COMPOSE["services"][service]["environment"]
    return {name: re.sub(r"\$\{[^}]*\}", "s3cretpassword", value) for name, value in given.items()}


def refusal(file: Path) -> str:
    """Return what the Compose Specification's schema says against a file: nothing if it fits."""
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [sys.executable, *command, file], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout if done.returncode else ""


def test_it_follows_the_compose_specification(tmp_path: Path) -> None:
    assert refusal(ROOT / "compose.yaml") == ""
    misspelt = tmp_path / "compose.yaml"
    misspelt.write_text((ROOT / "compose.yaml").read_text().replace("healthcheck:", "healthchek:"))
    assert "healthchek" in refusal(misspelt)


@pytest.mark.parametrize("service", OURS)
def test_only_known_settings_are_set(service: str) -> None:
    known = {*VARIABLES, *(setting.variable for setting in dashboard_settings.SETTINGS)}
    assert environ(service).keys() <= known
    assert read_settings(environ(service)).given


def test_only_the_proxys_network_is_trusted() -> None:
    (network,) = COMPOSE["networks"]["default"]["ipam"]["config"]
    trusted = read_settings(environ("ingest")).trusted_proxies
    assert trusted == (network["subnet"],)
    headers = {"HTTP_X_FORWARDED_FOR": "198.51.100.7"}
    for peer, client in (("172.30.88.3", "198.51.100.7"), ("172.17.0.1", "172.17.0.1")):
        assert Proxies(trusted).client_address({"REMOTE_ADDR": peer, **headers}) == client


def test_the_build_context_has_only_what_the_image_copies() -> None:
    copies = re.findall(
        r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    copied = {source for line in copies for source in line.split()}
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignore
    assert copied == {line.removeprefix("!") for line in ignore if line.startswith("!")}
    assert all((ROOT / source).exists() for source in copied)


def test_services_depend_on_health_checks() -> None:
    checked = {name for name, one in COMPOSE["services"].items() if "healthcheck" in one}
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()
    checked.add("ingest")  # in its image
    for service in COMPOSE["services"].values():
        needs = service.get("depends_on", {})
        if isinstance(needs, dict):
            assert needs.keys() <= checked


def test_the_proxy_drops_forged_headers() -> None:
    caddyfile = COMPOSE["configs"]["caddyfile"]["content"]
    deployment = "\n".join(path.read_text() for path in (ROOT / "README.md",) if path.exists())
    deployment += "\n".join(path.read_text() for path in (ROOT / "docs").glob("deployment.md"))
    dropped = re.findall(r"request_header (-\S+)", caddyfile)
    assert dropped
    assert {f"request_header {name}" in deployment for name in dropped} == {True}
