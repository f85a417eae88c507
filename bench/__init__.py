"""Measure what the server does beside what could be done at best, and what is usually done."""
