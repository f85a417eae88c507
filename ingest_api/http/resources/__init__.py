"""The HTTP resources, one module per topic."""
