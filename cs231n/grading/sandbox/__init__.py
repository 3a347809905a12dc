"""Where a kernel that runs a stranger's code lives."""
