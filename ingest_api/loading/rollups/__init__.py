"""The rollups once more: compared with the events, and made anew from them."""
