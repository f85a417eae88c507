"""`minigem forget`: erase one visitor from the log and the database."""
