"""What surrounds every page: the sidebar, the heading, and messages instead of a page."""
