"""Send bodies of every kind to a server and compare: `python -m tests.contract [examples]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tqdm import tqdm

from sql.embedded import server as embedded
from tests.contract.campaign import SALT, Campaign
from tests.server import RunningServer

EXAMPLES = 100_000
ROUND = 5000


def main() -> None:
    """Run in rounds, each on what the earlier ones left."""
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES
    with (
        tempfile.TemporaryDirectory(prefix="contract-") as name,
        embedded.start(Path(name) / "postgres") as cluster,
        RunningServer(cluster.url, Path(name) / "data", YEARLY_SALT=SALT) as server,
        tqdm(total=examples, disable=None, unit="body") as bar,
    ):
        campaign = Campaign(server)
        while campaign.sent < examples:
            before = campaign.sent
            campaign.run(min(ROUND, examples - before))
            bar.update(campaign.sent - before)
    print(
        f"{campaign.sent} bodies: {campaign.refused} refused with their code; of the others' "
        f"events {campaign.skipped} skipped with theirs, {campaign.accepted} stored as sent"
    )


if __name__ == "__main__":
    main()
