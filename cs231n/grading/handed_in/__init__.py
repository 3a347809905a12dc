"""From what was handed in, to a copy of each notebook of each student."""
