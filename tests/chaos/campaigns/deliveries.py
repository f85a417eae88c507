"""The same batch with ids, resent by a client that got no answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import requests

from tests.chaos.campaign import Campaign, Fault
from tests.chaos.campaigns.kills import kill_server
from tests.chaos.place import open_site
from tests.chaos.site import Site

TIMES: Final = 10
BATCH: Final = 50


def deliver(site: Site, numbers: range, body: bytes) -> None:
    """Send a batch once."""
    answer = requests.post(f"{site.server.url}/t", body, timeout=30)
    assert answer.json()["accepted"] == len(numbers), answer.text
    site.sender.acknowledge(numbers)


def deliver_times(site: Site, numbers: range, body: bytes, times: int) -> None:
    """Send a batch several times at once."""
    with ThreadPoolExecutor(times) as threads:
        for sent in [threads.submit(deliver, site, numbers, body) for _ in range(times)]:
            sent.result()


def send_in_parallel(site: Site) -> None:
    """Send a batch ten times at once."""
    numbers = site.sender.take(BATCH)
    deliver_times(site, numbers, site.sender.body(numbers, identified=True), TIMES)


def send_across_a_restart(site: Site) -> None:
    """Send a batch ten times: before a kill or a stop, and after the next start."""
    numbers = site.sender.take(BATCH)
    body = site.sender.body(numbers, identified=True)
    deliver_times(site, numbers, body, TIMES // 2)
    if site.chance.random() < 0.5:
        kill_server(site.server, workers=True)
    else:
        site.server.stop()
    site.server.start()
    deliver_times(site, numbers, body, TIMES // 2)


CAMPAIGN: Final = Campaign(
    "deliveries",
    (
        Fault("a batch with ids sent ten times at once", send_in_parallel, open_site),
        Fault("a batch with ids sent ten times across a restart", send_across_a_restart, open_site),
    ),
)
