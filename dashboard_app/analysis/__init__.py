"""Pure statistics on frames: no database, no pages, no charts."""
