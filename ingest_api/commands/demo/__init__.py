"""`minigem demo`: send realistic events to a running server.

The story is an editor extension that compiles and runs Java code, from its launch on. Visitors
arrive, most leave, some stay; versions roll out; one release is faulty and gets fixed.
"""
