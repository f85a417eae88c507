"""Compare the rollups with the events, and rebuild them."""
