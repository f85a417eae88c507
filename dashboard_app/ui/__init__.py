"""What pages are made of: cards, tiles, tables, downloads."""
