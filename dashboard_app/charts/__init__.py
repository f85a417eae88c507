"""Charts: pure functions from a frame to an Altair chart.

Each carries its question as the title and how to read it as the subtitle, so that a notebook shows
both, and a page may set them in type of its own. Days are midnights in UTC.
"""
