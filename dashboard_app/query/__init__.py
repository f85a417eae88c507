"""Ask the database, keep the answers, and hide what K_ANONYMITY does not let be told."""
