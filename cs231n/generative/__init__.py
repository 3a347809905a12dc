"""Networks that make pictures out of numbers."""
