"""Charts: pure functions from a frame to an Altair chart.

Each has a title and a caption, so that notebooks show both and pages can draw them as text. A
second line of the caption says how to read the chart: pages put it behind "?". Days are midnights
in UTC.
"""
