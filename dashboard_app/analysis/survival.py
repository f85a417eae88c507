"""Visitor lifetimes: how long visitors stay active."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

# the normal quantile of a 95 % interval
Z: Final = 1.959963984540054


def survival(lifetimes: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of visitors still active, by Kaplan and Meier (1958).

    `lifetimes` has the columns days (int64, from the first to the last visit), ended (bool; False:
    may come back) and visitors (int64). Returns columns days (int64), share, low and high
    (float64): one row for each day on which a visitor left, with the 95 % interval by Greenwood
    (1926) on the log-log scale (Kalbfleisch and Prentice, 1980), which stays within 0 and 1.
    """
    if not lifetimes["ended"].any():
        return pd.DataFrame({"days": np.array([], "int64")}).assign(share=0.0, low=0.0, high=0.0)
    weights = pd.DataFrame(
        {"seen": lifetimes["visitors"], "left": lifetimes["visitors"].where(lifetimes["ended"], 0)}
    )
    by_day = weights.groupby(lifetimes["days"]).sum()
    by_day["at_risk"] = by_day["seen"][::-1].cumsum()
    ends = by_day[by_day["left"] > 0]
    at_risk, left = (ends[name].to_numpy("float64") for name in ("at_risk", "left"))
    share = np.cumprod(1 - left / at_risk)
    inner = (share > 0) & (share < 1)
    logarithm = np.log(np.where(inner, share, 0.5))
    variance = np.cumsum(left / (at_risk * np.where(inner, at_risk - left, 1)))
    reach = np.exp(Z * np.sqrt(variance) / np.abs(logarithm))
    return pd.DataFrame(
        {
            "days": ends.index.to_numpy("int64"),
            "share": share,
            "low": np.where(inner, np.exp(logarithm * reach), share),
            "high": np.where(inner, np.exp(logarithm / reach), share),
        }
    )
