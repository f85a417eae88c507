"""Several servers on one database: started at once, one of them killed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

from tests.chaos.campaign import Campaign, Fault
from tests.chaos.campaigns.kills import kill_server
from tests.chaos.place import Place, open_site, start_at_once
from tests.chaos.site import Site


def open_two(place: Place) -> AbstractContextManager[Site]:
    """Open a site of two servers that start on an empty database together."""
    return open_site(place, servers=2)


def open_four(place: Place) -> AbstractContextManager[Site]:
    """Open a site of four servers, of one worker each."""
    return open_site(place, servers=4, settings={"WEB_CONCURRENCY": "1"})


def kill_one(site: Site) -> None:
    """Kill a server while the others keep running; restart it later."""
    victim = site.chance.choice(site.servers[1:])
    kill_server(victim, workers=True)
    site.sender.wait_for_more()
    victim.start()


def start_all(site: Site) -> None:
    """Stop all servers and start them at once."""
    for server in site.servers:
        server.stop()
    start_at_once(site.servers)


CAMPAIGN: Final = Campaign(
    "several-servers",
    (
        Fault("one of two servers killed", kill_one, open_two),
        Fault("two servers started at once", start_all, open_two),
        Fault("one of four servers killed", kill_one, open_four),
        Fault("four servers started at once", start_all, open_four),
    ),
)
