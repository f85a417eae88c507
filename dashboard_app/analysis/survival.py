"""How long visitors stay, from how long they have been seen."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import SurvfuncRight

# of the normal distribution: 95 % lie within
Z: Final = 1.959963984540054


def survival(lifetimes: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share that stays, after Kaplan and Meier (1958).

    `lifetimes` has the columns days (int64, from the first to the last visit), ended (bool; False:
    may come again) and visitors (int64). Returns columns days (int64), share, low and high
    (float64): a row for each day on which somebody ended, with the 95 % interval after Greenwood
    (1926) on the log-log scale (Kalbfleisch and Prentice, 1980), which stays within 0 and 1.
    """
    if not lifetimes["ended"].any():
        return pd.DataFrame({"days": np.array([], "int64")}).assign(share=0.0, low=0.0, high=0.0)
    fitted = SurvfuncRight(
        lifetimes["days"].to_numpy(),
        lifetimes["ended"].to_numpy().astype("int64"),
        freq_weights=lifetimes["visitors"].to_numpy(),
    )
    share = np.asarray(fitted.surv_prob)
    at_risk, left = np.asarray(fitted.n_risk, "float64"), np.asarray(fitted.n_events, "float64")
    inner = (share > 0) & (share < 1)
    logarithm = np.log(np.where(inner, share, 0.5))
    # the library's own errors are another formula's where rows have weights
    variance = np.cumsum(left / (at_risk * np.where(inner, at_risk - left, 1)))
    reach = np.exp(Z * np.sqrt(variance) / np.abs(logarithm))
    return pd.DataFrame(
        {
            "days": np.asarray(fitted.surv_times).astype("int64"),
            "share": share,
            "low": np.where(inner, np.exp(logarithm * reach), share),
            "high": np.where(inner, np.exp(logarithm / reach), share),
        }
    )
