"""The same under plain Waitress, whose threads wait for the log."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

from tests.chaos.campaign import Campaign, Fault
from tests.chaos.campaigns.kills import kill_all, kill_parent, kill_worker
from tests.chaos.campaigns.outages import leave
from tests.chaos.place import Place, open_site
from tests.chaos.site import Site


def open_plain_site(place: Place) -> AbstractContextManager[Site]:
    """Open a site whose server runs without our event loop."""
    return open_site(place, arguments=("serve", "--plain"))


CAMPAIGN: Final = Campaign(
    "plain",
    (
        Fault("kill -9 of a worker, with --plain", kill_worker, open_plain_site),
        Fault("kill -9 of the parent, with --plain", kill_parent, open_plain_site),
        Fault("kill -9 of all of ours, with --plain", kill_all, open_plain_site),
        Fault("database absent, with --plain", leave, open_plain_site),
    ),
)
