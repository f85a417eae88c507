"""The parts of pages: cards, tiles, tables, choices, downloads."""
