"""One notebook of one student: run, and judged."""
