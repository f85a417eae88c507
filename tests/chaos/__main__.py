"""Inject all faults and print the results: `python -m tests.chaos`."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import traceback
from pathlib import Path

from tqdm import tqdm

from sql.embedded import server as embedded
from tests.chaos.campaign import Row, run, shared_out
from tests.chaos.campaigns import CAMPAIGNS
from tests.chaos.databases import Databases
from tests.chaos.place import Place
from tests.chaos.table import encoded, markdown

REPEATS = 200
BACKLOG = 100_000
LOAD_SECONDS = 600.0


def main() -> int:
    """Run the campaigns; return 1 if one failed or one of the four numbers is not zero."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--repeats", type=int, default=REPEATS, help="total over all faults")
    parser.add_argument("--seed", type=int, default=1, help="seed for moments and targets")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument(
        "--only", choices=[campaign.name for campaign in CAMPAIGNS], action="append", default=[]
    )
    given = parser.parse_args()
    chosen = [one for one in CAMPAIGNS if not given.only or one.name in given.only]
    shares = shared_out(given.repeats, chosen)
    totals = [sum(campaign.shares(share)) for campaign, share in zip(chosen, shares, strict=True)]
    rows: list[Row] = []
    failures: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="chaos-") as name,
        embedded.start(Path(name) / "postgres") as cluster,
        tqdm(total=sum(totals), disable=None, unit="fault") as bar,
    ):
        folder = Path(name)
        place = Place(
            folder, Databases(cluster.url), BACKLOG, LOAD_SECONDS, random.Random(given.seed)
        )

        def progress(fault: str) -> None:
            bar.set_description(fault)
            bar.update()

        for campaign, share in zip(chosen, shares, strict=True):
            try:
                for row in run(campaign, share, place, progress):
                    rows.append(row)
                    if given.json:
                        given.json.write_text(encoded(rows))
            except Exception as error:
                # continue with the others
                failures.append(f"{campaign.name}: {error!r}")
                traceback.print_exc()
    print(markdown(rows))
    failures += [f"{row.fault}: {row.details}" for row in rows if not row.is_clean()]
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
