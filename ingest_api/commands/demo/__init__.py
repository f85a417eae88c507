"""Believable events to look at: `minigem demo` sends them to a running server.

The story: an editor extension that compiles and runs Java code, from its launch on. Visitors come,
most leave, some stay; versions roll out; one release is bad and is mended.
"""
