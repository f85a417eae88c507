"""The event contract under bodies of every kind: what is acknowledged comes back as it was sent."""

from __future__ import annotations

from pathlib import Path

from tests.contract.campaign import SALT, Campaign
from tests.server import RunningServer

EXAMPLES = 5000


def test_accepted_events_come_back_and_refused_ones_get_a_code(
    database: str, tmp_path: Path
) -> None:
    with RunningServer(database, tmp_path / "data", YEARLY_SALT=SALT) as server:
        campaign = Campaign(server)
        campaign.run(EXAMPLES, always_the_same=True)  # `make chaos` sends different ones each time
        assert campaign.sent >= EXAMPLES
        # the bodies are varied enough
        assert min(campaign.accepted, campaign.skipped, campaign.refused) > EXAMPLES / 20
        # what reads them all is up to them
        for window in ("from=1970-01-01&to=1980-01-01", "from=2091-01-01&to=2100-12-31"):
            assert server.get(f"/stats?{window}").status_code == 200
