"""What charts have in common: axes, scales, channels."""
