"""Cards, tiles and choices that pages are built from."""
