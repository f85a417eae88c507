"""The client's address: forwarding headers count only from trusted peers."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest_api.http.client_address import MOST_HOPS, NOT_PUBLIC, Proxies, bucket
from ingest_api.networks import Networks, read_address
from ingest_api.settings import DEFAULT_TRUSTED_PROXIES

PROXIES = Proxies(DEFAULT_TRUSTED_PROXIES)
CLIENT = "81.2.69.142"
OTHER = "89.160.20.112"
HEADERS = ("CF_Connecting_IP", "X_Real_IP", "X_Forwarded_For")


def environ(peer: str, **headers: str) -> dict[str, str]:
    """Return the WSGI environment of a request with headers such as `X_Real_IP`."""
    return {"REMOTE_ADDR": peer} | {f"HTTP_{name.upper()}": headers[name] for name in headers}


def client(peer: str, **headers: str) -> str:
    """Return the client's address where the default proxies are trusted."""
    return PROXIES.client_address(environ(peer, **headers))


@pytest.mark.parametrize("header", HEADERS)
def test_headers_of_a_stranger_do_not_count(header: str) -> None:
    assert client(OTHER, **{header: CLIENT}) == OTHER
    assert client("127.0.0.1", **{header: CLIENT}) == CLIENT


@pytest.mark.parametrize(
    "peer",
    [
        *("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"),
        *("", "localhost", "unix:", "unix:/run/api.sock", "/run/api.sock"),
    ],
)
def test_loopback_and_unix_socket_peers_are_trusted(peer: str) -> None:
    assert PROXIES.trusts(peer)
    assert client(peer, X_Real_IP=CLIENT) == CLIENT


@pytest.mark.parametrize(
    "peer",
    [
        *("10.1.2.3", "172.31.255.1", "192.168.1.1", "169.254.1.1", "::ffff:10.0.0.1"),
        *("fd00::1", "fe80::1%eth0", "172.32.0.1", "11.0.0.1", "2001:218::1", "::ffff:8.8.8.8"),
        *("fec0::1", "nonsense", "10"),
    ],
)
def test_other_peers_are_not(peer: str) -> None:
    assert not PROXIES.trusts(peer)
    assert client(peer, X_Real_IP=CLIENT) != CLIENT


def test_the_headers_have_an_order() -> None:
    values = dict(zip(HEADERS, ("81.2.69.1", "81.2.69.2", "81.2.69.3"), strict=True))
    for header in HEADERS:
        assert client("127.0.0.1", **values) == values.pop(header)
    assert client("127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize(
    ("hops", "found"),
    [
        (f"{OTHER}, {CLIENT}", CLIENT),
        (f"{OTHER},{CLIENT},10.0.0.7 , 127.0.0.1", CLIENT),
        (f"{OTHER}, {CLIENT}, unknown, , _hidden", CLIENT),
        ("10.0.0.7, 192.168.1.1", "127.0.0.1"),
        ("100.64.0.1, 224.0.0.1, 255.255.255.255, 0.0.0.0", "127.0.0.1"),
        ("::1, fe80::1, 2002::1, ff02::1, 64:ff9b::1", "127.0.0.1"),
        (f"{CLIENT}, 1.2.3, 1.2.3.4.5, 01.2.3.4, 999.1.1.1, 8.8.8.8%eth0", CLIENT),
        (f"{CLIENT}, 8.8.8.8:port, 8.8.8.8:123456, [2001:218::1]x, [], []:1", CLIENT),
        (f"{CLIENT}, 2001:218::1::1, 8.8.8.8\x00, ８.8.8.8, \ud800", CLIENT),
        (",,,", "127.0.0.1"),
    ],
)
def test_the_first_public_address_from_the_right_is_the_client(hops: str, found: str) -> None:
    assert client("127.0.0.1", X_Forwarded_For=hops) == found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("1.2.3.4:56", "1.2.3.4"),
        ("[2001:DB8::1]:443", "2001:db8::1"),
        ('"[2001:db8:0:0::1]"', "2001:db8::1"),
        ("2001:db8::1%eth0", "2001:db8::1"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("[::ffff:1.2.3.4]:80", "1.2.3.4"),
        ("::ffff:102:304", "1.2.3.4"),
        (" 1.2.3.4\t", "1.2.3.4"),
    ],
)
def test_every_form_of_an_address_is_read(text: str, address: str) -> None:
    assert client("127.0.0.1", X_Forwarded_For=text) == address
    assert client("127.0.0.1", X_Real_IP=text) == address
    assert client(text) == address


@pytest.mark.parametrize("header", ["CF_Connecting_IP", "X_Real_IP"])
@pytest.mark.parametrize("text", ["10.0.0.1", "unknown", "", f"{OTHER}, {OTHER}", "::1"])
def test_a_header_without_a_client_leaves_the_word_to_the_next(header: str, text: str) -> None:
    assert client("127.0.0.1", **{header: text, "X_Forwarded_For": CLIENT}) == CLIENT


@pytest.mark.parametrize("peer", ["127.0.0.1", "173.245.48.9"])
def test_a_trusted_proxy_with_a_public_address_is_not_the_client(peer: str) -> None:
    trusting = Proxies(["127.0.0.1", "173.245.48.0/20"])
    headers = {"X_Real_IP": "173.245.48.9", "X_Forwarded_For": f"{CLIENT}, 173.245.48.9"}
    assert trusting.client_address(environ(peer, **headers)) == CLIENT


def test_a_list_without_end_is_not_read_to_its_end() -> None:
    assert client("127.0.0.1", X_Forwarded_For=CLIENT + ", 10.0.0.1" * MOST_HOPS) == CLIENT
    endless = f"{OTHER}, {CLIENT}" + ", 10.0.0.1" * MOST_HOPS
    assert client("127.0.0.1", X_Forwarded_For=endless) == "127.0.0.1"


def test_a_request_always_has_an_address() -> None:
    assert PROXIES.client_address({}) == "127.0.0.1"
    assert client("unix:", X_Real_IP="nonsense") == "127.0.0.1"
    assert client("nonsense\n") == "0.0.0.0"


def test_networks_of_mapped_addresses_hold_the_addresses_themselves() -> None:
    trusting = Proxies(["::ffff:10.0.0.0/104", "::ffff:192.0.2.1"])
    assert [trusting.trusts(peer) for peer in ("10.9.9.9", "192.0.2.1", "192.0.2.2")] == [
        True,
        True,
        False,
    ]


def test_without_listed_proxies_none_is_trusted() -> None:
    assert not Proxies([]).trusts("127.0.0.1")


@pytest.mark.parametrize("entry", ["nonsense", "10.0.0.0/33", "10.0.0.1/8", "", "localhost", "10"])
def test_a_bad_entry_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match=f"^'{entry}' should be .* network"):
        Proxies(["10.0.0.0/8", entry])


def test_requests_are_counted_by_ipv4_address_or_ipv6_network() -> None:
    assert bucket("1.2.3.4") == "1.2.3.4"
    assert bucket("::ffff:1.2.3.4") == "1.2.3.4"
    assert bucket("2001:db8:1:2:3::4") == bucket("2001:db8:1:2::") == "2001:db8:1:2::/64"
    assert bucket("2001:db8:1:3::4") != bucket("2001:db8:1:2::4")
    with pytest.raises(ValueError, match="client_address"):
        bucket("not:an:address")


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_addresses_and_networks_are_read_as_the_standard_library_does(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    assert read_address(str(address)) == (mapped or address).packed
    trusted = [ipaddress.ip_network(entry) for entry in DEFAULT_TRUSTED_PROXIES]
    assert PROXIES.trusts(str(address)) == any((mapped or address) in net for net in trusted)
    # the library calls some addresses public that no client has; never the other way round,
    # but for documentation's
    if (mapped or address).packed not in Networks(NOT_PUBLIC):
        documentation = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
        assert (mapped or address).is_global or any(
            address in ipaddress.ip_network(net) for net in (*documentation, "3fff::/20")
        )


@given(st.text() | st.text("0123456789.:[]%abf \"'"))
def test_no_header_text_causes_an_error(text: str) -> None:
    for found in (client("127.0.0.1", X_Forwarded_For=text, X_Real_IP=text), client(text)):
        ipaddress.ip_address(found)
        bucket(found)
