"""Copy the events of the original Node server: read its table, make log lines, load them."""
