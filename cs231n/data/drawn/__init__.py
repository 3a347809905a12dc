"""The data sets that the kit draws itself, and what it draws them of."""
