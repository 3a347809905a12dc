"""What all tests share."""
import matplotlib

# Notebook cells that run in the tests' own process must not open windows. Kernels choose their own backend.
matplotlib.use("Agg")
