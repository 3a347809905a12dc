"""The kit against PyTorch on a CPU; see the README for the tables and the commands that repeat them."""
