"""SIGTERM under load: every request is answered, and the end comes in time."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from typing import Final

from tests.chaos.campaign import Campaign, Fault
from tests.chaos.place import Place, open_site
from tests.chaos.site import Site

STOP_SECONDS: Final = 10.0


def open_busy_site(place: Place) -> AbstractContextManager[Site]:
    """Open a site whose sender keeps many connections busy."""
    return open_site(place, connections=8, requests_per_connection=5, pause=0.0, sizes=(1, 1, 5))


def stop(site: Site) -> None:
    """Stop the server, and start it again."""
    cut = len(site.sender.unanswered)
    began = time.monotonic()
    assert site.server.stop() == 0
    seconds = time.monotonic() - began
    assert seconds < STOP_SECONDS, f"the stop took {seconds:.1f} s"
    site.server.start()
    reasons = site.sender.unanswered[cut:]
    assert not reasons, f"dropped without an answer: {reasons}"


CAMPAIGN: Final = Campaign("stops", (Fault("SIGTERM under load", stop, open_busy_site),))
