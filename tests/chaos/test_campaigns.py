"""What is acknowledged is stored once and counted once, whatever happens on the way."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.chaos.campaign import Campaign, run
from tests.chaos.campaigns import CAMPAIGNS
from tests.chaos.databases import Databases
from tests.chaos.place import Place

BACKLOG = 20_000


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=[campaign.name for campaign in CAMPAIGNS])
def test_nothing_is_lost_or_doubled(campaign: Campaign, cluster: str, tmp_path: Path) -> None:
    place = Place(tmp_path, Databases(cluster), BACKLOG, random.Random())
    for row in run(campaign, len(campaign.faults), place, print):
        assert row.acknowledged > 20, "a campaign without load shows nothing"
        assert row.is_clean(), row
