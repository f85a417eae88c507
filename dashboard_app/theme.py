"""The colours: one meaning per colour on all charts, in light and dark mode.

Events and visitors are the blue and vermilion of Okabe and Ito's palette (Color Universal Design,
2008), which are distinct for all types of colour vision and have a contrast above 3 on white and
black. Ordered values, such as versions, use steps of viridis, which differ in lightness too.
.streamlit/config.toml repeats them for Streamlit's own elements.
"""

from __future__ import annotations

EVENTS = "#0072b2"
VISITORS = "#d55e00"
RUNS = "#009e73"
ERRORS = "#c4314b"
NEWCOMERS = "#e69f00"
NEUTRAL = "#8a8f98"  # other and unknown values
PALER = 0.35  # opacity of marks that are not chosen

MEASURES = {"events": EVENTS, "visitors": VISITORS}
# newest to oldest
ORDERED = ("#46378a", "#3a5f94", "#277f8e", "#2bae7e", "#7acb52", "#e9d93a")
# unordered values without a colour of their own
CATEGORIES = ("#56b4e9", "#e69f00", "#cc79a7", "#009e73", "#0072b2", "#d55e00")

# exit codes
NOT_REPORTED = "not reported"
COMPILE_ERRORS = "#b58900"
ENDINGS = {
    "normal (0)": RUNS,
    "interrupted (130)": "#2f8fcf",
    "runtime error (1)": ERRORS,
    "terminated (143)": "#8a6240",
    "others": NEUTRAL,
    NOT_REPORTED: "#b9a7c9",
}
# from common to rare
PERCENTILES = {"p50": "#009e73", "p90": "#1f7fa8", "p95": "#6f63b6", "p99": "#a0488f"}
