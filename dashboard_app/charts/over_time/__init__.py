"""Charts with time on the horizontal axis."""
