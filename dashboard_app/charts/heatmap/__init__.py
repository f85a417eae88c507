"""Charts of cells, the stronger the more."""
