"""The campaigns, one per file: their faults and the sites they need."""

from typing import Final

from tests.chaos.campaign import Campaign
from tests.chaos.campaigns import (
    clock,
    database_trouble,
    deliveries,
    kills,
    load,
    log_disk,
    outages,
    plain,
    several_servers,
    stops,
)

CAMPAIGNS: Final[tuple[Campaign, ...]] = (
    kills.CAMPAIGN,
    outages.CAMPAIGN,
    log_disk.CAMPAIGN,
    database_trouble.CAMPAIGN,
    stops.CAMPAIGN,
    several_servers.CAMPAIGN,
    deliveries.CAMPAIGN,
    clock.CAMPAIGN,
    load.CAMPAIGN,
    plain.CAMPAIGN,
)
