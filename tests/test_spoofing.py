"""Clients can't forge their country or evade their rate limit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.nginx import running_nginx
from tests.server import RunningServer
from tests.wire import Wire, body, length, request

MAX = 12
CLIENT = "81.2.69.142"
ADDRESS_HEADERS = (
    *("X-Forwarded-For", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP"),
    *("X_Forwarded_For", "X_Real_IP", "X-Cluster-Client-IP", "Client-IP", "Remote-Addr"),
)
COUNTRY_HEADERS = (
    *("CF-IPCountry", "X-AppEngine-Country", "Fastly-Country-Code", "X-Geo-Country"),
    *("X-Country-Code", "CF-Region-Code", "X-AppEngine-Region", "X-Geo-Region"),
)


def send(port: int, *headers: str, source: str = "127.0.0.1", host: str = "127.0.0.1") -> int:
    """Send an event from a given address; return the status."""
    content = body()
    with Wire(port, host, source=source) as wire:
        lines = [header.encode("latin-1") for header in headers]
        return wire.send(request(*lines, length(content), body=content)).answer().status


def numbered(number: int) -> str:
    """Return a distinct public address for each number."""
    return f"81.2.{number // 250}.{number % 250 + 1}"


@pytest.fixture
def guarded(database: str, tmp_path: Path) -> Iterator[RunningServer]:
    """A server with a low rate limit that trusts only 127.0.0.1 and ::1."""
    settings = {"TRUSTED_PROXIES": "127.0.0.1, ::1", "RATE_LIMIT_MAX": str(MAX)}
    with RunningServer(database, tmp_path / "data", **settings) as running:
        yield running


def spend(port: int, source: str = "127.0.0.1", *headers: str) -> None:
    """Use up all but the last request of an allowance."""
    for _ in range(MAX - 1):
        assert send(port, *headers, source=source) == 200


def test_a_stranger_can_not_choose_its_bucket(guarded: RunningServer) -> None:
    stranger = "127.0.0.2"
    spend(guarded.port, stranger)
    every = [f"{name}: {CLIENT}" for name in ADDRESS_HEADERS]
    assert send(guarded.port, *every, source=stranger) == 200, "the last of its allowance"
    chains = (CLIENT, f"{CLIENT}, 127.0.0.1", "127.0.0.1", "::1", "unknown", "", "2001:db8::1")
    for chain in chains:
        for name in (*ADDRESS_HEADERS, "Forwarded"):
            text = f"{name}: for={chain}" if name == "Forwarded" else f"{name}: {chain}"
            assert send(guarded.port, text, source=stranger) == 429
    assert send(guarded.port, source="127.0.0.3") == 200, "another has an allowance of its own"


def test_a_stranger_is_limited_for_stats_with_its_events(guarded: RunningServer) -> None:
    spend(guarded.port, "127.0.0.2")
    statuses = []
    for number in range(3):
        with Wire(guarded.port, source="127.0.0.2") as wire:
            spoofed = f"X-Real-IP: {numbered(number)}".encode()
            wire.send(request(spoofed, line=b"GET /stats HTTP/1.1"))
            statuses.append(wire.answer().status)
    assert statuses == [200, 429, 429]


def test_a_stranger_can_not_choose_its_country(guarded: RunningServer, database: str) -> None:
    headers = [f"{name}: SE" for name in COUNTRY_HEADERS]
    headers += [f"{name}: {CLIENT}" for name in ADDRESS_HEADERS]
    assert send(guarded.port, *headers, source="127.0.0.2") == 200
    assert send(guarded.port, "CF-IPCountry: SE", f"X-Real-IP: {CLIENT}") == 200
    guarded.settle()
    with psycopg.connect(database) as connection:
        rows = connection.execute("select country, region from telemetry.events order by country")
        assert rows.fetchall() == [("SE", None), (None, None)]


def test_ignored_headers_are_logged_once(guarded: RunningServer) -> None:
    for number in range(MAX):
        for source in ("127.0.0.2", "127.0.0.3"):
            assert send(guarded.port, f"X-Real-IP: {numbered(number)}", source=source) == 200
    (warning,) = (line for line in guarded.log_text().splitlines() if "TRUSTED_PROXIES" in line)
    assert "level=warning" in warning
    assert "TRUSTED_PROXIES=127.0.0.1,::1,127.0.0.0/8" in warning
    assert "127.0.0.2" not in guarded.log_text()
    assert "127.0.0.3" not in guarded.log_text()


def test_addresses_before_the_proxys_do_not_count(guarded: RunningServer) -> None:
    statuses = [
        send(guarded.port, f"X-Forwarded-For: {numbered(number)}, {CLIENT}")
        for number in range(MAX + 3)
    ]
    statuses += [
        send(guarded.port, f"X-Forwarded-For: {numbered(7)}", f"X-Forwarded-For: {CLIENT}"),
        send(guarded.port, f"X-Forwarded-For: {numbered(8)}, {CLIENT}, 127.0.0.1, ::1"),
        send(guarded.port, f"X-Forwarded-For: {'1.2.3.4, ' * 1000}{CLIENT}"),
    ]
    assert statuses == [200] * MAX + [429] * 6


def test_an_address_is_one_bucket_however_it_is_written(guarded: RunningServer) -> None:
    spellings = (
        *("2001:db8:1:2::1", "2001:DB8:1:2:0:0:0:1", "[2001:db8:1:2::1]", "[2001:db8:1:2::1]:443"),
        *('"[2001:db8:1:2::1]"', "2001:0db8:0001:0002::0001%eth0", " 2001:db8:1:2::1\t"),
    )
    for number in range(MAX + 3):
        spelling = spellings[number % len(spellings)]
        status = send(guarded.port, f"X-Forwarded-For: {spelling}")
        assert status == (200 if number < MAX else 429), spelling
    mapped = [f"::ffff:{CLIENT}", CLIENT, f"{CLIENT}:1234"] * MAX
    statuses = [send(guarded.port, f"X-Real-IP: {address}") for address in mapped[: MAX + 2]]
    assert statuses == [200] * MAX + [429] * 2


def test_ipv6_is_limited_by_its_64_bits_of_network(guarded: RunningServer) -> None:
    for number in range(MAX + 4):
        status = send(guarded.port, f"X-Forwarded-For: 2001:db8:1:2:{number:x}::{number:x}")
        assert status == (200 if number < MAX else 429)
    assert send(guarded.port, "X-Forwarded-For: 2001:db8:1:3::1") == 200


def test_native_ipv6_is_limited_the_same_way(database: str, tmp_path: Path) -> None:
    settings = {"HOST": "::1", "TRUSTED_PROXIES": "none", "RATE_LIMIT_MAX": str(MAX)}
    server = RunningServer(database, tmp_path / "data", **settings)
    server.url = f"http://[::1]:{server.port}"
    with server:
        statuses = [
            send(server.port, f"X-Forwarded-For: {numbered(n)}", source="::1", host="::1")
            for n in range(MAX + 3)
        ]
    assert statuses == [200] * MAX + [429] * 3


def test_clients_behind_nginx_can_not_forge_either(guarded: RunningServer, tmp_path: Path) -> None:
    with running_nginx(tmp_path, guarded.port) as port:
        statuses = [
            send(port, *(f"{name}: {numbered(number)}" for name in ADDRESS_HEADERS[:5]))
            for number in range(MAX + 3)
        ]
    assert statuses == [200] * MAX + [429] * 3
