"""Benchmarks: the server compared with the limits and with the obvious way."""
