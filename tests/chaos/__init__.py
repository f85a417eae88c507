"""Faults from outside the processes, under load: real servers, real PostgreSQL, real disks.

`python -m tests.chaos` runs all of it, the tests a bounded form.
"""
