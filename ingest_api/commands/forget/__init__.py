"""What `minigem forget` is made of."""
