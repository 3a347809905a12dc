"""The grader: judges submissions in a sandbox, keeps every result, and writes what instructors and students read."""
