"""Query the database, cache the answers, and hide small groups by K_ANONYMITY."""
