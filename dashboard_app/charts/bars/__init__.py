"""Charts of bars, the first on top."""
