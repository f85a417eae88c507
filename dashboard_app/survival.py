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
    share, error = np.asarray(fitted.surv_prob), np.asarray(fitted.surv_prob_se)
    inner = (share > 0) & (share < 1)
    logarithm = np.log(np.where(inner, share, 0.5))
    reach = np.exp(Z * error / np.where(inner, share * np.abs(logarithm), 1))
    return pd.DataFrame(
        {
            "days": np.asarray(fitted.surv_times).astype("int64"),
            "share": share,
            "low": np.where(inner, np.exp(logarithm * reach), share),
            "high": np.where(inner, np.exp(logarithm / reach), share),
        }
    )
