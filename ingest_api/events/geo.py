"""Locate an event: by a trusted proxy's headers, else by a database file.

The file is read with geoip2. Building its model takes about 40 µs, so places are cached by the
first bytes of their network, if that is no smaller than a /24, or a /48 for IPv6. No address is
remembered.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Final, NamedTuple

import geoip2.database
from geoip2.errors import AddressNotFoundError
from maxminddb import InvalidDatabaseError

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 5.0
LOOKING: Final = "look at GEO_DB"
# the headers of country and region, by precedence
HEADERS: Final = (
    ("HTTP_CF_IPCOUNTRY", "HTTP_CF_REGION_CODE"),
    ("HTTP_X_APPENGINE_COUNTRY", "HTTP_X_APPENGINE_REGION"),
    ("HTTP_FASTLY_COUNTRY_CODE", "HTTP_FASTLY_REGION_CODE"),
    ("HTTP_X_GEO_COUNTRY", "HTTP_X_GEO_REGION"),
    ("HTTP_X_COUNTRY_CODE", "HTTP_X_REGION_CODE"),
)
COUNTRY: Final = re.compile(r"[A-Za-z]{2}")
REGION: Final = re.compile(r"(?:[A-Za-z]{2}-)?([A-Za-z0-9]{1,3})")
# Cloudflare's T1, for Tor, is not two letters, so it needs no entry
UNKNOWN_COUNTRIES: Final = frozenset({"XX", "ZZ"})
# database types with countries (a part of the type's name), and geoip2's method for each
KINDS: Final = {"City": "city", "Enterprise": "enterprise", "Country": "country"}
# the cache's keys: how many bytes of an address
IPV4_NETWORK: Final = 3
IPV6_NETWORK: Final = 6
MOST_NETWORKS: Final = 16_384
REMEDY: Final = "put a GeoLite2 or DB-IP Lite .mmdb file there; it is loaded automatically"


class Place(NamedTuple):
    """A country (ISO 3166-1 alpha-2), and its region (the part of ISO 3166-2 after the dash)."""

    country: str | None
    region: str | None


NOWHERE: Final = Place(None, None)


class Locator:
    """Looks up addresses in a city or country database, and reloads it when it changes."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the file, if it exists. `clock` returns seconds."""
        self._path = path
        self._clock = clock
        self._looking = threading.Lock()
        self._next_look = 0.0
        self._file: GeoFile | None = None
        self._seen: tuple[int, ...] | None = None
        self._state = ""
        self._look()

    def lookup(self, address: str) -> Place:
        """Return where an address is; both parts are None if that is unknown. Never raises."""
        if self._clock() >= self._next_look and self._looking.acquire(blocking=False):
            # in a thread: copying a city database takes as long as hundreds of requests
            looking = threading.Thread(target=self._look_aside, name=LOOKING, daemon=True)
            try:
                looking.start()
            except RuntimeError:  # the system's limit of threads
                self._looking.release()
        # this reference keeps a file open that is replaced meanwhile
        file = self._file
        if file is None:
            return NOWHERE
        try:
            return file.find(address)
        except InvalidDatabaseError:
            self._warn("damaged", "GEO_DB: %s is damaged; %s", self._path, REMEDY)
            return NOWHERE

    def _look_aside(self) -> None:
        try:
            self._look()
        finally:
            self._looking.release()

    def _look(self) -> None:
        self._next_look = self._clock() + LOOK_SECONDS
        try:
            found = _fingerprint(self._path.stat())
        except OSError as error:
            self._file, self._seen = None, None
            text = "GEO_DB: %s does not exist (%s), so events get no country from addresses; %s"
            self._warn("missing", text, self._path, error.strerror, REMEDY)
            return
        if found == self._seen:
            return
        try:
            file = open_copy(self._path)
        except InvalidDatabaseError:
            self._seen = found
            self._keep("not a complete MaxMind DB file")
        except (OSError, ValueError) as error:
            # the error may go away without a change to the file: try again
            self._seen = None
            self._keep(getattr(error, "strerror", None) or str(error))
        else:
            self._file, self._seen, self._state = file, found, ""
            logger.info("GEO_DB: %s is %s of %s", self._path, file.kind, file.day)

    def _keep(self, reason: str) -> None:
        meanwhile = (
            "the previous file stays in use"
            if self._file
            else "events get no country from addresses"
        )
        text = "GEO_DB: can't use %s: %s. For now, %s; %s"
        self._warn(f"unusable: {reason}", text, self._path, reason, meanwhile, REMEDY)

    def _warn(self, state: str, text: str, *values: object) -> None:
        """Warn once per state of the file."""
        if self._state != state:
            self._state = state
            logger.warning(text, *values)


class GeoFile:
    """An open file, with a cache of places by network. Thread-safe."""

    def __init__(self, reader: geoip2.database.Reader) -> None:
        """Raises ValueError if the file has no countries."""
        about = reader.metadata()
        self.kind = about.database_type
        self.day = datetime.fromtimestamp(about.build_epoch, UTC).date()
        method = next((method for part, method in KINDS.items() if part in self.kind), None)
        if method is None:
            raise ValueError(f"{self.kind} is neither a city nor a country database")
        self._locate: Callable[[str], Any] = getattr(reader, method)
        self._known: dict[bytes, Place] = {}

    def find(self, address: str) -> Place:
        """Return where an address is. Raises InvalidDatabaseError if the file is damaged."""
        try:
            network = _network_of(address)
        except OSError:
            return NOWHERE
        known = self._known.get(network)
        if known is not None:
            return known
        try:
            found, covers = self._look_up(address)
        except (ValueError, TypeError, AttributeError):
            return NOWHERE  # an IPv6 address in an IPv4 file, or a record of an unexpected form
        if covers is not None and covers.prefixlen <= 8 * len(network):
            if len(self._known) >= MOST_NETWORKS:
                self._known = {}
            self._known[network] = found
        return found

    def _look_up(self, address: str) -> tuple[Place, IPv4Network | IPv6Network | None]:
        """Return a place, and the network that it applies to."""
        try:
            model = self._locate(address)
        except AddressNotFoundError as error:
            return NOWHERE, error.network
        country = read_country(model.country.iso_code)
        # the first is the largest, a state or a province
        regions = getattr(model, "subdivisions", ())
        region = read_region(regions[0].iso_code) if country and regions else None
        return Place(country, region), model.traits.network


def _network_of(address: str) -> bytes:
    """Return the part of an address that is its cache key. Raises OSError if it is invalid."""
    if ":" in address:
        return socket.inet_pton(socket.AF_INET6, address)[:IPV6_NETWORK]
    return socket.inet_pton(socket.AF_INET, address)[:IPV4_NETWORK]


def open_copy(path: Path) -> GeoFile:
    """Open a private copy of a database file.

    If the file itself were memory-mapped, truncating it in place, as `cp` and `curl -o` do to
    replace it, would kill this process with SIGBUS. The copy is unnamed and takes space in the
    folder for temporary files. Raises OSError, ValueError or InvalidDatabaseError if the file can't
    be read, has no countries, or is being written.
    """
    if not path.is_file():
        raise OSError("not a file")
    with path.open("rb") as source, tempfile.NamedTemporaryFile(prefix="telemetry-geo-") as copy:
        before = _fingerprint(os.fstat(source.fileno()))
        shutil.copyfileobj(source, copy, 1 << 20)
        copy.flush()
        if before != _fingerprint(os.fstat(source.fileno())):
            raise OSError("it is still being written")
        return GeoFile(geoip2.database.Reader(copy.name))


def place(environ: Mapping[str, Any], address: str, trusted: bool, locator: Locator) -> Place:
    """Return where a WSGI request comes from.

    Headers take precedence over the file if the peer is `trusted`. Country and region come from the
    same source.
    """
    return (header_place(environ) if trusted else None) or locator.lookup(address)


def header_place(environ: Mapping[str, Any]) -> Place | None:
    """Return the place in a proxy's headers, by the first one with a country; None without."""
    for country_header, region_header in HEADERS:
        if country := read_country(environ.get(country_header)):
            return Place(country, read_region(environ.get(region_header)))
    return None


def read_country(text: object) -> str | None:
    """Return a country code in upper case, or None if it is invalid or means unknown."""
    if not isinstance(text, str) or not COUNTRY.fullmatch(text):
        return None
    code = text.upper()
    return None if code in UNKNOWN_COUNTRIES else code


def read_region(text: object) -> str | None:
    """Return a region code in upper case (`ENG` also for `GB-ENG`), or None if it is invalid."""
    code = REGION.fullmatch(text) if isinstance(text, str) else None
    return code[1].upper() if code else None


def _fingerprint(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
