"""Faults from outside the processes, under load: real servers, real PostgreSQL, real disks.

`python -m tests.chaos` runs everything, the tests a shorter form.
"""
