"""What charts have in common: bars, cells and lines over time; axes, colours, tooltips."""
