"""Headers of peers that are not trusted: one warning, and no address in it."""

from __future__ import annotations

import pytest

from ingest_api.http.client_address import Proxies
from ingest_api.http.ignored_proxies import FORWARDING, MOST_NETWORKS, IgnoredProxies
from ingest_api.http.shared_counters import SharedCounters
from ingest_api.settings import DEFAULT_TRUSTED_PROXIES

FORWARDED = {"HTTP_X_FORWARDED_FOR": "81.2.69.142"}


@pytest.fixture
def counters() -> SharedCounters:
    return SharedCounters.create(slots=64)


def ask(proxies: Proxies, peer: str, headers: dict[str, str]) -> str:
    """Return the client's address of a request."""
    return proxies.client_address({"REMOTE_ADDR": peer, **headers})


def proxies(counters: SharedCounters, *trusted: str) -> Proxies:
    """Return the proxies of a worker."""
    listed = trusted or DEFAULT_TRUSTED_PROXIES
    return Proxies(listed, IgnoredProxies(listed, counters).note)


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("172.17.0.1", "172.17.0.0/16"),
        ("10.1.2.3", "10.1.2.0/24"),
        ("192.168.7.9", "192.168.7.0/24"),
        ("::ffff:10.1.2.3", "10.1.2.0/24"),
        ("fd00:1:2:3:4::5", "fd00:1:2:3::/64"),
        ("fe80::5%eth0", "fe80::/64"),
    ],
)
def test_the_setting_that_would_trust_it_is_named(
    peer: str, network: str, counters: SharedCounters, caplog: pytest.LogCaptureFixture
) -> None:
    before = proxies(counters)
    assert ask(before, peer, FORWARDED) != FORWARDED["HTTP_X_FORWARDED_FOR"]
    (warning,) = caplog.messages
    assert network in warning
    assert peer not in warning
    (setting,) = (word for word in warning.split() if word.startswith("TRUSTED_PROXIES="))
    assert setting == f"TRUSTED_PROXIES=127.0.0.0/8,::1,{network}"
    # and with it, the client's address is the one forwarded, and there is nothing to warn of
    after = proxies(counters, *setting.partition("=")[2].split(","))
    assert ask(after, peer, FORWARDED) == FORWARDED["HTTP_X_FORWARDED_FOR"]
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("header", sorted(FORWARDING))
def test_every_header_of_a_proxy_is_noticed(
    header: str, counters: SharedCounters, caplog: pytest.LogCaptureFixture
) -> None:
    ask(proxies(counters), "10.1.2.3", {header: "SE"})
    assert len(caplog.messages) == 1


def test_each_network_is_named_once_over_all_workers(
    counters: SharedCounters, caplog: pytest.LogCaptureFixture
) -> None:
    for worker in (proxies(counters), proxies(counters)):
        for peer in ("10.1.2.3", "10.1.2.4", "10.1.3.3", "172.17.0.1", "172.17.5.1"):
            ask(worker, peer, FORWARDED)
    assert len(caplog.messages) == 3


def test_no_public_address_is_named(
    counters: SharedCounters, caplog: pytest.LogCaptureFixture
) -> None:
    worker = proxies(counters)
    for peer in ("81.2.69.142", "89.160.20.112", "100.64.1.1", "2001:218::1", "nonsense"):
        ask(worker, peer, FORWARDED)
    (warning,) = caplog.messages
    assert "TRUSTED_PROXIES" in warning
    assert not [part for part in ("81.2", "89.160", "100.64", "2001:") if part in warning]


def test_plain_clients_and_trusted_proxies_are_no_news(
    counters: SharedCounters, caplog: pytest.LogCaptureFixture
) -> None:
    worker = proxies(counters)
    ask(worker, "10.1.2.3", {"HTTP_USER_AGENT": "x"})
    ask(worker, "127.0.0.1", FORWARDED)
    ask(worker, "unix:", FORWARDED)
    assert not caplog.messages


def test_networks_without_end_are_not_remembered(
    counters: SharedCounters, caplog: pytest.LogCaptureFixture
) -> None:
    worker = proxies(counters)
    for number in range(2 * MOST_NETWORKS):
        ask(worker, f"10.1.{number}.3", FORWARDED)
    assert len(caplog.messages) == MOST_NETWORKS
