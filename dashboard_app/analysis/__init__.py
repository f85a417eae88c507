"""Pure mathematics on frames: no database, no page, no chart."""
