"""The HTTP resources, one module a path."""
