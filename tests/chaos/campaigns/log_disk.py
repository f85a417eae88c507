"""The log's disk is full, its folder read-only, its files cut short, torn, damaged, deleted."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil

from tests.chaos.campaign import Campaign, Fault
from tests.chaos.campaigns.kills import kill
from tests.chaos.disks import attribute, filled, overwrite, small_disk
from tests.chaos.place import Place, open_site
from tests.chaos.site import Site
from tests.server import wait_until

DISK_MB: Final = 64
NUMBER: Final = re.compile(rb'"n":(\d+)')


@contextmanager
def open_site_on_small_disk(place: Place) -> Iterator[Site]:
    """Open a site whose log has a disk of its own."""
    place.sites += 1
    with (
        small_disk(place.folder / f"log-disk{place.sites}", DISK_MB) as disk,
        open_site(place, settings={"LOG_DIR": str(disk / "logs")}) as site,
    ):
        site.disk = disk
        yield site


def log_folder(site: Site) -> Path:
    """Return where the server's log is."""
    return Path(site.server.settings["LOG_DIR"])


def log_files(site: Site) -> list[Path]:
    """Return the log's files, the newest last."""
    return sorted(log_folder(site).glob("events-*.jsonl"), key=lambda path: path.stat().st_mtime)


def fill_disk(site: Site) -> None:
    """Leave no room, then make room again."""
    with filled(site.disk):
        site.sender.wait_for_refusals()
    assert "can't write the log" in site.server.log_text()


def make_read_only(site: Site) -> None:
    """Make the log's folder read-only while new workers need to create files."""
    with attribute(log_folder(site), "i"):
        for worker in site.server.family():
            kill(worker)
        site.sender.wait_for_refusals()


def cut_short(site: Site) -> None:
    """Limit the file size to a few lines: the write that exceeds it ends half-way."""
    workers = site.server.family()
    for worker in workers:
        worker.rlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
    site.sender.wait_for_refusals()
    for worker in workers:
        worker.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def tear(site: Site) -> None:
    """End a worker's file in the middle of a line, as a machine crash does."""
    assert site.server.process is not None
    parent = psutil.Process(site.server.process.pid)
    workers = site.server.family()
    # the loader must not read it before the line is torn
    parent.suspend()
    try:
        for worker in workers:
            # nothing reaps it while its parent is paused: it stays a zombie
            worker.kill()
            wait_until_dead(worker)
        with log_files(site)[-1].open("ab") as file:
            file.write(b'{"id":12345,"t":17640720000')
    finally:
        parent.resume()


def wait_until_dead(process: psutil.Process) -> None:
    """Wait until a process has released its files."""
    wait_until(
        lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, "its end"
    )


def damage(site: Site) -> None:
    """Damage a line that waits to be loaded: it is set aside, and all others are loaded."""
    rejected = site.server.metric("telemetry_rejected_events_total")
    with site.absent_database():
        known = {path: path.stat().st_size for path in log_files(site)}
        site.sender.wait_for_more(300)
        path = log_files(site)[-1]
        start, content = known.get(path, 0), path.read_bytes()
        lines = content[start:].splitlines(keepends=True)[:-1]
        place = site.chance.randrange(len(lines) - 1)
        offset = start + sum(map(len, lines[:place]))
        line = lines[place]
        match site.chance.randrange(3):
            case 0:
                overwrite(path, offset, b"X" + bytes(len(line) // 2))
                spoiled = [line]
            case 1:
                overwrite(path, offset + 5, b"\xff\xfe\n\n\x01\x02\r")
                spoiled = [line]
            case _:  # two lines become one
                overwrite(path, offset + len(line) - 1, b" ")
                spoiled = [line, lines[place + 1]]
        site.destroyed.update(numbers(b"".join(spoiled)))
    site.server.wait_for(
        lambda: site.server.metric("telemetry_rejected_events_total") > rejected,
        "the damaged line told",
    )
    assert "rejected the line at byte" in site.server.log_text()


def delete(site: Site) -> None:
    """Remove the file that is being written, with its unloaded lines."""
    lost = site.server.metric("telemetry_lost_log_bytes_total")
    with site.absent_database():
        site.sender.wait_for_more(300)
        path = log_files(site)[-1]
        fd = os.open(path, os.O_RDONLY)
        path.unlink()
        site.destroyed.update(numbers(os.pread(fd, os.fstat(fd).st_size, 0)))
        os.close(fd)
        site.sender.wait_for_more(300)
    site.server.wait_for(
        lambda: site.server.metric("telemetry_lost_log_bytes_total") > lost, "the lost bytes told"
    )
    assert f"{path.name} was removed with" in site.server.log_text()


def numbers(lines: bytes) -> set[int]:
    """Return the numbers of the events in log lines."""
    return {int(number) for number in NUMBER.findall(lines)}


CAMPAIGN: Final = Campaign(
    "log-disk",
    (
        Fault("log disk full", fill_disk, open_site_on_small_disk),
        Fault("log folder read-only", make_read_only, open_site_on_small_disk),
        Fault("log write cut short", cut_short, open_site_on_small_disk),
        Fault("last line of a log file torn", tear, open_site_on_small_disk),
        Fault("line in a log file damaged", damage, open_site_on_small_disk),
        Fault("log file deleted", delete, open_site_on_small_disk),
    ),
)
