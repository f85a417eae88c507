"""What stands around every page: the sidebar, the heading, and the states without a page."""
