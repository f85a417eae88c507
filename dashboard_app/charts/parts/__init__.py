"""What charts share: bars, cells and lines over time; axes, colours, tooltips."""
